// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/options.h"

#include <cstdlib>

namespace possync::bench {

Options Options::parse(int count, char **arguments, std::string &error)
{
    Options options;
    for (int i = 0; i < count; ++i) {
        const std::string name = arguments[i];
        if (!name.starts_with("--") || i + 1 == count) {
            error = "expected --name value, got \"" + name + "\"";
            return options;
        }
        options.m_values[name.substr(2)] = arguments[++i];
    }
    if (options.has("url")) {
        const std::optional<Endpoint> server = parseUrl(options.text("url"));
        if (!server)
            error = "--url must be like http://127.0.0.1:3000";
        else
            options.server = *server;
    }
    options.pid = static_cast<pid_t>(options.count("pid", 0));
    return options;
}

std::string Options::text(const std::string &name, const std::string &otherwise) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? otherwise : found->second;
}

double Options::real(const std::string &name, double otherwise) const
{
    return has(name) ? std::atof(text(name).c_str()) : otherwise;
}

std::uint32_t Options::count(const std::string &name, std::uint32_t otherwise) const
{
    return has(name) ? static_cast<std::uint32_t>(std::atol(text(name).c_str())) : otherwise;
}

void ServerMeter::start()
{
    m_startNs = nowNs();
    m_startCpuUs = usageOf(m_pid).value_or(Usage()).cpuUs;
}

std::int64_t ServerMeter::cpuUs() const
{
    const std::optional<Usage> usage = usageOf(m_pid);
    return usage ? usage->cpuUs - m_startCpuUs : 0;
}

std::int64_t ServerMeter::rssKb() const
{
    return usageOf(m_pid).value_or(Usage()).rssKb;
}

double ServerMeter::seconds() const
{
    return double(nowNs() - m_startNs) / 1e9;
}

} // namespace possync::bench
