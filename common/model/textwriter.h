// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstring>
#include <limits>

namespace possync::json {

/// Builds a text out of many small pieces. QByteArray::append() takes some fifty instructions for
/// each, whatever its length; a change on its way to a device has sixty of them.
/// A value; any thread, one at a time.
class TextWriter
{
public:
    /// More than `expectedSize` bytes are taken, too, at the price of a copy.
    explicit TextWriter(qsizetype expectedSize)
        : m_text(std::max<qsizetype>(expectedSize, 16), Qt::Uninitialized)
        , m_at(m_text.data())
        , m_end(m_at + m_text.size())
    {
    }
    // Writes into its own text.
    TextWriter(const TextWriter &) = delete;
    TextWriter &operator=(const TextWriter &) = delete;
    TextWriter(TextWriter &&) = default;
    TextWriter &operator=(TextWriter &&) = default;
    ~TextWriter() = default;

    TextWriter &put(QByteArrayView text)
    {
        const auto size = static_cast<std::size_t>(text.size());
        makeRoom(text.size());
        if (size > 0) // the view of nothing has no address
            std::memcpy(m_at, text.data(), size);
        m_at += size;
        return *this;
    }
    TextWriter &put(char c)
    {
        makeRoom(1);
        *m_at++ = c;
        return *this;
    }
    template<std::integral T>
    TextWriter &number(T value)
    {
        constexpr qsizetype most = std::numeric_limits<T>::digits10 + 3;
        makeRoom(most);
        m_at = std::to_chars(m_at, m_at + most, value).ptr;
        return *this;
    }
    /// As a JSON string, with quotes and escapes.
    TextWriter &quoted(QByteArrayView utf8);

    /// Begins anew in the room that there is.
    void clear() { m_at = m_text.data(); }
    /// What has been put, until something else is.
    QByteArrayView text() const { return {m_text.constData(), size()}; }
    qsizetype size() const { return m_at - m_text.constData(); }
    /// The text; nothing may be put after.
    QByteArray finish()
    {
        m_text.truncate(size());
        return std::move(m_text);
    }

private:
    void makeRoom(qsizetype bytes)
    {
        if (m_end - m_at < bytes)
            grow(bytes);
    }
    void grow(qsizetype bytes);

    QByteArray m_text; ///< As long as there is room; finish() cuts it.
    char *m_at;        ///< Where the next byte goes.
    char *m_end;
};

} // namespace possync::json
