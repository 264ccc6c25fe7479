// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/log.h"

#include "common/model/timestamp.h"
#include "server/ops/logtext.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <condition_variable>
#include <cstdio>
#include <shared_mutex>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

using namespace Qt::StringLiterals;

namespace possync::ops {

namespace {

constexpr qint64 dropReportMs = 1000;

/// The log that takes Qt's messages. The handler holds the lock while it writes, so that the log
/// cannot go away below it.
std::shared_mutex qtLogMutex;
Log *qtLog = nullptr; // guarded by qtLogMutex

/// What Qt says while a line is being written must not become a line: that would never end.
thread_local bool isWritingQtMessage = false;
thread_local bool isObserving = false;

/// The last sink of the chain: it is flushed after the others, which tells that they are done.
class DoneSink final : public spdlog::sinks::sink
{
public:
    void log(const spdlog::details::log_msg &) override {}
    void set_pattern(const std::string &) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}
    void flush() override
    {
        {
            const std::lock_guard lock(m_mutex);
            ++m_done;
        }
        m_changed.notify_all();
    }
    template<typename Enough>
    bool wait(std::chrono::milliseconds atMost, Enough enough)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, atMost, [&] { return enough(m_done); });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    quint64 m_done = 0; // guarded by m_mutex
};

QString componentOf(const char *category)
{
    QStringView name;
    const QString text = QString::fromUtf8(category);
    name = text;
    for (const QLatin1StringView prefix : {"possync."_L1, "server."_L1}) {
        if (name.startsWith(prefix))
            name = name.sliced(prefix.size());
    }
    return name.isEmpty() || name == "default"_L1 ? u"app"_s : name.toString();
}

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return LogLevel::Error;
}

} // namespace

/// Where lines go. All of spdlog's objects; none of its global registry.
struct Log::Output {
    std::shared_ptr<spdlog::details::thread_pool> thread;
    std::shared_ptr<spdlog::async_logger> logger;
    std::shared_ptr<DoneSink> done;
    quint64 posted = 0; // guarded by Log::m_mutex
};

QString logLevelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return u"debug"_s;
    case LogLevel::Info:
        return u"info"_s;
    case LogLevel::Warning:
        return u"warning"_s;
    case LogLevel::Error:
        break;
    }
    return u"error"_s;
}

std::optional<LogLevel> logLevelFromName(QStringView name)
{
    for (const LogLevel level :
         {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
        if (name == logLevelName(level))
            return level;
    }
    return {};
}

QByteArray humanLine(const LogLine &line)
{
    return formatTimestamp(line.atMs) + ' ' + logLevelName(line.level).toUtf8().leftJustified(5)
           + ' ' + line.component.toUtf8() + "  " + line.text.toUtf8();
}

QByteArray jsonLine(const LogLine &line)
{
    return QJsonDocument(QJsonObject{{u"at"_s, QString::fromLatin1(formatTimestamp(line.atMs))},
                                     {u"no"_s, static_cast<qint64>(line.no)},
                                     {u"level"_s, logLevelName(line.level)},
                                     {u"component"_s, line.component},
                                     {u"text"_s, line.text}})
        .toJson(QJsonDocument::Compact);
}

Log::Log(const LogOptions &options)
    : m_options(options)
    , m_output(std::make_unique<Output>())
    , m_gate(static_cast<int>(options.level))
    , m_lastingLevel(options.level)
{
}

Result<std::unique_ptr<Log>, QString> Log::open(const LogOptions &options)
{
    const QString path = options.dir + "/server.log"_L1;
    if (!QFileInfo::exists(options.dir)) {
        if (!QDir().mkpath(options.dir))
            return Unexpected{u"cannot make the log directory '%1'"_s.arg(options.dir)};
        // Logs name devices and people; whoever wants to share them can.
        QFile::setPermissions(options.dir, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    if (QFile file(path); !file.open(QIODevice::WriteOnly | QIODevice::Append))
        return Unexpected{u"cannot write the log '%1': %2"_s.arg(path, file.errorString())};

    std::unique_ptr<Log> log(new Log(options));
    Output &output = *log->m_output;
    try {
        std::vector<spdlog::sink_ptr> sinks;
        sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            QFile::encodeName(path).toStdString(), options.fileBytes,
            std::max<std::size_t>(options.files, 1) - 1));
        if (options.toStderr)
            sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
        output.done = std::make_shared<DoneSink>();
        sinks.push_back(output.done);
        output.thread = std::make_shared<spdlog::details::thread_pool>(options.queuedLines, 1);
        output.logger = std::make_shared<spdlog::async_logger>(
            "possync", sinks.begin(), sinks.end(), output.thread,
            spdlog::async_overflow_policy::overrun_oldest);
    } catch (const std::exception &error) {
        return Unexpected{u"cannot write the log '%1': %2"_s.arg(
            path, QString::fromUtf8(error.what()).simplified())};
    }
    output.logger->set_pattern("%v");
    output.logger->set_level(spdlog::level::trace);
    // A line is in the file as soon as it was its turn, so a crash takes few with it.
    output.logger->flush_on(spdlog::level::trace);
    output.logger->set_error_handler([raw = log.get()](const std::string &) {
        raw->m_failedWrites.fetch_add(1, std::memory_order_relaxed);
    });
    if (options.takesQtMessages) {
        const std::unique_lock lock(qtLogMutex);
        qtLog = log.get();
        log->m_isQtHandler = true;
        log->m_formerHandler = qInstallMessageHandler(&Log::qtMessage);
    }
    return log;
}

Log::~Log()
{
    if (m_isQtHandler) {
        qInstallMessageHandler(m_formerHandler);
        const std::unique_lock lock(qtLogMutex);
        qtLog = nullptr;
    }
    // Ends the thread once the queue is empty.
    m_output->thread.reset();
}

void Log::write(LogLevel level, QStringView component, QStringView text)
{
    if (!isEnabled(level))
        return;
    append(level, logText(component), logText(text));
    reportDrops();
}

void Log::append(LogLevel level, const QString &component, const QString &text)
{
    LogLine line{0, 0, level, component, text};
    std::shared_ptr<const Observer> observer;
    {
        const std::lock_guard lock(m_mutex);
        line.no = ++m_lastNo;
        line.atMs = QDateTime::currentMSecsSinceEpoch();
        m_recent.push_back(line);
        if (m_recent.size() > m_options.recentLines)
            m_recent.pop_front();
        const QByteArray bytes = m_options.json ? jsonLine(line) : humanLine(line);
        ++m_output->posted;
        m_output->logger->log(
            spdlog::level::info,
            spdlog::string_view_t(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        observer = m_observer;
    }
    if (observer && *observer && !isObserving) {
        isObserving = true;
        (*observer)(line);
        isObserving = false;
    }
}

void Log::reportDrops()
{
    const qint64 nowMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now().time_since_epoch())
                             .count();
    qint64 dueMs = m_nextDropReportMs.load(std::memory_order_relaxed);
    if (nowMs < dueMs || !m_nextDropReportMs.compare_exchange_strong(dueMs, nowMs + dropReportMs))
        return;
    const quint64 dropped = droppedLines();
    const quint64 news = dropped - m_reportedDrops.exchange(dropped);
    if (news > 0)
        append(LogLevel::Warning, u"log"_s, u"%1 lines dropped, the disk was too slow"_s.arg(news));
}

bool Log::isEnabledNow(LogLevel level) const
{
    const std::lock_guard lock(m_levelMutex);
    if (m_gate.load(std::memory_order_relaxed) >= temporaryBit
        && std::chrono::steady_clock::now() >= m_levelUntil)
        m_gate.store(static_cast<int>(m_lastingLevel), std::memory_order_relaxed);
    return static_cast<int>(level) >= (m_gate.load(std::memory_order_relaxed) & ~temporaryBit);
}

LogLevel Log::level() const
{
    // Lets a temporary level end that nobody has asked about since.
    static_cast<void>(isEnabled(LogLevel::Error));
    return static_cast<LogLevel>(m_gate.load(std::memory_order_relaxed) & ~temporaryBit);
}

void Log::setLevelFor(LogLevel level, std::chrono::seconds duration)
{
    const bool isLasting = duration <= std::chrono::seconds::zero();
    {
        const std::lock_guard lock(m_levelMutex);
        if (isLasting)
            m_lastingLevel = level;
        m_levelUntil = std::chrono::steady_clock::now()
                       + std::min<std::chrono::seconds>(duration, std::chrono::hours(24 * 365));
        m_gate.store(static_cast<int>(level) | (isLasting ? 0 : temporaryBit),
                     std::memory_order_relaxed);
    }
    // Said whatever the level is: a reader must know why lines begin or stop.
    append(LogLevel::Info, u"log"_s,
           isLasting ? u"level is now %1"_s.arg(logLevelName(level))
                     : u"level is %1 for %2 s"_s.arg(logLevelName(level)).arg(duration.count()));
}

std::vector<LogLine> Log::lines(quint64 sinceNo, LogLevel minLevel, const QString &textFilter,
                                std::size_t limit) const
{
    // Copied first, which is only counting references: searching must not hold writers up.
    std::vector<LogLine> candidates;
    {
        const std::lock_guard lock(m_mutex);
        const auto first =
            std::upper_bound(m_recent.begin(), m_recent.end(), sinceNo,
                             [](quint64 no, const LogLine &line) { return no < line.no; });
        candidates.assign(first, m_recent.end());
    }
    const auto fits = [&](const LogLine &line) {
        return line.level >= minLevel
               && (textFilter.isEmpty() || line.text.contains(textFilter, Qt::CaseInsensitive)
                   || line.component.contains(textFilter, Qt::CaseInsensitive));
    };
    const auto collect = [&](auto from, auto to) {
        std::vector<LogLine> found;
        for (; from != to && found.size() < limit; ++from) {
            if (fits(*from))
                found.push_back(*from);
        }
        return found;
    };
    if (sinceNo > 0)
        return collect(candidates.begin(), candidates.end());
    std::vector<LogLine> newest = collect(candidates.rbegin(), candidates.rend());
    std::reverse(newest.begin(), newest.end());
    return newest;
}

quint64 Log::lastNo() const
{
    const std::lock_guard lock(m_mutex);
    return m_lastNo;
}

void Log::setObserver(Observer observer)
{
    auto shared = std::make_shared<const Observer>(std::move(observer));
    const std::lock_guard lock(m_mutex);
    m_observer.swap(shared);
}

quint64 Log::droppedLines() const
{
    return m_output->thread->overrun_counter();
}

bool Log::flush(std::chrono::milliseconds atMost)
{
    quint64 posted = 0;
    {
        const std::lock_guard lock(m_mutex);
        posted = m_output->posted;
    }
    return m_output->done->wait(atMost,
                                [&](quint64 done) { return done + droppedLines() >= posted; });
}

void Log::qtMessage(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (isWritingQtMessage) {
        std::fprintf(stderr, "%s\n", logText(text).toUtf8().constData());
        return;
    }
    isWritingQtMessage = true;
    {
        const std::shared_lock lock(qtLogMutex);
        if (qtLog) {
            qtLog->write(levelOf(type), componentOf(context.category), text);
            // Qt ends the program when the handler returns.
            if (type == QtFatalMsg)
                qtLog->flush(std::chrono::seconds(2));
        }
    }
    isWritingQtMessage = false;
}

} // namespace possync::ops
