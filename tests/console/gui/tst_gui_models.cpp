// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/tabletools.h"
#include "console/gui/changes/changemodel.h"
#include "console/gui/changes/fieldmodel.h"
#include "console/gui/compose/senthistory.h"
#include "console/gui/data/recordmodel.h"
#include "console/gui/devices/devicemodel.h"
#include "console/gui/logs/logmodel.h"
#include "console/gui/overview/restaurantmodel.h"
#include "tests/console/gui/fixture.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Every model under the model tester, while it is used the way the pages use it.
class ModelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin).*"_s)); }
    void changesGrowFilterSortAndLeave();
    void aMillionChangesFilterAndSort();
    void everyColumnSortsByItsTextThenByArrival();
    void changesSortByTheNamesShown();
    void pausedChangesAreHeld();
    void sortedChangesHoldNewOnes();
    void devicesKeepTheirRows();
    void devicesDoNotMoveByThemselves();
    void restaurantsComeAndGo();
    void logLinesFilterAndLeave();
    void recordsShowFieldsAndHideSecrets();
    void valuesAreToldInWords();
    void smallModelsBehave();
    void exportWritesEveryRow();

private:
    static ChangeFilter filter(const QString &line)
    {
        return *ChangeFilter::parse(line, fixture::nowMs());
    }
};

void ModelsTest::changesGrowFilterSortAndLeave()
{
    ChangeModel model(2 * ChangeStore::chunkRows);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.append(fixture::manyChanges(1, 5000));
    QCOMPARE(model.rowCount(), 5000);
    model.setFilter(filter(u"type == tables"_s));
    QTRY_VERIFY(!model.isFiltering());
    const int tables = model.rowCount();
    QVERIFY(tables > 0 && tables < 5000);
    for (int row = 0; row < tables; row += 97)
        QCOMPARE(model.index(row, ChangeModel::Type).data().toString(), u"Tables"_s);
    model.append(fixture::manyChanges(5001, 8000)); // the oldest leave
    QVERIFY(model.store().firstRow() > 0);
    QVERIFY(model.storeRow(0) >= model.store().firstRow());
    model.sort(ChangeModel::Device, Qt::DescendingOrder);
    for (int row = 1; row < model.rowCount(); ++row)
        QVERIFY(model.index(row - 1, ChangeModel::Device).data().toString()
                >= model.index(row, ChangeModel::Device).data().toString());
    model.append(fixture::manyChanges(13001, 8000)); // they leave from a sorted table, too
    model.sort(ChangeModel::Time, Qt::AscendingOrder);
    QCOMPARE(model.heldCount(), 0ULL);
    model.setRestaurant("oh-bombay-milton");
    QTRY_VERIFY(!model.isFiltering());
    QCOMPARE(model.index(0, ChangeModel::Restaurant).data().toString(), u"oh-bombay-milton"_s);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    model.append(fixture::manyChanges(1, 10));
    QVERIFY(model.rowCount() > 0);
}

void ModelsTest::aMillionChangesFilterAndSort()
{
    ChangeModel model(1000000);
    for (quint64 first = 1; first <= 1000000; first += 50000)
        model.append(fixture::manyChanges(first, 50000));
    QCOMPARE(model.rowCount(), 1000000);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setFilter(filter(u"type == orders && device == till-1"_s));
    QTRY_COMPARE_WITH_TIMEOUT(reset.count(), 1, 60000);
    const int found = model.rowCount();
    QCOMPARE_GT(found, 1000);
    QCOMPARE_LT(found, 500000);
    model.sort(ChangeModel::Record, Qt::AscendingOrder);
    QVERIFY(model.index(0, ChangeModel::Record).data().toString()
            <= model.index(found - 1, ChangeModel::Record).data().toString());
    model.setFilter({});
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 1000000, 60000);
    model.sort(ChangeModel::Seq, Qt::DescendingOrder);
    QCOMPARE(model.index(0, ChangeModel::Seq).data().toString(), u"1000000"_s);
    QCOMPARE(model.index(999999, ChangeModel::Seq).data().toString(), u"1"_s);
}

void ModelsTest::everyColumnSortsByItsTextThenByArrival()
{
    ChangeModel model;
    model.append(fixture::manyChanges(1, 3000));
    // From the order of another column, which must not shine through among equals.
    for (const int column :
         {int(ChangeModel::Restaurant), int(ChangeModel::Type), int(ChangeModel::ActionColumn),
          int(ChangeModel::Record), int(ChangeModel::Device), int(ChangeModel::User),
          int(ChangeModel::Outcome), int(ChangeModel::Seq), int(ChangeModel::Size)}) {
        for (const bool down : {false, true}) {
            model.sort(ChangeModel::Size, down ? Qt::AscendingOrder : Qt::DescendingOrder);
            model.sort(column, down ? Qt::DescendingOrder : Qt::AscendingOrder);
            const bool isNumber = column == ChangeModel::Seq || column == ChangeModel::Size;
            const auto keyAt = [&](int row) {
                const QVariant value = model.index(row, column).data(ChangeModel::FilterValueRole);
                return std::tuple(isNumber ? value.toULongLong() : 0,
                                  isNumber ? QByteArray() : value.toString().toUtf8(),
                                  model.storeRow(row));
            };
            for (int row = 1; row < model.rowCount(); ++row)
                QVERIFY2(down ? keyAt(row - 1) > keyAt(row) : keyAt(row - 1) < keyAt(row),
                         qPrintable(u"column %1, row %2"_s.arg(column).arg(row)));
        }
    }
}

void ModelsTest::changesSortByTheNamesShown()
{
    ChangeModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::vector<ChangeEntry> entries;
    for (const auto &[restaurant, device] :
         {std::pair("r1", "a"), std::pair("r1", "b"), std::pair("r2", "a"), std::pair("r2", "c")})
        entries.push_back({.restaurant = restaurant, .dataType = "orders", .deviceId = device});
    model.append(entries);
    model.setRestaurantNames({{"r1", "Zum Hirsch"}, {"r2", "Adler"}});
    model.setDeviceNames("r1", {{"a", "Till"}});
    const auto shown = [&model](int column) {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row)
            all.append(model.index(row, column).data().toString());
        return all;
    };
    model.sort(ChangeModel::Device, Qt::AscendingOrder);
    QCOMPARE(shown(ChangeModel::Device), QStringList({u"Till"_s, u"a"_s, u"b"_s, u"c"_s}));
    model.sort(ChangeModel::Restaurant, Qt::AscendingOrder);
    QCOMPARE(shown(ChangeModel::Restaurant).first(), u"Adler"_s);
    // A new name is shown, and looked for, at once.
    model.setFilter(filter(u"device == Bar"_s));
    QTRY_COMPARE(model.rowCount(), 0);
    model.setDeviceNames("r2", {{"c", "Bar"}});
    QTRY_COMPARE(model.rowCount(), 1);
    QCOMPARE(shown(ChangeModel::Device), QStringList(u"Bar"_s));
    // What leaves the console holds the ids.
    QTemporaryDir dir;
    const QString name = dir.filePath(u"out.csv"_s);
    auto *job = new TableExport(&model, name, TableExport::Format::Csv, &model);
    QSignalSpy done(job, &TableExport::finished);
    job->start();
    QVERIFY(done.wait());
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray csv = file.readAll();
    QVERIFY2(csv.contains(",r2,") && csv.contains(",c,") && !csv.contains("Adler"),
             csv.constData());
}

void ModelsTest::pausedChangesAreHeld()
{
    ChangeModel model;
    model.append(fixture::manyChanges(1, 10));
    model.setPaused(true);
    model.append(fixture::manyChanges(11, 5));
    QCOMPARE(model.rowCount(), 10);
    QCOMPARE(model.heldCount(), 5ULL);
    QCOMPARE(model.store().size(), 15ULL); // recorded all the same
    model.setPaused(false);
    QCOMPARE(model.rowCount(), 15);
}

void ModelsTest::sortedChangesHoldNewOnes()
{
    ChangeModel model;
    model.append(fixture::manyChanges(1, 10));
    model.sort(ChangeModel::Seq, Qt::DescendingOrder);
    const QPersistentModelIndex chosen = model.index(3, 0);
    const quint64 row = model.storeRow(3);
    model.append(fixture::manyChanges(11, 5));
    QCOMPARE(model.rowCount(), 10);
    model.showHeld();
    QCOMPARE(model.rowCount(), 15);
    QCOMPARE(model.index(0, ChangeModel::Seq).data().toString(), u"15"_s);
    QCOMPARE(model.storeRow(chosen.row()), row); // the selection is the change, not the row
}

void ModelsTest::devicesKeepTheirRows()
{
    Session session;
    fixture::fill(session);
    DeviceModel model(session.fleet(), nullptr);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNow(session.nowMs());
    const int rows = model.rowCount();
    QCOMPARE(rows, 19);
    const auto rowOf = [&](const QString &id) {
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.device(row).deviceId == id)
                return row;
        }
        return -1;
    };
    const int before = rowOf(u"pos_device_0017"_s);
    QList<DeviceFacts> devices = session.fleet().devices(u"oh-bombay-milton"_s);
    devices[0].isConnected = false; // goes and comes back on another connection
    session.takeDevices(u"oh-bombay-milton"_s, devices);
    devices[0].isConnected = true;
    devices[0].connection = 999;
    std::ranges::reverse(devices);
    session.takeDevices(u"oh-bombay-milton"_s, devices);
    QCOMPARE(rowOf(u"pos_device_0017"_s), before);
    QCOMPARE(model.rowCount(), rows);
    DeviceFacts twin = devices.last();
    twin.connection = 1000;
    devices.append(twin);
    session.takeDevices(u"oh-bombay-milton"_s, devices);
    QCOMPARE(model.rowCount(), rows + 1);
    session.takeDevices(u"oh-bombay-milton"_s, {});
    QCOMPARE(model.rowCount(), rows - 6);
}

void ModelsTest::devicesDoNotMoveByThemselves()
{
    Session session;
    fixture::fill(session);
    DeviceModel model(session.fleet(), nullptr);
    DeviceProxy proxy(nullptr);
    const QAbstractItemModelTester tester(&proxy,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    proxy.setSourceModel(&model);
    model.setNow(session.nowMs());
    proxy.sort(DeviceModel::StateColumn);
    QCOMPARE(proxy.index(0, DeviceModel::Device).data().toString(), u"Noor's tablet"_s);
    QList<DeviceFacts> devices = session.fleet().devices(u"oh-bombay-milton"_s);
    devices.last().lag = 0; // nothing waits for it any more
    session.takeDevices(u"oh-bombay-milton"_s, devices);
    QCOMPARE(proxy.index(0, DeviceModel::Device).data().toString(), u"Noor's tablet"_s);
    proxy.refresh();
    QVERIFY(proxy.index(0, DeviceModel::Device).data().toString() != u"Noor's tablet"_s);
    proxy.setOnlyTroubled(true, session.nowMs());
    QCOMPARE(proxy.rowCount(), 2);
    proxy.setOnlyTroubled(false, session.nowMs());
    proxy.setNeedle(u"TILL"_s);
    QCOMPARE(proxy.rowCount(), 5);
}

void ModelsTest::restaurantsComeAndGo()
{
    Session session;
    fixture::fill(session);
    RestaurantModel model(session.fleet(), nullptr);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 7);
    QList<RestaurantFacts> some = session.fleet().restaurants();
    some.removeAt(2);
    some.append({.id = u"aaa"_s});
    some.append({.id = u"zzz"_s});
    session.takeRestaurants(some);
    QCOMPARE(model.rowCount(), 8);
    QCOMPARE(model.index(1).data().toString(), u"aaa"_s);
    some.first().name = u"Zulu"_s;
    session.takeRestaurants(some);
    QCOMPARE(model.index(6).data().toString(), u"Zulu"_s);
    session.takeRestaurants({});
    QCOMPARE(model.rowCount(), 1);
}

void ModelsTest::logLinesFilterAndLeave()
{
    LogModel model(100);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QList<LogLine> lines;
    for (quint64 no = 1; no <= 150; ++no)
        lines.append({no, fixture::nowMs(), LogLevel(no % 4), u"net"_s, u"line %1"_s.arg(no)});
    model.append(lines);
    QCOMPARE(model.rowCount(), 100);
    QCOMPARE(model.index(0).data().toString(), u"line 51"_s);
    model.append(lines); // the last 500 come again after each reconnect
    QCOMPARE(model.rowCount(), 100);
    model.append({{1, fixture::nowMs() + 1000, LogLevel::Info, u"net"_s,
                   u"restarted"_s}}); // counts from one again
    QCOMPARE(model.index(99).data().toString(), u"restarted"_s);
    model.setLevelShown(LogLevel::Debug, false);
    QCOMPARE(model.rowCount(), 100 - model.countOf(LogLevel::Debug));
    model.setNeedle(u"LINE 15"_s);
    QCOMPARE(model.rowCount(), 1);
    model.setNeedle(QString());
    const int row = model.find(u"line 150"_s, 0, true);
    QCOMPARE(model.index(row).data().toString(), u"line 150"_s);
    QCOMPARE(model.find(u"nowhere"_s, 0, true), -1);
    model.append(
        {{151, 0, LogLevel::Error, u"<b>x</b>"_s, QString(1000000, u'<') + QChar(u'\u202e')}});
    QVERIFY(model.index(model.rowCount() - 1).data().toString().size() <= 1001);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void ModelsTest::recordsShowFieldsAndHideSecrets()
{
    RecordModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QJsonObject data = fixture::records().value("data"_L1).toObject();
    model.setRecords(data.value("users"_L1).toArray());
    const auto pin = int(model.fields().indexOf(u"pin"_s));
    QVERIFY(pin >= 0);
    QCOMPARE(model.index(0, pin).data().toString(), u"••••"_s);
    model.setRecords(data.value("orders"_L1).toArray());
    QCOMPARE(model.fields().first(), u"id"_s);
    model.sort(0, Qt::DescendingOrder);
    QCOMPARE(model.recordId(0), u"order_141"_s);
    model.setNeedle(u"ORD-1003"_s);
    QCOMPARE(model.rowCount(), 1);
    model.setNeedle({});
    QCOMPARE(model.rowOf(u"order_100"_s), 41);
    model.setRecords({u"not an object"_s, 7, QJsonValue()});
    QCOMPARE(model.rowCount(), 3);
}

void ModelsTest::valuesAreToldInWords()
{
    RecordModel records;
    records.setRecords({QJsonObject{{u"id"_s, u"o1"_s},
                                    {u"order_number"_s, u"ORD-7"_s},
                                    {u"status"_s, u"inProgress"_s},
                                    {u"type"_s, u"dineIn"_s},
                                    {u"updated_at"_s, u"2026-06-12T20:13:03.059"_s},
                                    {u"note"_s, u"ready"_s}},
                        QJsonObject{{u"id"_s, u"o2"_s}, {u"status"_s, u"<i>odd</i>"_s}}});
    const auto cell = [&records](int row, const QString &field, int role = Qt::DisplayRole) {
        return records.index(row, int(records.fields().indexOf(field))).data(role).toString();
    };
    QCOMPARE(cell(0, u"status"_s), u"In progress"_s);
    QCOMPARE(cell(0, u"type"_s), u"Dine in"_s);
    QVERIFY(cell(0, u"type"_s, Qt::ToolTipRole).contains(u"dineIn"_s));
    QCOMPARE(cell(0, u"type"_s, RawRole), u"dineIn"_s); // what is exported
    QCOMPARE(cell(0, u"note"_s), u"ready"_s);           // somebody's own words
    QCOMPARE(cell(1, u"status"_s), u"<i>odd</i>"_s);
    QVERIFY2(cell(0, u"updated_at"_s).endsWith(u" 20:13:03.059"_s),
             qPrintable(cell(0, u"updated_at"_s)));
    QCOMPARE(cell(0, u"updated_at"_s, RawRole), u"2026-06-12T20:13:03.059"_s);
    QCOMPARE(records.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(),
             u"Order number"_s);
    for (const QString &needle : {u"dine in"_s, u"dineIn"_s}) {
        records.setNeedle(needle);
        QCOMPARE(records.rowCount(), 1);
    }
    // Fields of a change.
    FieldModel form(FieldModel::Shape::Values, nullptr);
    form.setRows(fieldsOf(R"({"type":"dineIn","updated_at":"2026-06-12T20:13:03.059"})"));
    QCOMPARE(form.index(0, 0).data().toString(), u"Type"_s);
    QCOMPARE(form.index(0, 1).data().toString(), u"Dine in"_s);
    QVERIFY(form.index(0, 1).data(Qt::ToolTipRole).toString().contains(u"dineIn"_s));
    QCOMPARE(form.index(0, 1).data(RawRole).toString(), u"dineIn"_s);
    // The app means the clock on its wall.
    QVERIFY2(form.index(1, 1).data().toString().endsWith(u" 20:13:03.059"_s),
             qPrintable(form.index(1, 1).data().toString()));
    // In one line, what it is comes first: there may be room for no more.
    const QByteArray data = R"({"type":"dineIn","total_amount":12.50,"status":"ready",)"
                            R"("order_number":"ORD-7","updated_at":"x"})";
    QCOMPARE(changeSummary(data), u"ORD-7, Ready, type Dine in, total amount 12.50"_s);
    QCOMPARE(recordLabel(data), u"ORD-7"_s);
    QCOMPARE(recordLabel(R"({"status":"ready"})"), QString());
    QCOMPARE(recordLabel("[1"), QString());
}

void ModelsTest::smallModelsBehave()
{
    FieldModel values(FieldModel::Shape::Values, nullptr);
    FieldModel comparison(FieldModel::Shape::Comparison, nullptr);
    SentHistory history;
    const QAbstractItemModelTester a(&values,
                                     QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester b(&comparison,
                                     QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester c(&history,
                                     QAbstractItemModelTester::FailureReportingMode::QtTest);
    values.setRows(fieldsOf(R"({"status":"ready","total":45.50})"));
    QCOMPARE(values.index(1, 1).data().toString(), u"45.50"_s);
    // Moments are told as a clock on the wall does; what only looks like one stays.
    values.setRows(fieldsOf(R"({"at":"2026-06-12T20:13:03.000Z","no":"2026-99-12T20:13:03Z"})"));
    const QDateTime moment(QDate(2026, 6, 12), QTime(20, 13, 3), Qt::UTC);
    QCOMPARE(values.index(0, 1).data().toString(),
             QLocale().toString(moment.toLocalTime().date(), QLocale::ShortFormat)
                 + moment.toLocalTime().toString(u" HH:mm:ss"_s));
    QVERIFY(values.index(0, 1)
                .data(Qt::ToolTipRole)
                .toString()
                .contains(u"2026-06-12T20:13:03.000Z"_s));
    QCOMPARE(values.index(1, 1).data().toString(), u"2026-99-12T20:13:03Z"_s);
    comparison.setRows(differences({R"({"status":"pending","total":45.50})"},
                                   R"({"status":"ready","total":45.50,"note":"x"})"));
    QCOMPARE(comparison.rows().first(),
             (FieldRow{u"status"_s, u"pending"_s, u"ready"_s, FieldRow::Changed}));
    QCOMPARE(comparison.rowCount(), 3);
    const int first = history.add({.change = {.entityId = u"one"_s}});
    history.add({.change = {.entityId = u"two"_s}});
    history.setResult(first, SentChange::Applied, u"applied"_s);
    QCOMPARE(history.at(1).result, u"applied"_s);
}

void ModelsTest::exportWritesEveryRow()
{
    ChangeModel model;
    model.append(fixture::manyChanges(1, 4500)); // more than two slices
    QTemporaryDir dir;
    const QString name = dir.filePath(u"changes.csv"_s);
    auto *job = new TableExport(&model, name, TableExport::Format::Csv, this);
    QSignalSpy finished(job, &TableExport::finished);
    job->start();
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count("\r\n"), 4501);
    QCOMPARE(csvLine({u"=1+1"_s, u"-5"_s, u"a,b"_s, u"say \"x\""_s}),
             u"'=1+1,-5,\"a,b\",\"say \"\"x\"\"\"\r\n"_s);
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::ModelsTest)
#include "tst_gui_models.moc"
