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
    explicit ByteWriter(QByteArray &out)
        : m_out(out)
    {
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
        const qsizetype before = m_out.size();
        m_out.resize(before + static_cast<qsizetype>(bytes));
        return m_out.data() + before;
    }

    QByteArray &m_out;
};

/// Reads what ByteWriter wrote; after reading past the end `ok()` is false and all values are zero.
class ByteReader
{
public:
    explicit ByteReader(QByteArrayView in)
        : m_in(in)
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
    QByteArray text() { return view().toByteArray(); }
    bool ok() const { return m_ok; }
    bool atEnd() const { return m_at == m_in.size(); }

private:
    QByteArrayView m_in;
    qsizetype m_at = 0;
    bool m_ok = true;
};

} // namespace possync::core
