// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace possync::bench {
namespace {

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out.push_back('\\');
        out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
    }
    return out.append("\"");
}

} // namespace

Report::Report(std::string_view scenario)
{
    text("scenario", scenario);
}

void Report::number(std::string_view name, double value)
{
    char shown[64];
    const int size = std::snprintf(shown, sizeof shown, "%.6g", std::isfinite(value) ? value : 0.0);
    m_fields.append(m_fields.empty() ? "" : ",").append(quoted(name)).append(":");
    m_fields.append(shown, static_cast<std::size_t>(size));
}

void Report::text(std::string_view name, std::string_view value)
{
    m_fields.append(m_fields.empty() ? "" : ",").append(quoted(name)).append(":");
    m_fields.append(quoted(value));
}

void Report::problem(const std::string &what)
{
    if (m_problem.empty())
        m_problem = what;
}

std::string Report::line() const
{
    std::string out = "{" + m_fields + ",\"ok\":" + (isOk() ? "true" : "false");
    if (!isOk())
        out.append(",\"problem\":").append(quoted(m_problem));
    return out.append("}");
}

void Durations::append(const Durations &others)
{
    m_values.insert(m_values.end(), others.m_values.begin(), others.m_values.end());
    m_sorted = false;
}

double Durations::percentileMs(double share)
{
    if (m_values.empty())
        return 0;
    if (!m_sorted)
        std::ranges::sort(m_values);
    m_sorted = true;
    const double at = std::ceil(share * double(m_values.size())) - 1;
    const auto index = std::min(static_cast<std::size_t>(std::max(at, 0.0)), m_values.size() - 1);
    return double(m_values[index]) / 1e6;
}

} // namespace possync::bench
