// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <variant>

namespace possync {

/// Marks the error alternative of a Result, like `std::unexpected` of C++23.
template<typename E>
struct Unexpected {
    E value;
};
template<typename E>
Unexpected(E) -> Unexpected<E>;

/// A value or the error that prevented it; carries the names of C++23's `std::expected`, so that it
/// can become an alias later.
template<typename T, typename E>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_content(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Unexpected<E> error)
        : m_content(std::in_place_index<1>, std::move(error.value))
    {
    }

    bool has_value() const { return m_content.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T &value() & { return std::get<0>(m_content); }
    const T &value() const & { return std::get<0>(m_content); }
    T &&value() && { return std::get<0>(std::move(m_content)); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    const E &error() const { return std::get<1>(m_content); }

private:
    std::variant<T, E> m_content;
};

/// The value of a Result that has nothing to say but "it worked".
struct Done {
    bool operator==(const Done &) const = default;
};

} // namespace possync
