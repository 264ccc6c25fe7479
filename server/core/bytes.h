// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QtEndian>

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
        const T little = qToLittleEndian(value);
        m_out.append(reinterpret_cast<const char *>(&little), sizeof little);
        return *this;
    }
    ByteWriter &text(QByteArrayView value)
    {
        number(static_cast<quint32>(value.size()));
        m_out.append(value);
        return *this;
    }

private:
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
