// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QtEndian>

#include <algorithm>
#include <concepts>

namespace possync::core {

/// Writes numbers little-endian and texts with their length in front.
class ByteWriter
{
public:
    /// `room` is how much is going to be written, about: to make it longer once is several times
    /// cheaper. With it, `out` has its true length only when the writer is gone.
    explicit ByteWriter(QByteArray &out, qsizetype room = 0)
        : m_out(out)
        , m_size(out.size())
        , m_hasRoom(room > 0)
    {
        if (m_hasRoom)
            m_out.resize(m_size + room);
    }
    ByteWriter(const ByteWriter &) = delete;
    ByteWriter &operator=(const ByteWriter &) = delete;
    ~ByteWriter()
    {
        if (m_hasRoom)
            m_out.truncate(m_size);
    }

    template<std::integral T>
    ByteWriter &number(T value)
    {
        qToLittleEndian(value, grown(sizeof value));
        return *this;
    }
    ByteWriter &text(QByteArrayView value)
    {
        const auto size = static_cast<quint32>(value.size());
        char *const at = grown(sizeof size + size);
        qToLittleEndian(size, at);
        std::copy_n(value.data(), size, at + sizeof size);
        return *this;
    }

private:
    /// Where `bytes` more may be written. Resizing is several times cheaper than appending.
    char *grown(std::size_t bytes)
    {
        const qsizetype before = m_size;
        m_size += static_cast<qsizetype>(bytes);
        if (m_size > m_out.size())
            m_out.resize(m_size);
        return m_out.data() + before;
    }

    QByteArray &m_out;
    qsizetype m_size; ///< Of what has been written; behind it may be room.
    const bool m_hasRoom;
};

/// Reads what ByteWriter wrote; after reading past the end `ok()` is false and all values are zero.
class ByteReader
{
public:
    /// With `borrows`, texts refer to `in`, which must outlive them, and are not copied.
    explicit ByteReader(QByteArrayView in, bool borrows = false)
        : m_in(in)
        , m_borrows(borrows)
    {
    }

    template<std::integral T>
    T number()
    {
        if (m_in.size() - m_at < static_cast<qsizetype>(sizeof(T))) {
            m_ok = false;
            return 0;
        }
        const T value = qFromLittleEndian<T>(m_in.data() + m_at);
        m_at += static_cast<qsizetype>(sizeof(T));
        return value;
    }
    QByteArrayView view()
    {
        const auto size = static_cast<qsizetype>(number<quint32>());
        if (!m_ok || m_in.size() - m_at < size) {
            m_ok = false;
            return {};
        }
        m_at += size;
        return m_in.sliced(m_at - size, size);
    }
    QByteArray text() { return textOf(view()); }
    /// What view() gave, as text() gives it.
    QByteArray textOf(QByteArrayView view) const
    {
        return m_borrows ? QByteArray::fromRawData(view.data(), view.size()) : view.toByteArray();
    }
    bool ok() const { return m_ok; }
    bool atEnd() const { return m_at == m_in.size(); }

private:
    QByteArrayView m_in;
    qsizetype m_at = 0;
    bool m_ok = true;
    bool m_borrows = false;
};

} // namespace possync::core
