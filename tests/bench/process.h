// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the generator has to know about processes: its own and the server's.
namespace possync::bench {

/// Monotonic nanoseconds.
std::int64_t nowNs();

/// What a process has used so far.
struct Usage {
    std::int64_t cpuUs = 0; ///< User and system time of all its threads; steps of 10 ms.
    std::int64_t rssKb = 0; ///< Resident memory.
};
/// Reads /proc; nothing if there is no such process.
std::optional<Usage> usageOf(pid_t pid);

/// Raises the descriptor limit as far as allowed and returns it.
std::uint64_t raiseDescriptorLimit();

/// Lets this process and its threads run on these cores only, "0,2". False if it cannot.
bool pinTo(const std::string &cores);

/// A server started by the generator, stopped at the latest with this object.
class Child
{
public:
    Child() = default;
    ~Child();
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    /// Starts a program; its output is read by waitForLine(). False if it cannot be started.
    bool start(const std::vector<std::string> &command);
    /// The first line of output that contains `text`; nothing after `timeoutMs`, or if the program
    /// ends before.
    std::optional<std::string> waitForLine(const std::string &text, int timeoutMs);
    /// SIGTERM, then waits; after `timeoutMs` SIGKILL. Exit code, -1 if it had to be killed.
    int stop(int timeoutMs);
    pid_t pid() const { return m_pid; }

private:
    pid_t m_pid = -1;
    int m_output = -1;
};

} // namespace possync::bench
