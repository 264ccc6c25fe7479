// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QString>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace possync::ops {

enum class LogLevel : int { Debug, Info, Warning, Error };

/// "debug", "info", "warning" or "error".
QString logLevelName(LogLevel level);
std::optional<LogLevel> logLevelFromName(QStringView name);

struct LogLine {
    quint64 no = 0;  ///< From 1, without gaps, for this run of the program.
    qint64 atMs = 0; ///< UTC milliseconds.
    LogLevel level = LogLevel::Info;
    QString component; ///< For example "hub".
    QString text;      ///< One line, secrets masked.
};

/// "2026-11-23T20:04:14.123Z info  hub  text", without line end.
QByteArray humanLine(const LogLine &line);
/// One JSON object {at, no, level, component, text}, without line end.
QByteArray jsonLine(const LogLine &line);

struct LogOptions {
    QString dir; ///< Made if missing, then for its owner only.
    LogLevel level = LogLevel::Info;
    bool json = false;
    bool toStderr = true;
    bool takesQtMessages = true; ///< Installs the Qt message handler.
    std::size_t fileBytes = 10 * 1024 * 1024;
    std::size_t files = 5; ///< server.log and the older server.1.log and so on.
    std::size_t recentLines = 10'000;
    std::size_t queuedLines = 8192; ///< Waiting for the disk; above it the oldest are dropped.
};

/// The server's log: a rotating file, stderr and the recent lines for the console. Own one in
/// main(), made before and destroyed after whatever writes. Every method is thread-safe. A slow
/// disk never holds a caller up: lines queue for a thread of the log's own, and above the bound the
/// oldest are dropped and counted.
class Log
{
public:
    using Observer = std::function<void(const LogLine &)>;

    /// Opens <dir>/server.log. The error is one line that names it.
    static Result<std::unique_ptr<Log>, QString> open(const LogOptions &options);
    /// Writes what is queued and gives Qt its former message handler back.
    ~Log();
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;

    void write(LogLevel level, QStringView component, QStringView text);
    /// Cheap enough to ask before building a text.
    bool isEnabled(LogLevel level) const
    {
        const int gate = m_gate.load(std::memory_order_relaxed);
        return gate < temporaryBit ? static_cast<int>(level) >= gate : isEnabledNow(level);
    }
    LogLevel level() const;
    /// Zero seconds: until the next call. Otherwise the level that was set for good comes back.
    void setLevelFor(LogLevel level, std::chrono::seconds duration);

    /// Recent lines behind `sinceNo`, oldest first, at most `limit`; with `sinceNo` 0 the newest
    /// ones instead. `textFilter` is searched in component and text, case ignored; empty fits all.
    std::vector<LogLine> lines(quint64 sinceNo, LogLevel minLevel, const QString &textFilter,
                               std::size_t limit) const;
    quint64 lastNo() const;

    /// Called for every line, on the thread that wrote it, so it must be quick; lines of two
    /// threads may arrive in either order. What the observer itself writes is not announced. A call
    /// under way on another thread may outlast its replacement.
    void setObserver(Observer observer);

    /// Lines that never reached the file because the disk was too slow.
    quint64 droppedLines() const;
    /// Failed attempts to write, for example on a full disk.
    quint64 failedWrites() const { return m_failedWrites.load(std::memory_order_relaxed); }
    /// Waits until all lines written before are in the file; false if that took longer.
    bool flush(std::chrono::milliseconds atMost = std::chrono::seconds(5));

private:
    struct Output;
    static constexpr int temporaryBit = 0x100;

    explicit Log(const LogOptions &options);
    bool isEnabledNow(LogLevel level) const;
    void append(LogLevel level, const QString &component, const QString &text);
    void reportDrops();
    static void qtMessage(QtMsgType type, const QMessageLogContext &context, const QString &text);

    const LogOptions m_options;
    std::unique_ptr<Output> m_output;
    mutable std::atomic<int> m_gate; ///< Level, and `temporaryBit` while it is a temporary one.
    mutable std::atomic<quint64> m_failedWrites = 0;
    std::atomic<qint64> m_nextDropReportMs = 0;
    std::atomic<quint64> m_reportedDrops = 0;
    QtMessageHandler m_formerHandler = nullptr;
    bool m_isQtHandler = false;

    mutable std::mutex m_levelMutex; // guards the two below and changes of m_gate
    LogLevel m_lastingLevel;
    std::chrono::steady_clock::time_point m_levelUntil;

    mutable std::mutex m_mutex; // guards all below, and the order of lines in the file
    std::deque<LogLine> m_recent;
    quint64 m_lastNo = 0;
    std::shared_ptr<const Observer> m_observer;
};

} // namespace possync::ops
