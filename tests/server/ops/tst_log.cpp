// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/log.h"

#include "server/ops/logtext.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace possync::ops {

Q_LOGGING_CATEGORY(lcHub, "possync.server.hub")

class LogTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void humanLinesReachTheFile();
    void jsonLinesReachTheFile();
    void lesserLevelsAreLeftOut();
    void secretsAreMasked_data();
    void secretsAreMasked();
    void harmlessTextIsKept();
    void oneEventIsOneLine();
    void longTextIsCut();
    void hostileTextIsQuick();
    void filesRotateAndTheOldestGoes();
    void recentLinesAreBounded();
    void recentLinesAreFound();
    void observerHearsEachLineOnce();
    void temporaryLevelEnds();
    void qtMessagesAreTaken();
    void formerQtHandlerComesBack();
    void linesOfAllThreadsAreKept();
    void stuckFileHoldsNobodyUp();
    void fullDiskIsCounted();
    void unusableDirectoryIsNamed();

private:
    LogOptions options() const;
    std::unique_ptr<Log> open(const LogOptions &options) const;
    QByteArray read(const QString &name = u"server.log"_s) const;

    std::unique_ptr<QTemporaryDir> m_dir;
};

void LogTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

LogOptions LogTest::options() const
{
    LogOptions options;
    options.dir = m_dir->filePath(u"logs"_s);
    options.toStderr = false;
    options.takesQtMessages = false;
    return options;
}

std::unique_ptr<Log> LogTest::open(const LogOptions &options) const
{
    auto log = Log::open(options);
    if (!log)
        qFatal("%s", qPrintable(log.error()));
    return std::move(*log);
}

QByteArray LogTest::read(const QString &name) const
{
    QFile file(m_dir->filePath(u"logs/"_s + name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void LogTest::humanLinesReachTheFile()
{
    const auto log = open(options());
    log->write(LogLevel::Info, u"hub", u"Grüße");
    log->write(LogLevel::Warning, u"store", u"slow");
    QVERIFY(log->flush());
    const QRegularExpression expected(
        u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z info  hub  Grüße\n"
        "\\S{24} warning store  slow\n$"_s);
    const QString text = QString::fromUtf8(read());
    QVERIFY2(expected.match(text).hasMatch(), qPrintable(text));
    QCOMPARE(humanLine({1, 1795464254123, LogLevel::Info, u"hub"_s, u"text"_s}),
             QByteArray("2026-11-23T20:04:14.123Z info  hub  text"));
    const auto others =
        QFile::permissions(options().dir) & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOther);
    QVERIFY(!others);
}

void LogTest::jsonLinesReachTheFile()
{
    LogOptions json = options();
    json.json = true;
    const auto log = open(json);
    log->write(LogLevel::Error, u"net", u"say \"no\"\n");
    QVERIFY(log->flush());
    QCOMPARE(read().count('\n'), 1);
    const QJsonObject line = QJsonDocument::fromJson(read()).object();
    QCOMPARE(line[u"level"].toString(), u"error"_s);
    QCOMPARE(line[u"component"].toString(), u"net"_s);
    QCOMPARE(line[u"text"].toString(), u"say \"no\"\\n"_s);
    QCOMPARE(line[u"no"].toInt(), 1);
    QVERIFY(line[u"at"].toString().endsWith(u'Z'));
}

void LogTest::lesserLevelsAreLeftOut()
{
    LogOptions warnings = options();
    warnings.level = LogLevel::Warning;
    const auto log = open(warnings);
    QVERIFY(!log->isEnabled(LogLevel::Info));
    QVERIFY(log->isEnabled(LogLevel::Warning));
    log->write(LogLevel::Info, u"hub", u"hidden");
    log->write(LogLevel::Error, u"hub", u"shown");
    QVERIFY(log->flush());
    QVERIFY(!read().contains("hidden"));
    QVERIFY(read().contains("shown"));
    QCOMPARE(log->lastNo(), quint64(1));
}

void LogTest::secretsAreMasked_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const QString &text, const QString &expected) {
        QTest::newRow(name) << text << expected;
    };
    row("json", u"{\"pin\":\"1234\",\"id\":7}"_s, u"{\"pin\":***,\"id\":7}"_s);
    row("json number", u"{\"user_pin\": 1234, \"id\":7}"_s, u"{\"user_pin\": ***, \"id\":7}"_s);
    row("camel case", u"{\"accessToken\":\"a b\\\"c\",\"x\":1}"_s,
        u"{\"accessToken\":***,\"x\":1}"_s);
    row("json list", u"{\"pin\":[\"1\",\"2\"],\"x\":1}"_s, u"{\"pin\":***,\"x\":1}"_s);
    row("escaped json", u"\"{\\\"password\\\":\\\"geheim\\\",\\\"x\\\":1}\""_s,
        u"\"{\\\"password\\\":***,\\\"x\\\":1}\""_s);
    row("torn json", u"{\"password\":\"geh"_s, u"{\"password\":***"_s);
    row("query", u"GET /ws?token=abc.def&x=1"_s, u"GET /ws?token=***&x=1"_s);
    row("header", u"Authorization: Bearer abc.def-1"_s, u"Authorization: ***"_s);
    row("bearer alone", u"got Bearer abc.def-1 from"_s, u"got Bearer *** from"_s);
    row("path", u"GET /t/abc123/api/sync HTTP/1.1"_s, u"GET /t/***/api/sync HTTP/1.1"_s);
    row("access token", u"type ps_abcdefgh23_AbC-_9xyz is not known"_s,
        u"type ps_abcdefgh23_*** is not known"_s);
    row("signed token", u"got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln-_x, closing"_s,
        u"got ***, closing"_s);
    row("cut signed token", u"of eyJhbGciOiJFZERTQSJ9.eyJzdWI"_s, u"of ***"_s);
    row("path end", u"wss://h/t/abc123"_s, u"wss://h/t/***"_s);
    row("hash", u"password_hash='x y' rest"_s, u"password_hash=*** rest"_s);
}

void LogTest::secretsAreMasked()
{
    QFETCH(const QString, text);
    QFETCH(const QString, expected);
    QCOMPARE(logText(text), expected);
    const auto log = open(options());
    log->write(LogLevel::Info, u"hub", text);
    QVERIFY(log->flush());
    QVERIFY2(read().endsWith(expected.toUtf8() + '\n'), read().constData());
    QCOMPARE(log->lines(0, LogLevel::Debug, {}, 1).front().text, expected);
}

void LogTest::harmlessTextIsKept()
{
    for (const QString &text : {u"ping: 5 ms"_s, u"the pin of a printer"_s, u"3 tokens issued"_s,
                                u"order=12 total=9.90"_s, u"/tables/t1/x"_s, u"日本 ☕ 👍"_s})
        QCOMPARE(logText(text), text);
}

void LogTest::oneEventIsOneLine()
{
    const auto log = open(options());
    log->write(LogLevel::Info, u"hu\nb", u"a\r\nb\tc\u001b[31m\u2028d\u202ee\u0085f");
    QVERIFY(log->flush());
    QCOMPARE(read().count('\n'), 1);
    QVERIFY2(read().endsWith("hu\\nb  a\\r\\nb\\tc\\u001b[31m\\u2028d\\u202ee\\u0085f\n"),
             read().constData());
}

void LogTest::longTextIsCut()
{
    const QString cut = logText(QString(longestLogText - 1, u'x') + u"👍"_s);
    QCOMPARE(cut, QString(longestLogText - 1, u'x') + u'…');
}

void LogTest::hostileTextIsQuick()
{
    QElapsedTimer timer;
    timer.start();
    for (const QString &piece : {u"pin"_s, u"token"_s, u"pin\\"_s, u"\\\""_s, u"token "_s, u"/t/"_s,
                                 u"bearer "_s, u"pin:\""_s, u"pin["_s, u"password_"_s})
        QVERIFY(!logText(piece.repeated(100'000)).isEmpty());
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
}

void LogTest::filesRotateAndTheOldestGoes()
{
    LogOptions small = options();
    small.fileBytes = 2000;
    small.files = 3;
    const auto log = open(small);
    for (int i = 0; i < 200; ++i)
        log->write(LogLevel::Info, u"hub", QString::number(i).rightJustified(60, u'.'));
    QVERIFY(log->flush());
    const QStringList names = QDir(small.dir).entryList(QDir::Files, QDir::Name);
    QCOMPARE(names, QStringList({u"server.1.log"_s, u"server.2.log"_s, u"server.log"_s}));
    for (const QString &name : names)
        QVERIFY(read(name).size() <= 2000);
    QVERIFY(read().endsWith(".199\n"));
}

void LogTest::recentLinesAreBounded()
{
    LogOptions few = options();
    few.recentLines = 10;
    const auto log = open(few);
    for (int i = 1; i <= 25; ++i)
        log->write(LogLevel::Info, u"hub", QString::number(i));
    const auto lines = log->lines(0, LogLevel::Debug, {}, 100);
    QCOMPARE(lines.size(), std::size_t(10));
    QCOMPARE(lines.front().no, quint64(16));
    QCOMPARE(lines.back().text, u"25"_s);
}

void LogTest::recentLinesAreFound()
{
    const auto log = open(options());
    log->write(LogLevel::Info, u"hub", u"Tisch one");
    log->write(LogLevel::Warning, u"store", u"slow");
    log->write(LogLevel::Error, u"net", u"tisch two");
    log->write(LogLevel::Info, u"hub", u"three");
    const auto found = [&](quint64 since, LogLevel level, const QString &text, std::size_t limit) {
        std::vector<quint64> numbers;
        for (const LogLine &line : log->lines(since, level, text, limit))
            numbers.push_back(line.no);
        return numbers;
    };
    using Numbers = std::vector<quint64>;
    QCOMPARE(found(0, LogLevel::Debug, {}, 2), (Numbers{3, 4}));
    QCOMPARE(found(1, LogLevel::Debug, {}, 2), (Numbers{2, 3}));
    QCOMPARE(found(0, LogLevel::Warning, {}, 9), (Numbers{2, 3}));
    QCOMPARE(found(0, LogLevel::Debug, u"TISCH"_s, 9), (Numbers{1, 3}));
    QCOMPARE(found(0, LogLevel::Debug, u"store"_s, 9), (Numbers{2}));
    QCOMPARE(found(4, LogLevel::Debug, {}, 9), Numbers{});
}

void LogTest::observerHearsEachLineOnce()
{
    const auto log = open(options());
    std::vector<LogLine> heard;
    log->setObserver([&](const LogLine &line) {
        heard.push_back(line);
        // Must neither hang nor be announced.
        log->write(LogLevel::Info, u"observer", u"echo");
    });
    log->write(LogLevel::Info, u"hub", u"first");
    log->write(LogLevel::Debug, u"hub", u"below the level");
    QCOMPARE(heard.size(), std::size_t(1));
    QCOMPARE(heard[0].no, quint64(1));
    QCOMPARE(heard[0].text, u"first"_s);
    log->setObserver({});
    log->write(LogLevel::Info, u"hub", u"second");
    QCOMPARE(heard.size(), std::size_t(1));
    QCOMPARE(log->lastNo(), quint64(3));
}

void LogTest::temporaryLevelEnds()
{
    const auto log = open(options());
    log->setLevelFor(LogLevel::Debug, 1s);
    QVERIFY(log->isEnabled(LogLevel::Debug));
    QCOMPARE(log->level(), LogLevel::Debug);
    QTRY_VERIFY_WITH_TIMEOUT(!log->isEnabled(LogLevel::Debug), 5000);
    QVERIFY(log->isEnabled(LogLevel::Info));

    log->setLevelFor(LogLevel::Error, 1s);
    QVERIFY(!log->isEnabled(LogLevel::Warning));
    QTRY_COMPARE_WITH_TIMEOUT(log->level(), LogLevel::Info, 5000);

    log->setLevelFor(LogLevel::Warning, 0s);
    QVERIFY(!log->isEnabled(LogLevel::Info));
    QCOMPARE(log->lines(0, LogLevel::Debug, u"level is"_s, 9).size(), std::size_t(3));
}

void LogTest::qtMessagesAreTaken()
{
    LogOptions taking = options();
    taking.takesQtMessages = true;
    auto log = open(taking);
    qCWarning(lcHub) << "watch" << 7;
    qInfo("plain");
    qCCritical(lcHub, "broken");
    const auto lines = log->lines(0, LogLevel::Debug, {}, 9);
    QCOMPARE(lines.size(), std::size_t(3));
    QCOMPARE(lines[0].component, u"hub"_s);
    QCOMPARE(lines[0].level, LogLevel::Warning);
    QCOMPARE(lines[0].text, u"watch 7"_s);
    QCOMPARE(lines[1].component, u"app"_s);
    QCOMPARE(lines[1].level, LogLevel::Info);
    QCOMPARE(lines[2].level, LogLevel::Error);
    log.reset();
    QCOMPARE(read().count('\n'), 3);
}

void LogTest::formerQtHandlerComesBack()
{
    static int heard;
    heard = 0;
    const auto former = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &, const QString &) { ++heard; });
    LogOptions taking = options();
    taking.takesQtMessages = true;
    auto log = open(taking);
    qInfo("to the log");
    const int whileOpen = heard;
    log.reset();
    qInfo("to the former handler");
    qInstallMessageHandler(former);
    QCOMPARE(whileOpen, 0);
    QCOMPARE(heard, 1);
}

void LogTest::linesOfAllThreadsAreKept()
{
    LogOptions roomy = options();
    roomy.queuedLines = 20'000;
    auto log = open(roomy);
    std::atomic<int> heard = 0;
    log->setObserver([&](const LogLine &) { ++heard; });
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&log, t] {
            for (int i = 0; i < 500; ++i) {
                log->write(LogLevel::Info, u"hub", u"%1 of %2"_s.arg(i).arg(t));
                static_cast<void>(log->lines(0, LogLevel::Info, {}, 1));
            }
        });
    }
    log->setLevelFor(LogLevel::Debug, 60s);
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(heard.load(), 2001);
    QCOMPARE(log->droppedLines(), quint64(0));
    // Destruction writes what is queued.
    log.reset();
    QCOMPARE(read().count('\n'), 2001);
}

void LogTest::stuckFileHoldsNobodyUp()
{
    // A pipe that nobody reads stands for a disk that does not answer.
    QVERIFY(QDir().mkpath(options().dir));
    const QByteArray path = QFile::encodeName(options().dir + u"/server.log"_s);
    QCOMPARE(::mkfifo(path.constData(), 0600), 0);
    const int reader = ::open(path.constData(), O_RDONLY | O_NONBLOCK);
    QVERIFY(reader >= 0);

    LogOptions tight = options();
    tight.queuedLines = 100;
    auto log = open(tight);
    const QString text(1000, u'x');
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 1000; ++i)
        log->write(LogLevel::Info, u"hub", text);
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(log->droppedLines() > 0);
    QVERIFY(!log->flush(50ms));
    // The console still sees what the file misses.
    QCOMPARE(log->lines(0, LogLevel::Info, u"xxx"_s, 5000).size(), std::size_t(1000));

    std::thread drain([reader] {
        QByteArray buffer(65536, Qt::Uninitialized);
        ::fcntl(reader, F_SETFL, 0);
        while (::read(reader, buffer.data(), static_cast<std::size_t>(buffer.size())) > 0) {
        }
    });
    log.reset();
    drain.join();
    ::close(reader);
}

void LogTest::fullDiskIsCounted()
{
    if (!QFile::exists(u"/dev/full"_s))
        QSKIP("there is no /dev/full here");
    QVERIFY(QDir().mkpath(options().dir));
    QVERIFY(QFile::link(u"/dev/full"_s, options().dir + u"/server.log"_s));
    const auto log = open(options());
    log->write(LogLevel::Info, u"hub", u"lost");
    QVERIFY(log->flush());
    QVERIFY(log->failedWrites() > 0);
    QCOMPARE(log->lines(0, LogLevel::Info, {}, 9).size(), std::size_t(1));
}

void LogTest::unusableDirectoryIsNamed()
{
    LogOptions blocked = options();
    QFile file(m_dir->filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    blocked.dir = file.fileName() + u"/logs"_s;
    const auto under = Log::open(blocked);
    QVERIFY(!under);
    QCOMPARE(under.error(), u"cannot make the log directory '%1'"_s.arg(blocked.dir));

    QVERIFY(QDir().mkpath(options().dir + u"/server.log"_s));
    const auto taken = Log::open(options());
    QVERIFY(!taken);
    QVERIFY2(
        taken.error().startsWith(u"cannot write the log '%1/server.log': "_s.arg(options().dir)),
        qPrintable(taken.error()));
}

} // namespace possync::ops

QTEST_GUILESS_MAIN(possync::ops::LogTest)
#include "tst_log.moc"
