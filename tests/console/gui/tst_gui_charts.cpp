// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/charts/chartpane.h"
#include "console/gui/traffic/trafficpage.h"
#include "tests/console/gui/fixture.h"

#include <QChartView>
#include <QLineSeries>
#include <QTest>
#include <cmath>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Charts draw what they are given.
class ChartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void newValuesAndRangeAreOnePicture();
    void valuesAloneAreDrawn();
    void gapsThatCloseLeaveNothing();
    void linesHaveOnePointAPixel();
    void pageDrawsNews();

private:
    static constexpr qint64 start = 1'767'225'600'000;

    static QList<QPointF> wave(qint64 fromMs, int count, double height)
    {
        QList<QPointF> points;
        for (int i = 0; i < count; ++i)
            points.append({double(fromMs + i * 1000LL), height * (1 + std::sin(i / 7.0))});
        return points;
    }
    static std::unique_ptr<ChartPane> shownPane()
    {
        std::unique_ptr<ChartPane> pane(createChartPane(u"Chart"_s, ValueKind::Rate, nullptr));
        pane->setLines({{u"One"_s, 0}, {u"Two"_s, 1}});
        pane->resize(520, 260);
        pane->show();
        return pane;
    }
    static void give(ChartPane &pane, qint64 fromMs, double height)
    {
        pane.setPoints(0, wave(fromMs, 300, height));
        pane.setPoints(1, wave(fromMs, 300, height / 3));
        pane.setTimeRange(fromMs, fromMs + 300'000);
    }
    static QImage picture(ChartPane &pane)
    {
        QCoreApplication::processEvents();
        return pane.grab().toImage();
    }
    static QList<QLineSeries *> series(const ChartPane &pane)
    {
        QList<QLineSeries *> lines;
        for (QAbstractSeries *one : pane.findChild<QChartView *>()->chart()->series())
            lines.append(qobject_cast<QLineSeries *>(one));
        return lines;
    }
};

void ChartsTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin).*"_s));
}

void ChartsTest::newValuesAndRangeAreOnePicture()
{
    const auto moved = shownPane();
    QVERIFY(QTest::qWaitForWindowExposed(moved.get()));
    give(*moved, start, 40);
    const QImage before = picture(*moved);
    // What is drawn afterwards is what a chart draws that never had other values.
    const auto fresh = shownPane();
    QVERIFY(QTest::qWaitForWindowExposed(fresh.get()));
    for (const double height : {40.0, 39.0, 90.0}) {
        give(*moved, start + 90'000, height);
        give(*fresh, start + 60'000, 1);
        give(*fresh, start + 90'000, height);
        const QImage now = picture(*moved);
        QVERIFY(now != before);
        QCOMPARE(now, picture(*fresh));
        QCOMPARE(series(*moved).first()->points().last(), wave(start + 90'000, 300, height).last());
    }
    // A range that stays is drawn as well.
    const QImage high = picture(*moved);
    give(*moved, start + 90'000, 45);
    QVERIFY(picture(*moved) != high);
}

void ChartsTest::valuesAloneAreDrawn()
{
    const auto pane = shownPane();
    QVERIFY(QTest::qWaitForWindowExposed(pane.get()));
    give(*pane, start, 40);
    const QImage before = picture(*pane);
    pane->setPoints(0, wave(start, 300, 20));
    QTRY_COMPARE(series(*pane).first()->points(), wave(start, 300, 20));
    QVERIFY(picture(*pane) != before);
}

void ChartsTest::gapsThatCloseLeaveNothing()
{
    const auto pane = shownPane();
    QVERIFY(QTest::qWaitForWindowExposed(pane.get()));
    QList<QPointF> broken = wave(start, 300, 40);
    for (const int at : {50, 100, 150, 200})
        broken[at].setY(std::nan(""));
    // The gaps move out of the picture, or are filled by what the server remembers; the range
    // moves at the same time, as it does each second.
    for (int second = 0; second < 20; ++second) {
        pane->setPoints(0, second % 2 == 0 ? broken : wave(start, 300, 40));
        pane->setPoints(1, broken);
        pane->setTimeRange(start + second * 1000, start + 300'000 + second * 1000);
        QCOMPARE(series(*pane).size(), second % 2 == 0 ? 10 : 6);
        for (const QLineSeries *run : series(*pane))
            QVERIFY(!run->signalsBlocked());
        picture(*pane);
    }
}

void ChartsTest::linesHaveOnePointAPixel()
{
    const auto pane = shownPane();
    QVERIFY(QTest::qWaitForWindowExposed(pane.get()));
    pane->setTimeRange(start, start + 20'000'000);
    pane->setPoints(0, wave(start, 20'000, 40));
    QTRY_VERIFY(!series(*pane).isEmpty());
    QCOMPARE_LE(series(*pane).first()->count(), 2 + 520);
    QCOMPARE(pane->points(0).size(), 20'000); // for export
}

void ChartsTest::pageDrawsNews()
{
    fixture::QuietServer server;
    Session session;
    session.setPort(&server);
    fixture::fill(session);
    TrafficPage page(session, nullptr);
    page.resize(1000, 700);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    ChartPane *pane = page.panes().last();
    QTRY_VERIFY(!pane->points(0).isEmpty());
    // A value that comes is on the picture soon.
    const double last = pane->points(0).last().x();
    TrafficSample sample{.atMs = qint64(last) + 1000};
    sample[TrafficLine::Connections] = 5;
    session.setFixedNow(sample.atMs + 500);
    session.takeTraffic(QString(), sample);
    QTRY_COMPARE_WITH_TIMEOUT(pane->points(0).last(), QPointF(last + 1000, 5), 20000);
    session.setPort(nullptr);
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::ChartsTest)
#include "tst_gui_charts.moc"
