// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/recording.h"

#include <QBuffer>
#include <QTest>

using namespace possync::remote;
using namespace Qt::StringLiterals;

namespace {

const QByteArray headLine = R"({"line":"recording","version":1,"restaurant":"r1","since":4})"
                            "\n";

ChangeEntry change(quint64 seq)
{
    return {.seq = seq,
            .sentMs = 1767225600120,
            .receivedMs = 1767225600133,
            .restaurant = "r1",
            .changeId = "c-" + QByteArray::number(seq),
            .dataType = "orders",
            .action = "updated",
            .entityId = "o\"1",
            .deviceId = "till",
            .userId = "u1",
            .outcome = "applied",
            .data = R"({"total_amount":25.50,"big":9007199254740993,"note":"चाय"})"};
}

possync::Result<Recording, RecordingError> read(QByteArray text)
{
    QBuffer file(&text);
    file.open(QIODevice::ReadOnly);
    return readRecording(file);
}

} // namespace

class RecordingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWasWritten();
    void aLineStaysALine();
    void aKilledRecorderLeavesWhatCame();
    void newerLinesAreSkipped();
    void errorsNameTheLine_data();
    void errorsNameTheLine();
};

void RecordingTest::readsWhatWasWritten()
{
    const RecordingHead head{.restaurant = u"r1"_s,
                             .server = u"127.0.0.1:3000"_s,
                             .epoch = u"e1"_s,
                             .since = 4,
                             .startedMs = 1767225600000};
    const RecordedState before{"orders", "o\"1", R"({"id":"o\"1","total_amount":20.00})"};
    const RecordedState after{"orders", "o\"1", R"({"id":"o\"1","total_amount":25.50})"};
    const RecordedState gone{"tables", "t1", {}};
    const RecordingEnd end{
        .seq = 7, .changes = 2, .stoppedMs = 1767225660000, .knowsRecords = true};
    const auto recording =
        read(encodeRecordingHead(head) + encodeRecordedBefore(before)
             + encodeRecordedChange(change(5)) + encodeRecordedChange(change(7))
             + encodeRecordedAfter(after) + encodeRecordedAfter(gone) + encodeRecordingEnd(end));
    QVERIFY2(recording, qPrintable(recording ? QString() : recording.error().english()));
    QCOMPARE(recording->head, head);
    QCOMPARE(recording->before, std::vector{before});
    QCOMPARE(recording->changes, (std::vector{change(5), change(7)}));
    QCOMPARE(recording->after, (std::vector{after, gone}));
    QCOMPARE(recording->end, end);
    QVERIFY(!recording->isTorn);
}

void RecordingTest::aLineStaysALine()
{
    ChangeEntry broken = change(5);
    broken.data = "{\n  \"a\": 1.50,\r\n  \"b\": \"x\\ny\"\n}";
    const QByteArray line = encodeRecordedChange(broken);
    QCOMPARE(line.count('\n'), 1);
    const auto recording = read(headLine + line);
    QVERIFY(recording);
    QCOMPARE(recording->changes.front().data, "{   \"a\": 1.50,    \"b\": \"x\\ny\" }");
}

void RecordingTest::aKilledRecorderLeavesWhatCame()
{
    const QByteArray whole = headLine + encodeRecordedChange(change(5));
    const auto recording = read(whole + encodeRecordedChange(change(6)).chopped(9));
    QVERIFY(recording);
    QCOMPARE(recording->changes.size(), std::size_t(1));
    QVERIFY(recording->isTorn);
    QVERIFY(!recording->end);
    QVERIFY(!read(whole)->isTorn);
}

void RecordingTest::newerLinesAreSkipped()
{
    const auto recording = read(headLine + "{\"line\":\"weather\",\"rain\":true}\n\n"
                                + encodeRecordedChange(change(5)));
    QVERIFY(recording);
    QCOMPARE(recording->changes.size(), std::size_t(1));
}

void RecordingTest::errorsNameTheLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, const QByteArray &text, const QString &error) {
        QTest::newRow(name) << text << error;
    };
    const QByteArray five = encodeRecordedChange(change(5));
    row("nothing", "", u"line 1: this is no recording: the file is empty"_s);
    row("something else", "name = \"x\"\n", u"line 1: this is no recording"_s);
    row("another file of JSON lines", "{\"seq\":1}\n", u"line 1: this is no recording"_s);
    row("newer", QByteArray(headLine).replace("\"version\":1", "\"version\":2"),
        u"line 1: a recording of version 2; this program reads version 1"_s);
    row("two in one", headLine + five + headLine, u"line 3: a recording begins here"_s);
    row("no JSON", headLine + "\n{\"line\":\"change\",\n", u"line 3: not a JSON object"_s);
    row("no number", headLine + QByteArray(five).replace("\"seq\":5,", ""),
        u"line 2: \"seq\" is missing"_s);
    row("wrong type of a field", headLine + QByteArray(five).replace("\"seq\":5", "\"seq\":\"5\""),
        u"line 2: \"seq\" must be a whole number"_s);
    row("out of order", headLine + five + five, u"line 3: change 5 comes behind change 5"_s);
    row("before it began", headLine + encodeRecordedChange(change(4)),
        u"line 2: change 4 comes behind change 4"_s);
    row("unknown action", headLine + QByteArray(five).replace("updated", "eaten"),
        u"line 2: there is no \"eaten\" of \"orders\""_s);
    row("nobody named", headLine + QByteArray(five).replace("\"o\\\"1\"", "null"),
        u"line 2: field \"entity_id\" is missing"_s);
    row("records in between", headLine + five + encodeRecordedBefore({"orders", "o1", "{}"}),
        u"line 3: \"before\" behind a change"_s);
    row("a record of nothing", headLine + encodeRecordedAfter({"dishes", "d1", "{}"}),
        u"line 2: there is no data type \"dishes\""_s);
    row("goes on behind the end", headLine + encodeRecordingEnd({.seq = 4}) + five,
        u"line 3: a change behind the end"_s);
    row("too few", headLine + five + encodeRecordingEnd({.seq = 6, .changes = 2}),
        u"line 3: 2 changes were recorded, but the file holds 1"_s);
    row("a line without end", headLine + QByteArray(9 * 1024 * 1024, 'x'),
        u"line 2: longer than 8 MiB"_s);
}

void RecordingTest::errorsNameTheLine()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, error);
    const auto recording = read(text);
    QVERIFY(!recording);
    const QString told = recording.error().english();
    QVERIFY2(told.startsWith(error), qPrintable(told));
}

QTEST_GUILESS_MAIN(RecordingTest)
#include "tst_remote_recording.moc"
