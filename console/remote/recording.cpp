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
    Result<Recording, RecordingError> read(QIODevice &file,
                                           const std::function<bool(qint64)> &goesOn);

private:
    void take(QByteArrayView line);
    void takeHead(Fields &f);
    void takeState(Fields &f, std::vector<RecordedState> &states, bool mayBeGone);
    void takeChange(QByteArrayView line);
    void takeEnd(Fields &f);
    bool expect(bool isInPlace, const Phrase &what);
    QByteArray shared(const QByteArray &name) { return *m_names.insert(name); }
    /// The first one counts.
    void fail(const Phrase &what)
    {
        if (!m_error)
            m_error = RecordingError{m_line, what};
    }

    Recording m_recording;
    std::optional<RecordingError> m_error;
    QSet<QByteArray> m_names; ///< Kept once each: few different ones come in every line.
    qint64 m_line = 0;
    bool m_hasHead = false;
};

Result<Recording, RecordingError> Reader::read(QIODevice &file,
                                               const std::function<bool(qint64)> &goesOn)
{
    // One buffer for all lines: with the line break and a zero behind it.
    QByteArray buffer(longestLine + 2, Qt::Uninitialized);
    qint64 bytes = 0;
    qint64 reported = 0;
    while (!m_error) {
        const qint64 size = file.readLine(buffer.data(), buffer.size());
        if (size <= 0)
            break;
        ++m_line;
        bytes += size;
        if (goesOn && bytes - reported >= bytesBetweenReports) {
            reported = bytes;
            if (!goesOn(bytes))
                fail({QT_TRANSLATE_NOOP("possync::remote", "reading was ended here")});
        }
        const QByteArrayView line(buffer.constData(), size);
        const bool isWhole = line.back() == '\n';
        if (!isWhole && size > longestLine)
            fail({QT_TRANSLATE_NOOP("possync::remote", "longer than 8 MiB: this is no recording")});
        else if (!isWhole && m_hasHead)
            m_recording.isTorn = true;
        else if (!line.trimmed().isEmpty())
            take(line.trimmed());
    }
    if (!m_error && !m_hasHead) {
        m_line = 1;
        fail({QT_TRANSLATE_NOOP("possync::remote", "this is no recording: the file is empty")});
    }
    if (m_error)
        return Unexpected{*m_error};
    m_recording.changes.shrink_to_fit();
    return std::move(m_recording);
}

void Reader::take(QByteArrayView line)
{
    Fields f(line);
    const QByteArray kind = f.bytes("line");
    if (!m_hasHead && (!f.isGood() || kind != "recording")) {
        fail({QT_TRANSLATE_NOOP("possync::remote", "this is no recording: it must begin with %1"),
              {u"{\"line\":\"recording\",…}"_s}});
        return;
    }
    if (!f.isGood()) {
        fail(foreignPhrase(f.error()));
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
        fail(foreignPhrase(f.error()));
}

bool Reader::expect(bool isInPlace, const Phrase &what)
{
    if (!isInPlace)
        fail(what);
    return isInPlace;
}

void Reader::takeHead(Fields &f)
{
    if (!expect(!m_hasHead, {QT_TRANSLATE_NOOP("possync::remote",
                                               "a recording begins here, in the middle of one")}))
        return;
    const qint64 version = f.integer("version");
    if (f.isGood() && version != formatVersion) {
        fail({QT_TRANSLATE_NOOP("possync::remote",
                                "a recording of version %1; this program reads version %2"),
              {QString::number(version), QString::number(formatVersion)}});
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
        fail({QT_TRANSLATE_NOOP("possync::remote", "there is no data type \"%1\""),
              {QString::fromUtf8(state.dataType)}});
        return;
    }
    if (expect(!state.entityId.isEmpty(),
               {QT_TRANSLATE_NOOP("possync::remote", "\"entity_id\" is empty")})
        && expect(!m_recording.end,
                  {QT_TRANSLATE_NOOP("possync::remote", "a record behind the end")})
        && expect(mayBeGone || m_recording.changes.empty(),
                  {QT_TRANSLATE_NOOP("possync::remote", "\"before\" behind a change")}))
        states.push_back(std::move(state));
}

void Reader::takeChange(QByteArrayView line)
{
    auto change = wire::decodeChange(line);
    if (!change) {
        fail(foreignPhrase(change.error()));
        return;
    }
    const auto type = dataTypeFromName(change->dataType);
    const auto action = actionFromName(change->action);
    if (!type || !action || !isActionAllowed(*type, *action)) {
        fail({QT_TRANSLATE_NOOP("possync::remote", "there is no \"%1\" of \"%2\""),
              {QString::fromUtf8(change->action), QString::fromUtf8(change->dataType)}});
        return;
    }
    const quint64 last =
        m_recording.changes.empty() ? m_recording.head.since : m_recording.changes.back().seq;
    if (change->seq <= last) {
        fail({QT_TRANSLATE_NOOP("possync::remote", "change %1 comes behind change %2"),
              {QString::number(change->seq), QString::number(last)}});
        return;
    }
    if (!expect(m_recording.after.empty() && !m_recording.end,
                {QT_TRANSLATE_NOOP("possync::remote", "a change behind the end")})
        // Only the app's `user_update` does not say whom it is about.
        || !expect(!change->entityId.isEmpty() || type == DataType::Users,
                   {QT_TRANSLATE_NOOP("possync::remote", "field \"entity_id\" is missing")}))
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
    if (!f.isGood()
        || !expect(!m_recording.end, {QT_TRANSLATE_NOOP("possync::remote", "it has ended before")}))
        return;
    const auto count = static_cast<qint64>(m_recording.changes.size());
    if (expect(end.changes == count,
               {QT_TRANSLATE_NOOP("possync::remote",
                                  "%1 changes were recorded, but the file holds %2"),
                {QString::number(end.changes), QString::number(count)}}))
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

Result<Recording, RecordingError> readRecording(QIODevice &file,
                                                const std::function<bool(qint64)> &goesOn)
{
    return Reader().read(file, goesOn);
}

} // namespace possync::remote
