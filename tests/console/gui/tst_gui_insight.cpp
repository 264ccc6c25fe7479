// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/options.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/fieldmodel.h"
#include "console/gui/charts/chartpane.h"
#include "console/gui/charts/decimate.h"
#include "console/gui/compose/template.h"
#include "console/gui/connect/address.h"
#include "console/gui/devices/insight.h"
#include "tests/console/gui/fixture.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// The pure parts: what facts mean, how lines are reduced, how text from outside is tamed.
class InsightTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { installWords(*QCoreApplication::instance()); }
    void sentencesAnswerWhetherAllIsWell();
    void statesComeFromProgressNotFromLagAlone();
    void reasonsSayWhatHelps();
    void decimationKeepsExtremesAndEnds();
    void gapsSplitLines();
    void outagesAreGapsInTheFeed();
    void foreignTextIsTamed();
    void secretsNeverEnter_data();
    void secretsNeverEnter();
    void prettyJsonKeepsNumbers();
    void everyTemplateCanBeSent();
    void formsKeepWhatTheyDoNotKnow();
    void addresses_data();
    void addresses();
    void brokenSettingsGiveDefaults();
    void optionsAreReadWithoutADisplay();
};

void InsightTest::sentencesAnswerWhetherAllIsWell()
{
    Session session;
    fixture::fill(session);
    const auto sentence = [&](const QString &id) {
        return restaurantVerdict(*session.fleet().restaurant(id), session.fleet().devices(id),
                                  session.nowMs());
    };
    QCOMPARE(sentence(u"spice-route-oakville"_s),
             u"All 4 devices in sync; last change 11 s ago."_s);
    QCOMPARE(
        sentence(u"oh-bombay-milton"_s),
        u"2 of 6 devices behind: Kitchen screen has 7 waiting; Noor's tablet is offline and misses 23."_s);
    QCOMPARE(sentence(u"chai-corner-waterloo"_s),
             u"No device has connected; last change 2 h 05 min ago."_s);
    const QList<Attention> attention = attentionOf(session.fleet(), QString(), session.nowMs());
    QCOMPARE(attention.size(), 3);
    QCOMPARE(attention.first().tone, Tone::Bad); // the lost one comes first
    QCOMPARE(attentionOf(session.fleet(), u"spice-route-oakville"_s, session.nowMs()).size(), 0);
}

void InsightTest::statesComeFromProgressNotFromLagAlone()
{
    const qint64 now = fixture::nowMs();
    DeviceFacts device{.deviceId = u"d"_s, .lag = 3, .isConnected = true, .movedMs = now - 500};
    QCOMPARE(deviceState(device, now), State::InSync); // traffic under way
    QCOMPARE(deviceReason(device, now), u"3 changes are on their way to it."_s);
    device.lag = 1;
    QCOMPARE(deviceReason(device, now), u"1 change is on its way to it."_s);
    device.lag = 0;
    QCOMPARE(deviceReason(device, now), u"Everything has reached it."_s);
    device.lag = 3;
    QCOMPARE(deviceState(device, now + stuckAfterMs), State::Behind);
    device.lag = usualLag + 1;
    QCOMPARE(deviceState(device, now), State::CatchingUp);
    device.isConnected = false;
    QCOMPARE(deviceState(device, now), State::Lost);
    device.lag = 0;
    QCOMPARE(deviceState(device, now), State::Away);

    Fleet fleet;
    fleet.setDevices(u"r"_s, {{.deviceId = u"d"_s, .position = 10, .lag = 5, .isConnected = true}},
                     now);
    fleet.setDevices(u"r"_s, {{.deviceId = u"d"_s, .position = 10, .lag = 6, .isConnected = true}},
                     now + 20000);
    QCOMPARE(fleet.stateOf(u"r"_s, now + 20000), State::Behind);
    fleet.setDevices(u"r"_s, {{.deviceId = u"d"_s, .position = 12, .lag = 6, .isConnected = true}},
                     now + 21000);
    QCOMPARE(fleet.stateOf(u"r"_s, now + 21000), State::InSync);
}

void InsightTest::reasonsSayWhatHelps()
{
    const qint64 now = fixture::nowMs();
    DeviceFacts device{.deviceId = u"d"_s, .lag = 7, .isConnected = true, .movedMs = now - 60000};
    QVERIFY(deviceReason(device, now).contains(u"confirms nothing"_s));
    device.roundTripMs = 4000;
    QVERIFY(deviceReason(device, now).contains(u"network is very slow"_s));
    device.queuedBytes = 1 << 20;
    QVERIFY(deviceReason(device, now).contains(u"reads too slowly"_s));
    device.isShared = true;
    QVERIFY(deviceReason(device, now).contains(u"same device id"_s));
    device.clockSkewMs = -240000;
    QVERIFY(deviceReason(device, now).contains(u"4 min behind"_s));
}

void InsightTest::decimationKeepsExtremesAndEnds()
{
    QList<QPointF> points;
    for (int i = 0; i < 100000; ++i)
        points.append({double(i), std::sin(i / 500.0)});
    points[54321].setY(99);
    points[12345].setY(-99);
    const QList<QPointF> few = decimate(points, 400);
    QVERIFY(few.size() <= 800);
    QCOMPARE(few.first(), points.first());
    QCOMPARE(few.last(), points.last());
    QVERIFY(few.contains(QPointF(54321, 99)));
    QVERIFY(few.contains(QPointF(12345, -99)));
    QVERIFY(std::ranges::is_sorted(few, {}, &QPointF::x));
    QCOMPARE(decimate(points.first(700), 400), points.first(700));
    QCOMPARE(decimate({}, 400).size(), 0);
    QCOMPARE(niceStep(95, 4), 50.0);
    QCOMPARE(niceStep(8, 4), 2.0);
    QCOMPARE(niceTimeStep(300000, 5), 60000);
}

void InsightTest::gapsSplitLines()
{
    const double none = std::nan("");
    const auto runs = splitAtGaps({{0, 1}, {1, 2}, {2, none}, {3, none}, {4, 5}});
    QCOMPARE(runs.size(), 2);
    QCOMPARE(runs[0].size(), 2);
    QCOMPARE(runs[1], (QList<QPointF>{{4, 5}}));
    QCOMPARE(splitAtGaps({{0, none}}).size(), 0);
}

void InsightTest::outagesAreGapsInTheFeed()
{
    TrafficFeed feed;
    for (qint64 second = 0; second < 100; ++second) {
        if (second >= 40 && second < 60)
            continue;
        TrafficSample sample{.atMs = 1000000 + second * 1000};
        sample[TrafficLine::Orders] = 2;
        feed.append(QString(), sample);
    }
    const auto points = feed.points(QString(), TrafficLine::Orders, 1000000, 1099000);
    QCOMPARE(splitAtGaps(points).size(), 2);
    const auto gaps = feed.gaps(QString(), 1000000, 1099000);
    QCOMPARE(gaps, (QList<std::pair<qint64, qint64>>{{1039000, 1060000}}));
    QCOMPARE(feed.gaps(QString(), 1000000, 1200000).last(),
             (std::pair<qint64, qint64>{1099000, 1200000}));
    const auto recent = feed.recentChanges(QString(), 1099000, 100000, 10);
    QCOMPARE(recent.size(), 10U);
    QCOMPARE(recent[0], 2.0);
    QCOMPARE(recent[4], -1.0); // not known is not zero
}

void InsightTest::foreignTextIsTamed()
{
    QCOMPARE(plainLine(u"a\nb\u202ec\u0000d"_s), u"a⏎b\ufffdc␀d"_s);
    QCOMPARE(plainLine(QString(1000, u'x')).size(), 401);
    QVERIFY(plainToolTip(u"<img src='http://x/'>"_s).contains(u"&lt;img"_s));
    QCOMPARE(spanText(125000), u"2 min"_s);
    QCOMPARE(spanText(3900000), u"1 h 05 min"_s);
    QCOMPARE(valueText(ValueKind::Microseconds, 420), u"420 µs"_s);
}

void InsightTest::secretsNeverEnter_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("masked");
    const auto row = [](const char *name, const char *json, const char *masked) {
        QTest::newRow(name) << QByteArray(json) << QByteArray(masked);
    };
    row("plain", R"({"name":"Asha","pin":"4711"})", "{\"name\":\"Asha\",\"pin\":\"••••\"}");
    row("nested", R"({"user":{"pin":4711},"list":[{"pin":"1"}]})",
        "{\"user\":{\"pin\":\"••••\"},\"list\":[{\"pin\":\"••••\"}]}");
    row("escaped", R"({"p\u0069n":"4711"})", "{\"p\\u0069n\":\"••••\"}");
    row("nothing", R"({"total": 45.50})", R"({"total": 45.50})");
    row("value only", R"({"note":"pin"})", R"({"note":"pin"})");
}

void InsightTest::secretsNeverEnter()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, masked);
    QCOMPARE(withoutSecrets(json), masked);
}

void InsightTest::prettyJsonKeepsNumbers()
{
    QCOMPARE(
        prettyJson(R"({"a":25.50,"b":[1,{"c":"x,y:{}"}],"d":{}})"),
        u"{\n  \"a\": 25.50,\n  \"b\": [\n    1,\n    {\n      \"c\": \"x,y:{}\"\n    }\n  ],\n  \"d\": {}\n}"_s);
    QCOMPARE(prettyJson("not json"), u"not json"_s);
}

void InsightTest::everyTemplateCanBeSent()
{
    int perType[7]{};
    for (const ChangeTemplate &chosen : allTemplates()) {
        QVERIFY(isActionAllowed(chosen.type, chosen.action));
        QCOMPARE(dataProblem(presetData(chosen), chosen), QString());
        ++perType[int(chosen.type)];
    }
    for (const DataType type : allDataTypes)
        QCOMPARE(std::size_t(perType[int(type)]), actionsOf(type).size());
}

void InsightTest::formsKeepWhatTheyDoNotKnow()
{
    const QByteArray before = R"({"total_amount":25.50,"extra":9007199254740993})";
    const QByteArray after = withMember(before, "total_amount", FormField::Number, u"30.00"_s);
    QVERIFY(after.contains("30.00"));
    QVERIFY(after.contains("9007199254740993"));
    const ChangeTemplate order = allTemplates().first();
    QVERIFY(dataProblem("{\"a\":1", order).contains(u"Line 1"_s));
    QVERIFY(dataProblem("[]", order).size() > 0);
    QVERIFY(
        dataProblem(withMember(presetData(order), "status", FormField::Choice, u"eaten"_s), order)
            .contains(u"one of"_s));
    QVERIFY(dataProblem(withMember(presetData(order), "total_amount", FormField::Number, u"much"_s),
                        order)
                .contains(u"number"_s));
    QVERIFY(
        dataProblem(withMember(presetData(order), "status", FormField::Choice, QString()), order)
            .contains(u"missing"_s));
}

void InsightTest::addresses_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("url");
    QTest::newRow("host and port") << u"192.168.1.10:3000"_s << u"http://192.168.1.10:3000"_s;
    QTest::newRow("host alone") << u" backoffice "_s << u"http://backoffice:3000"_s;
    QTest::newRow("ws") << u"ws://host:3100/ws"_s << u"http://host:3100"_s;
    QTest::newRow("wss") << u"wss://host"_s << u"https://host:443"_s;
    QTest::newRow("ipv6") << u"[::1]:3000"_s << u"http://[::1]:3000"_s;
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("spaces") << u"my server"_s << QString();
    QTest::newRow("ftp") << u"ftp://host"_s << QString();
}

void InsightTest::addresses()
{
    QFETCH(QString, typed);
    QFETCH(QString, url);
    const auto server = parseServerAddress(typed);
    QCOMPARE(bool(server), !url.isEmpty());
    if (server)
        QCOMPARE(server->toString(), url);
}

void InsightTest::brokenSettingsGiveDefaults()
{
    QTemporaryDir dir;
    QSettings settings(dir.filePath(u"s.ini"_s), QSettings::IniFormat);
    saveProfiles(settings, {{u"Milton"_s, QUrl(u"http://10.0.0.2:3000"_s)}});
    QCOMPARE(loadProfiles(settings).size(), 1);
    settings.setValue("profiles", u"nonsense"_s);
    QCOMPARE(loadProfiles(settings).size(), 0);
    settings.setValue("profiles",
                      QVariantList{7, QStringList{u"a"_s}, QStringList{u"b"_s, u"ftp://x"_s}});
    QCOMPARE(loadProfiles(settings).size(), 0);
}

void InsightTest::optionsAreReadWithoutADisplay()
{
    QCOMPARE(parseOptions({u"c"_s, u"--connect"_s, u"127.0.0.1:3100"_s})->server,
             QUrl(u"http://127.0.0.1:3100"_s));
    QVERIFY(parseOptions({u"c"_s, u"--version"_s})->printAndExit.startsWith(u"possync-console "_s));
    QVERIFY(parseOptions({u"c"_s, u"--help"_s})->printAndExit.contains(u"--reset-layout"_s));
    QVERIFY(!parseOptions({u"c"_s, u"--bogus"_s}));
    QVERIFY(!parseOptions({u"c"_s, u"--demo"_s, u"--profile"_s, u"x"_s}));
    QVERIFY(!parseOptions({u"c"_s, u"--connect"_s, u"ftp://x"_s}));
    QVERIFY(!parseOptions({u"c"_s, u"stray"_s}));
}

} // namespace possync::gui

QTEST_GUILESS_MAIN(possync::gui::InsightTest)
#include "tst_gui_insight.moc"
