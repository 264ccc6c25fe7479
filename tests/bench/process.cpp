// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/process.h"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <sstream>

namespace possync::bench {

std::int64_t nowNs()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::optional<Usage> usageOf(pid_t pid)
{
    const std::string folder = "/proc/" + std::to_string(pid);
    std::ifstream stat(folder + "/stat");
    std::string text;
    if (!std::getline(stat, text))
        return std::nullopt;
    // The name, second, stands in parentheses and may contain anything.
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i)
        fields >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    fields >> user >> system;
    Usage usage;
    usage.cpuUs = (user + system) * (1'000'000 / sysconf(_SC_CLK_TCK));

    std::ifstream memory(folder + "/statm");
    std::int64_t total = 0;
    std::int64_t resident = 0;
    memory >> total >> resident;
    usage.rssKb = resident * (sysconf(_SC_PAGESIZE) / 1024);
    return usage;
}

std::uint64_t raiseDescriptorLimit()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

bool pinTo(const std::string &cores)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    std::istringstream list(cores);
    for (std::string core; std::getline(list, core, ',');)
        CPU_SET(static_cast<std::size_t>(std::atoi(core.c_str())), &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}

Child::~Child()
{
    stop(5000);
}

bool Child::start(const std::vector<std::string> &command)
{
    int ends[2];
    if (command.empty() || pipe2(ends, O_CLOEXEC) != 0)
        return false;
    std::vector<char *> arguments;
    for (const std::string &argument : command)
        arguments.push_back(const_cast<char *>(argument.c_str()));
    arguments.push_back(nullptr);
    m_pid = fork();
    if (m_pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    close(ends[1]);
    m_output = ends[0];
    return m_pid > 0;
}

std::optional<std::string> Child::waitForLine(const std::string &text, int timeoutMs)
{
    const std::int64_t deadline = nowNs() + std::int64_t(timeoutMs) * 1'000'000;
    std::string seen;
    for (;;) {
        const std::int64_t left = (deadline - nowNs()) / 1'000'000;
        pollfd output{.fd = m_output, .events = POLLIN, .revents = 0};
        if (left <= 0 || poll(&output, 1, static_cast<int>(left)) <= 0)
            return std::nullopt;
        char buffer[4096];
        const ssize_t size = read(m_output, buffer, sizeof buffer);
        if (size <= 0)
            return std::nullopt;
        seen.append(buffer, static_cast<std::size_t>(size));
        for (std::size_t end = seen.find('\n'); end != std::string::npos; end = seen.find('\n')) {
            std::string line = seen.substr(0, end);
            seen.erase(0, end + 1);
            if (line.find(text) != std::string::npos)
                return line;
        }
    }
}

int Child::stop(int timeoutMs)
{
    if (m_pid <= 0)
        return 0;
    kill(m_pid, SIGTERM);
    int status = 0;
    const std::int64_t deadline = nowNs() + std::int64_t(timeoutMs) * 1'000'000;
    pid_t ended = 0;
    while ((ended = waitpid(m_pid, &status, WNOHANG)) == 0 && nowNs() < deadline)
        poll(nullptr, 0, 2);
    if (ended == 0) {
        kill(m_pid, SIGKILL);
        waitpid(m_pid, &status, 0);
    }
    m_pid = -1;
    close(m_output);
    m_output = -1;
    return ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace possync::bench
