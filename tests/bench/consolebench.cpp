// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast the console is: prints figures for docs/performance.md; not a test. Nothing is sent
// anywhere. Usage: possync_console_bench [--seconds N] [--rows N] [--megabytes N]
#include "console/gui/base/page.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/changefilter.h"
#include "console/gui/charts/chartpane.h"
#include "console/gui/frame/mainwindow.h"
#include "console/gui/lab/labpage.h"
#include "console/gui/lab/replaypane.h"
#include "console/gui/traffic/trafficfeed.h"
#include "tests/console/gui/fixture.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QEventLoop>
#include <QFile>
#include <QGridLayout>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <cstdio>
#include <ctime>

using namespace possync::gui;
using namespace Qt::StringLiterals;

namespace {

double ms(qint64 ns)
{
    return double(ns) / 1e6;
}

qint64 residentKb()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * 4;
}

/// Longest time the event loop was away, seen by a timer that wants to run all the time.
class LoopWatch : public QObject
{
public:
    LoopWatch()
    {
        m_clock.start();
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, this, [this] {
            m_gaps.push_back(m_clock.nsecsElapsed());
            m_clock.restart();
        });
        m_timer.start(1);
    }
    double longestMs() const { return ms(*std::ranges::max_element(m_gaps)); }
    double percentileMs(std::size_t percent)
    {
        std::ranges::sort(m_gaps);
        return ms(m_gaps[(m_gaps.size() - 1) * percent / 100]);
    }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::vector<qint64> m_gaps;
};

void runFor(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

/// 5,000 changes a second, as the admin protocol gathers them: every 100 ms.
void live(Session &session, MainWindow &window, int seconds)
{
    constexpr quint64 batch = 500;
    quint64 next = 100'000;
    const quint64 before = session.changes().store().endRow();
    for (const QString &page : {u"changes"_s, u"overview"_s, u"traffic"_s}) {
        window.showPage(page);
        runFor(200);
        const qint64 memory = residentKb();
        LoopWatch watch;
        QTimer feed;
        feed.setTimerType(Qt::PreciseTimer);
        QObject::connect(&feed, &QTimer::timeout, &feed, [&] {
            session.takeChanges(fixture::manyChanges(next, batch));
            next += batch;
        });
        feed.start(100);
        runFor(seconds * 1000);
        feed.stop();
        runFor(300);
        std::printf(
            "live 5,000/s for %d s on %-9s longest frame %.1f ms, 99 of 100 %.1f ms, memory "
            "%+.1f MB\n",
            seconds, qPrintable(page + u':'), watch.longestMs(), watch.percentileMs(99),
            double(residentKb() - memory) / 1024);
    }
    const quint64 recorded = session.changes().store().endRow() - before;
    std::printf("recorded %llu of %llu\n", static_cast<unsigned long long>(recorded),
                static_cast<unsigned long long>(next - 100'000));
}

/// What this process has used of one core, with all its threads, while it ran.
class CoreShare
{
public:
    CoreShare()
        : m_before(std::clock())
    {
        m_wall.start();
    }
    double percent() const
    {
        const double used = double(std::clock() - m_before) / CLOCKS_PER_SEC;
        return 100 * used * 1e9 / double(m_wall.nsecsElapsed());
    }

private:
    std::clock_t m_before;
    QElapsedTimer m_wall;
};

/// A sample of busy, uneven traffic.
TrafficSample busySample(qint64 atMs)
{
    TrafficSample sample{.atMs = atMs};
    for (std::size_t line = 0; line < sample.values.size(); ++line)
        sample.values[line] =
            float(50 + 10 * line) + float((atMs / 1000 * qint64(7 + line)) % qint64(23 + line));
    return sample;
}

/// Eight charts as those of the page Traffic, seven of two lines and one of six, over the last
/// fifteen minutes: a new value each second, and drawn anew with it as the page does.
void charts(int seconds)
{
    constexpr qint64 rangeMs = 15 * 60 * 1000;
    TrafficFeed feed;
    const auto now = [] { return QDateTime::currentMSecsSinceEpoch(); };
    for (qint64 at = now() - rangeMs; at < now(); at += 1000)
        feed.append(QString(), busySample(at));
    QWidget window;
    auto *grid = new QGridLayout(&window);
    QList<std::pair<ChartPane *, int>> panes; // and the number of lines
    for (int chart = 0; chart < 8; ++chart) {
        ChartPane *pane = createChartPane(u"Chart"_s, ValueKind::Rate, &window);
        const int lines = chart == 0 ? 6 : 2;
        QList<ChartLine> described;
        for (int line = 0; line < lines; ++line)
            described.append({u"Line"_s, line});
        pane->setLines(described);
        grid->addWidget(pane, chart / 2, chart % 2);
        panes.append({pane, lines});
    }
    window.resize(1360, 860);
    window.show();
    qint64 frames = 0;
    QTimer measure;
    QObject::connect(&measure, &QTimer::timeout, &measure, [&] {
        const qint64 to = now();
        feed.append(QString(), busySample(to));
        int next = 0;
        for (const auto &[pane, lines] : std::as_const(panes)) {
            for (int line = 0; line < lines; ++line)
                pane->setPoints(line, feed.points(QString(), TrafficLine(next++ % trafficLineCount),
                                                  to - rangeMs, to, TrafficFeed::liveStepMs));
            pane->setTimeRange(to - rangeMs, to);
        }
        ++frames;
    });
    measure.start(1000);
    runFor(1500);
    frames = 0;
    const CoreShare share;
    runFor(seconds * 1000);
    std::printf("eight live charts: %.1f %% of a core, %lld pictures in %d s\n", share.percent(),
                static_cast<long long>(frames), seconds);
}

void many(Session &session, MainWindow &window, quint64 rows)
{
    ChangeModel &model = session.changes();
    QElapsedTimer clock;
    clock.start();
    for (quint64 first = 1; first <= rows; first += 20'000) {
        const auto batch = fixture::manyChanges(first, 20'000);
        model.append(batch);
    }
    std::printf("%llu changes loaded in %lld ms, memory %lld MB\n",
                static_cast<unsigned long long>(model.store().size()),
                static_cast<long long>(clock.elapsed()),
                static_cast<long long>(residentKb() / 1024));
    window.showPage(u"changes"_s);
    runFor(300);
    for (const QString &line :
         {u"type == orders"_s, u"user == asha && action == status_changed"_s, u"ORD-4242"_s}) {
        const auto filter = ChangeFilter::parse(line, session.nowMs());
        if (!filter)
            continue;
        LoopWatch watch;
        clock.restart();
        model.setFilter(*filter);
        while (model.isFiltering())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        const double took = ms(clock.nsecsElapsed());
        runFor(100);
        std::printf("filter %-42s %.0f ms, %d rows, longest frame %.1f ms\n",
                    qPrintable(line + u':'), took, model.rowCount(), watch.longestMs());
    }
    model.setFilter(ChangeFilter());
    while (model.isFiltering())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    for (const auto &[name, column] : {std::pair("number", int(ChangeModel::Seq)),
                                       std::pair("record", int(ChangeModel::Record))}) {
        clock.restart();
        model.sort(column, Qt::DescendingOrder);
        std::printf("sort by %-8s %.0f ms\n", name, ms(clock.nsecsElapsed()));
    }
    model.sort(ChangeModel::Time, Qt::AscendingOrder);
    auto *table = window.page(u"changes"_s)->findChild<QTableView *>();
    qint64 longest = 0;
    for (int i = 0; i < 60; ++i) {
        clock.restart();
        table->scrollTo(model.index(model.rowCount() / 60 * i, 0));
        table->viewport()->grab();
        longest = std::max(longest, clock.nsecsElapsed());
    }
    std::printf("scroll: longest frame %.1f ms\n", ms(longest));
}

/// A recording of so many megabytes is opened on the test bench.
void recordings(MainWindow &window, qint64 megabytes)
{
    const QTemporaryDir dir;
    const QString name = dir.filePath(u"large.jsonl"_s);
    const QByteArray note(300, 'x');
    quint64 changes = 0;
    {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly))
            return;
        file.write(possync::remote::encodeRecordingHead({.restaurant = u"bench"_s}));
        while (file.size() < megabytes * 1'000'000) {
            const QByteArray number = QByteArray::number(++changes);
            file.write(possync::remote::encodeRecordedChange(
                {.seq = changes,
                 .receivedMs = qint64(1'767'225'600'000 + changes),
                 .changeId = "change-" + number,
                 .dataType = "orders",
                 .action = "updated",
                 .entityId = "order-" + QByteArray::number(changes % 5000),
                 .deviceId = "till-" + QByteArray::number(changes % 7),
                 .outcome = "applied",
                 .data = R"({"status":"ready","note":")" + note + "\"}"}));
        }
    }
    window.showPage(u"lab"_s);
    auto *lab = window.findChild<LabPage *>();
    lab->showRecordings();
    runFor(300);
    const qint64 memory = residentKb();
    LoopWatch watch;
    QElapsedTimer clock;
    clock.start();
    lab->replay().openFile(name);
    while (lab->replay().isReading())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    const double took = ms(clock.nsecsElapsed());
    const double grown = double(residentKb() - memory) / 1024;
    lab->replay().openFile(dir.filePath(u"none.jsonl"_s)); // the large one is given back
    runFor(1000);
    std::printf("recording of %lld MB, %llu changes: read in %.0f ms, longest frame %.1f ms, "
                "memory %+.0f MB\n",
                static_cast<long long>(megabytes), static_cast<unsigned long long>(changes), took,
                watch.longestMs(), grown);
}

} // namespace

int main(int argc, char **argv)
{
    QElapsedTimer sinceStart;
    sinceStart.start();
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"seconds"_s, u"seconds of live traffic on each page"_s, u"N"_s, u"60"_s},
                       {u"rows"_s, u"changes to load"_s, u"N"_s, u"1000000"_s},
                       {u"megabytes"_s, u"size of a recording to open"_s, u"N"_s, u"200"_s}});
    parser.process(app);
    installWords(app);
    const QTemporaryDir dir;
    QSettings settings(dir.filePath(u"settings.ini"_s), QSettings::IniFormat);
    Session session;
    MainWindow window(session, settings);
    window.setScheme(Scheme::Light);
    window.show();
    const QPixmap first = window.grab();
    std::printf("start to first paint: %.0f ms (%d x %d)\n", ms(sinceStart.nsecsElapsed()),
                first.width(), first.height());
    fixture::fill(session);
    session.setFixedNow(0);
    charts(parser.value(u"seconds"_s).toInt());
    live(session, window, parser.value(u"seconds"_s).toInt());
    session.setFixedNow(fixture::nowMs());
    recordings(window, parser.value(u"megabytes"_s).toLongLong());
    many(session, window, parser.value(u"rows"_s).toULongLong());
    return 0;
}
