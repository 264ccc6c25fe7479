// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What a scenario found, as one JSON line for programs to read.
namespace possync::bench {

class Report
{
public:
    explicit Report(std::string_view scenario);
    void number(std::string_view name, double value);
    void text(std::string_view name, std::string_view value);
    /// Something that should not have happened; the line then says `"ok":false`. Only the first is
    /// kept in words.
    void problem(const std::string &what);
    bool isOk() const { return m_problem.empty(); }
    std::string line() const;

private:
    std::string m_fields;
    std::string m_problem;
};

/// Percentiles of durations; the values are sorted once, when first asked.
class Durations
{
public:
    void reserve(std::size_t count) { m_values.reserve(count); }
    void add(std::int64_t ns) { m_values.push_back(ns); }
    void append(const Durations &others);
    bool empty() const { return m_values.empty(); }
    std::size_t count() const { return m_values.size(); }
    /// Value in ms that `share` (0 … 1) of all stay at or below.
    double percentileMs(double share);

private:
    std::vector<std::int64_t> m_values;
    bool m_sorted = false;
};

} // namespace possync::bench
