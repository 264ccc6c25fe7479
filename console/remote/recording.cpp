// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/recording.h"

#include "common/model/timestamp.h"
#include "console/remote/fields.h"
#include "console/remote/wire.h"

#include <QIODevice>
#include <QSet>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 formatVersion = 1;
/// No change is as large by far: a message has at most 1 MiB.
constexpr qint64 longestLine = 8LL * 1024 * 1024;
/// How often whoever waits is told.
constexpr qint64 bytesBetweenReports = 256LL * 1024;

/// A line is a line. Outside of strings a break is white space; inside it is never raw.
QByteArray onOneLine(QByteArray json)
{
    return json.replace('\n', ' ').replace('\r', ' ');
}

QByteArray timeText(qint64 utcMs)
{
    return '"' + formatTimestamp(utcMs) + '"';
}

QByteArray stateLine(const char *kind, const RecordedState &record)
{
    return QByteArray("{\"line\":\"") + kind + "\",\"data_type\":" + json::quoted(record.dataType)
           + ",\"entity_id\":" + json::quoted(record.entityId) + ",\"data\":"
           + (record.data.isEmpty() ? QByteArray("null") : onOneLine(record.data)) + "}\n";
}

/// Takes a file line by line; the first error stays.
class Reader
{
public:
    Result<Recording, QString> read(QIODevice &file, const std::function<bool(qint64)> &goesOn);

private:
    void take(QByteArrayView line);
    void takeHead(Fields &f);
    void takeState(Fields &f, std::vector<RecordedState> &states, bool mayBeGone);
    void takeChange(QByteArrayView line);
    void takeEnd(Fields &f);
    bool expect(bool isInPlace, const QString &what);
    QByteArray shared(const QByteArray &name) { return *m_names.insert(name); }
    void fail(const QString &what)
    {
        if (m_error.isEmpty())
            m_error = u"line %1: %2"_s.arg(m_line).arg(what);
    }

    Recording m_recording;
    QString m_error;
    QSet<QByteArray> m_names; ///< Kept once each: few different ones come in every line.
    qint64 m_line = 0;
    bool m_hasHead = false;
};

Result<Recording, QString> Reader::read(QIODevice &file, const std::function<bool(qint64)> &goesOn)
{
    // One buffer for all lines: with the line break and a zero behind it.
    QByteArray buffer(longestLine + 2, Qt::Uninitialized);
    qint64 bytes = 0;
    qint64 reported = 0;
    while (m_error.isEmpty()) {
        const qint64 size = file.readLine(buffer.data(), buffer.size());
        if (size <= 0)
            break;
        ++m_line;
        bytes += size;
        if (goesOn && bytes - reported >= bytesBetweenReports) {
            reported = bytes;
            if (!goesOn(bytes))
                fail(u"reading was ended here"_s);
        }
        const QByteArrayView line(buffer.constData(), size);
        const bool isWhole = line.back() == '\n';
        if (!isWhole && size > longestLine)
            fail(u"longer than 8 MiB: this is no recording"_s);
        else if (!isWhole && m_hasHead)
            m_recording.isTorn = true;
        else if (!line.trimmed().isEmpty())
            take(line.trimmed());
    }
    if (m_error.isEmpty() && !m_hasHead) {
        m_line = 1;
        fail(u"this is no recording: the file is empty"_s);
    }
    if (!m_error.isEmpty())
        return Unexpected{m_error};
    m_recording.changes.shrink_to_fit();
    return std::move(m_recording);
}

void Reader::take(QByteArrayView line)
{
    Fields f(line);
    const QByteArray kind = f.bytes("line");
    if (!m_hasHead && (!f.isGood() || kind != "recording")) {
        fail(u"this is no recording: it must begin with {\"line\":\"recording\",…}"_s);
        return;
    }
    if (!f.isGood()) {
        fail(f.error());
        return;
    }
    if (kind == "recording")
        takeHead(f);
    else if (kind == "before")
        takeState(f, m_recording.before, false);
    else if (kind == "change")
        takeChange(line);
    else if (kind == "after")
        takeState(f, m_recording.after, true);
    else if (kind == "end")
        takeEnd(f);
    // Other lines are those of a newer program.
    if (!f.isGood())
        fail(f.error());
}

bool Reader::expect(bool isInPlace, const QString &what)
{
    if (!isInPlace)
        fail(what);
    return isInPlace;
}

void Reader::takeHead(Fields &f)
{
    if (!expect(!m_hasHead, u"a recording begins here, in the middle of one"_s))
        return;
    const qint64 version = f.integer("version");
    if (f.isGood() && version != formatVersion) {
        fail(u"a recording of version %1; this program reads version %2"_s.arg(version).arg(
            formatVersion));
        return;
    }
    m_recording.head = {.restaurant = f.text("restaurant"),
                        .server = f.optionalText("server"),
                        .epoch = f.optionalText("epoch"),
                        .since = f.counter("since"),
                        .startedMs = f.optionalTime("started_at")};
    m_hasHead = true;
}

void Reader::takeState(Fields &f, std::vector<RecordedState> &states, bool mayBeGone)
{
    RecordedState state{
        .dataType = f.bytes("data_type"),
        .entityId = f.bytes("entity_id"),
        .data = (mayBeGone ? f.optionalObject("data") : f.object("data")).toByteArray()};
    if (!f.isGood())
        return;
    if (!dataTypeFromName(state.dataType)) {
        fail(u"there is no data type \"%1\""_s.arg(QString::fromUtf8(state.dataType)));
        return;
    }
    if (expect(!state.entityId.isEmpty(), u"\"entity_id\" is empty"_s)
        && expect(!m_recording.end, u"a record behind the end"_s)
        && expect(mayBeGone || m_recording.changes.empty(), u"\"before\" behind a change"_s))
        states.push_back(std::move(state));
}

void Reader::takeChange(QByteArrayView line)
{
    auto change = wire::decodeChange(line);
    if (!change) {
        fail(change.error());
        return;
    }
    const auto type = dataTypeFromName(change->dataType);
    const auto action = actionFromName(change->action);
    if (!type || !action || !isActionAllowed(*type, *action)) {
        fail(u"there is no \"%1\" of \"%2\""_s.arg(QString::fromUtf8(change->action),
                                                   QString::fromUtf8(change->dataType)));
        return;
    }
    const quint64 last =
        m_recording.changes.empty() ? m_recording.head.since : m_recording.changes.back().seq;
    if (!expect(change->seq > last,
                u"change %1 comes behind change %2"_s.arg(change->seq).arg(last))
        || !expect(m_recording.after.empty() && !m_recording.end, u"a change behind the end"_s)
        // Only the app's `user_update` does not say whom it is about.
        || !expect(!change->entityId.isEmpty() || type == DataType::Users,
                   u"field \"entity_id\" is missing"_s))
        return;
    change->restaurant = shared(m_recording.head.restaurant.toUtf8());
    for (QByteArray *name :
         {&change->dataType, &change->action, &change->deviceId, &change->userId, &change->outcome})
        *name = shared(*name);
    m_recording.changes.push_back(*std::move(change));
}

void Reader::takeEnd(Fields &f)
{
    const RecordingEnd end{.seq = f.counter("seq"),
                           .changes = f.integer("changes"),
                           .stoppedMs = f.optionalTime("stopped_at"),
                           .knowsRecords = f.flag("knows_records")};
    if (!f.isGood() || !expect(!m_recording.end, u"it has ended before"_s))
        return;
    const auto count = static_cast<qint64>(m_recording.changes.size());
    if (expect(end.changes == count,
               u"%1 changes were recorded, but the file holds %2"_s.arg(end.changes).arg(count)))
        m_recording.end = end;
}

} // namespace

QByteArray encodeRecordingHead(const RecordingHead &head)
{
    return "{\"line\":\"recording\",\"version\":" + QByteArray::number(formatVersion)
           + ",\"restaurant\":" + json::quoted(head.restaurant.toUtf8()) + ",\"server\":"
           + json::quoted(head.server.toUtf8()) + ",\"epoch\":" + json::quoted(head.epoch.toUtf8())
           + ",\"since\":" + QByteArray::number(head.since)
           + ",\"started_at\":" + timeText(head.startedMs) + "}\n";
}

QByteArray encodeRecordedBefore(const RecordedState &record)
{
    return stateLine("before", record);
}

QByteArray encodeRecordedChange(const ChangeEntry &change)
{
    return "{\"line\":\"change\"," + onOneLine(wire::encodeChange(change)).sliced(1) + '\n';
}

QByteArray encodeRecordedAfter(const RecordedState &record)
{
    return stateLine("after", record);
}

QByteArray encodeRecordingEnd(const RecordingEnd &end)
{
    return "{\"line\":\"end\",\"seq\":" + QByteArray::number(end.seq) + ",\"changes\":"
           + QByteArray::number(end.changes) + ",\"stopped_at\":" + timeText(end.stoppedMs)
           + ",\"knows_records\":" + (end.knowsRecords ? "true" : "false") + "}\n";
}

Result<Recording, QString> readRecording(QIODevice &file, const std::function<bool(qint64)> &goesOn)
{
    return Reader().read(file, goesOn);
}

} // namespace possync::remote
