// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/process.h"
#include "tests/bench/wire.h"

#include <map>
#include <string>

namespace possync::bench {

/// The `--name value` pairs of the command line.
class Options
{
public:
    /// Empty `error` if all is well; values that are no numbers count as 0.
    static Options parse(int count, char **arguments, std::string &error);

    bool has(const std::string &name) const { return m_values.contains(name); }
    std::string text(const std::string &name, const std::string &otherwise = {}) const;
    double real(const std::string &name, double otherwise) const;
    std::uint32_t count(const std::string &name, std::uint32_t otherwise) const;

    Endpoint server; ///< From `--url`.
    pid_t pid = 0;   ///< From `--pid`; 0: nothing is sampled.

private:
    std::map<std::string, std::string> m_values;
};

/// CPU time and memory of the server under test, since start().
class ServerMeter
{
public:
    explicit ServerMeter(pid_t pid)
        : m_pid(pid)
    {
        start();
    }
    void start();
    std::int64_t cpuUs() const; ///< Used since start(); 0 if unknown.
    std::int64_t rssKb() const; ///< Now; 0 if unknown.
    double seconds() const;     ///< Since start().

private:
    pid_t m_pid;
    std::int64_t m_startCpuUs = 0;
    std::int64_t m_startNs = 0;
};

} // namespace possync::bench
