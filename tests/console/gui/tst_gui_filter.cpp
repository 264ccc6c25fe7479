// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changefilter.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

class FilterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesMatch_data();
    void linesMatch();
    void nonsenseIsExplained_data();
    void nonsenseIsExplained();
    void equalsCanBeParsedAgain_data();
    void equalsCanBeParsedAgain();
    void newNamesAreJudgedToo();
    void givenNamesMatchLikeIds_data();
    void givenNamesMatchLikeIds();
    void renamedIsJudgedAnew();
    void textIsFoundWhereverItLies();

private:
    static ChangeEntry order();
    static qint64 now() { return order().receivedMs + 60000; }
};

// After the class: moc loses its way in raw strings.
ChangeEntry FilterTest::order()
{
    return {.seq = 42,
            .receivedMs = QDateTime(QDate(2026, 6, 12), QTime(20, 14, 30)).toMSecsSinceEpoch(),
            .restaurant = "oh-bombay-milton",
            .changeId = "1717_pos_device_0042_order_7",
            .dataType = "orders",
            .action = "status_changed",
            .entityId = "order_7",
            .deviceId = "pos_device_0042",
            .userId = "Asha",
            .outcome = "applied",
            .data = R"({"status":"ready","total_amount":45.50,"name":"Chef's \"special\""})"};
}

void FilterTest::linesMatch_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char *line, bool matches) {
        QTest::newRow(line) << QString::fromUtf8(line) << matches;
    };
    row("", true);
    row("   ", true);
    row("type == orders", true);
    row("type = orders", true);
    row("TYPE == ORDERS", true);
    row("type == order", false);
    row("type contains order", true);
    row("type != orders", false);
    row("!(type == orders)", false);
    row("!type == tables", true);
    row("user == asha", true);
    row("device contains 0042 && action == status_changed", true);
    row("device contains 0042 action == created", false);
    row("type == tables || user == asha", true);
    row("type == tables || type == users && user == asha", false);
    row("(type == tables || type == orders) && user == asha", true);
    row("seq > 41", true);
    row("seq >= 42 && seq <= 42", true);
    row("seq < 42", false);
    row("size > 20", true);
    row("time > 20:14", true);
    row("time < 20:14:30", false);
    row("time == 20:14", true);
    row("data.status == ready", true);
    row("data.status == READY", true);
    row("data.status != ready", false);
    row("data.missing != x", true);
    row("data.missing == x", false);
    row("data.total_amount > 45", true);
    row("data.total_amount > 100", false);
    row("data.total_amount == 45.5", true);
    row("data.name contains special", true);
    row("order_7", true);
    row("ORDER_7 ready", true);
    row("order_7 tables", false);
    row("\"status\\\":\\\"ready\"", true);
    row("\"order_7\" && !\"table\"", true);
    row("milton", true);
    row("restaurant == oh-bombay-milton", true);
    row("outcome == applied", true);
    row("change contains 1717", true);
    row("record == order_7", true);
    row("contains", false);
}

void FilterTest::linesMatch()
{
    QFETCH(QString, line);
    QFETCH(bool, matches);
    ChangeStore store;
    const ChangeEntry entry = order();
    store.append({&entry, 1});
    const auto filter = ChangeFilter::parse(line, now());
    QVERIFY2(filter, filter ? "" : qPrintable(filter.error().message));
    QCOMPARE(filter->matches(store, store.at(0)), matches);
}

void FilterTest::nonsenseIsExplained_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *line, const char *says) {
        QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(says);
    };
    row("type ==", "missing after ==");
    row("typ == orders", "Did you mean “type”");
    row("id == order_7", "Did you mean “record”");
    row("colour == red", "no field “colour”");
    row("(type == orders", "not closed");
    row("type == orders)", "no opening");
    row("\"open", "quotation mark");
    row("type == \"open", "quotation mark");
    row("== orders", "field name is missing");
    row("type == orders &&", "too early");
    row("||", "missing here");
    row("seq > many", "whole number");
    row("time > late", "20:14");
    row("type > orders", "seq, size, time");
    row("seq contains 4", "number");
    QTest::newRow("deep") << QString(5000, u'(').left(3000) << u"nested"_s;
    QTest::newRow("long") << QString(5000, u'x') << u"too long"_s;
}

void FilterTest::nonsenseIsExplained()
{
    QFETCH(QString, line);
    QFETCH(QString, says);
    const auto filter = ChangeFilter::parse(line, now());
    QVERIFY(!filter);
    QVERIFY2(filter.error().message.contains(says), qPrintable(filter.error().message));
}

void FilterTest::equalsCanBeParsedAgain_data()
{
    QTest::addColumn<QString>("value");
    for (const auto *value : {"order_7", "two words", "quote \" inside", "back\\slash",
                              "a&&b || !c", "", "(x)", "größer"})
        QTest::newRow(value) << QString::fromUtf8(value);
}

void FilterTest::equalsCanBeParsedAgain()
{
    QFETCH(QString, value);
    ChangeEntry entry = order();
    entry.entityId = value.toUtf8();
    ChangeStore store;
    store.append({&entry, 1});
    const auto filter = ChangeFilter::parse(ChangeFilter::equals(u"record"_s, value), now());
    QVERIFY(filter);
    QVERIFY(filter->matches(store, store.at(0)));
}

void FilterTest::newNamesAreJudgedToo()
{
    ChangeStore store;
    ChangeEntry entry = order();
    store.append({&entry, 1});
    const auto filter = ChangeFilter::parse(u"user == ravi"_s, now());
    QVERIFY(filter);
    QVERIFY(!filter->matches(store, store.at(0)));
    entry.userId = "ravi"; // a name the compiled filter has not seen yet
    store.append({&entry, 1});
    QVERIFY(filter->matches(store, store.at(1)));
}

void FilterTest::givenNamesMatchLikeIds_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QList<int>>("rows");
    const auto row = [](const char *line, const QList<int> &rows) {
        QTest::newRow(line) << QString::fromUtf8(line) << rows;
    };
    // 0 and 1 are of devices with one id in two restaurants, 2 is of a device without a name.
    row("device == \"Bar upstairs\"", {0});
    row("device == \"bar UPSTAIRS\"", {0});
    row("device == pad1", {0, 1});
    row("device != \"Bar upstairs\"", {1, 2});
    row("device != pad1", {2});
    row("device contains upstairs", {0});
    row("device contains bar", {0, 1});
    row("!(device contains bar)", {2});
    row("upstairs", {0});
    row("restaurant == \"Aunt Mary\"", {0, 2});
    row("restaurant == bistro", {0, 2});
    row("restaurant != \"Aunt Mary\"", {1});
    row("restaurant contains mary && device == pad1", {0});
    row("mary", {0, 2});
    row("device == \"\"", {});
}

void FilterTest::givenNamesMatchLikeIds()
{
    QFETCH(QString, line);
    QFETCH(QList<int>, rows);
    ChangeStore store;
    ChangeEntry entry = order();
    for (const auto &[restaurant, device] :
         {std::pair("bistro", "pad1"), std::pair("annex", "pad1"), std::pair("bistro", "pad2")}) {
        entry.restaurant = restaurant;
        entry.deviceId = device;
        store.append({&entry, 1});
    }
    store.names().setRestaurants({{"bistro", "Aunt Mary"}});
    store.names().setDevices("bistro", {{"pad1", "Bar upstairs"}});
    store.names().setDevices("annex", {{"pad1", "Bar below"}});
    const auto filter = ChangeFilter::parse(line, now());
    QVERIFY(filter);
    QList<int> found;
    for (quint64 i = 0; i < store.size(); ++i) {
        if (filter->matches(store, store.at(i)))
            found.append(int(i));
    }
    QCOMPARE(found, rows);
}

void FilterTest::renamedIsJudgedAnew()
{
    ChangeStore store;
    const ChangeEntry entry = order();
    store.append({&entry, 1});
    const auto filter = ChangeFilter::parse(u"device == Bar"_s, now());
    QVERIFY(filter);
    QVERIFY(!filter->matches(store, store.at(0)));
    QVERIFY(store.names().setDevices(entry.restaurant, {{entry.deviceId, "Bar"}}));
    QVERIFY(!store.names().setDevices(entry.restaurant, {{entry.deviceId, "Bar"}}));
    QVERIFY(filter->matches(store, store.at(0)));
    QVERIFY(store.names().setDevices(entry.restaurant, {}));
    QVERIFY(!filter->matches(store, store.at(0)));
    QVERIFY(store.names().isEmpty());
}

void FilterTest::textIsFoundWhereverItLies()
{
    for (qsizetype size = 0; size < 70; ++size) {
        for (qsizetype at = 0; at <= size; ++at) {
            const QByteArray text = QByteArray(at, 'o') + "ORD-7" + QByteArray(size - at, 'r');
            QVERIFY(containsFolded(text, "ord-7"));
            QVERIFY(containsFolded(text, "d-"));
            QVERIFY(!containsFolded(text, "ord-8"));
            QVERIFY(!containsFolded(text.chopped(size - at + 1), "ord-7")); // cut before its end
        }
    }
    QVERIFY(containsFolded("", ""));
    QVERIFY(!containsFolded("", "a"));
    QVERIFY(!containsFolded("[", "{")); // differ by the bit that tells small letters from capitals
}

} // namespace possync::gui

QTEST_GUILESS_MAIN(possync::gui::FilterTest)
#include "tst_gui_filter.moc"
