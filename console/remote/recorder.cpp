// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/recorder.h"

#include "common/model/jsontext.h"

#include <QDateTime>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

/// No restaurant has as many changes.
constexpr quint64 beyondAll = quint64(1) << 52;

} // namespace

QByteArray withoutLastSync(const QByteArray &record)
{
    json::Members members;
    json::splitObject(record, members);
    QByteArray text;
    for (const json::Member &member : members) {
        if (member.key == "last_sync")
            continue;
        text += (text.isEmpty() ? "{\"" : ",\"") + member.key.toByteArray()
                + "\":" + member.value.toByteArray();
    }
    return text.isEmpty() ? QByteArray("{}") : text + '}';
}

Recorder::Recorder(RecorderPlan plan, QObject *parent)
    : QObject(parent)
    , m_plan(std::move(plan))
    , m_rest(m_plan.server)
    , m_file(m_plan.fileName)
{
    m_rest.setToken(m_plan.token);
    m_rest.setTrust(m_plan.trust);
    m_length.setSingleShot(true);
    connect(&m_length, &QTimer::timeout, this, &Recorder::stop);
    connect(&m_admin, &AdminClient::changesArrived, this, &Recorder::take);
    connect(&m_admin, &AdminClient::stateChanged, this, &Recorder::handleState);
    connect(&m_admin, &AdminClient::historyReplaced, this, [this] {
        remark({QT_TRANSLATE_NOOP(
            "possync::remote",
            "The server went back to a backup; the recording ends before that.")});
        m_knowsBefore = false;
        endAt(m_report.seq);
    });
}

void Recorder::start()
{
    // Only the newest number is wanted; the oldest changes may be gone.
    m_rest.changes(m_plan.restaurant, m_plan.since.value_or(beyondAll), 1, this,
                   [this](const Answer<ChangePage> &page) {
                       if (page)
                           begin(*page);
                       else
                           fail(page.error());
                   });
}

void Recorder::begin(const ChangePage &page)
{
    if (m_phase != Phase::Beginning)
        return;
    m_head = {.restaurant = m_plan.restaurant,
              .server = hostText(m_plan.server),
              .epoch = page.epoch,
              .since = m_plan.since.value_or(page.head),
              .startedMs = QDateTime::currentMSecsSinceEpoch()};
    if (m_head.since > page.head) {
        fail(trouble(
            u"no_such_change"_s,
            {QT_TRANSLATE_NOOP("possync::remote",
                               "%1 has %2 changes: there is nothing behind change %3."),
             {m_plan.restaurant, QString::number(page.head), QString::number(m_head.since)}}));
        return;
    }
    m_report.since = m_report.seq = m_head.since;
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
        fail(trouble(u"no_file"_s,
                     m_file.exists()
                         ? Phrase{QT_TRANSLATE_NOOP(
                                      "possync::remote",
                                      "%1 is there already, and recordings are not overwritten."),
                                  {m_plan.fileName}}
                         : notWritten(),
                     {QT_TRANSLATE_NOOP("possync::remote", "Give another name.")}));
        return;
    }
    if (!write(encodeRecordingHead(m_head)))
        return;
    if (m_plan.since && !m_plan.forMs)
        m_endSeq = page.changes.empty() ? m_head.since : page.head;
    if (m_head.since == 0) {
        m_knowsBefore = true;
        follow();
        return;
    }
    m_rest.recordsAt(m_plan.restaurant, m_head.since, this,
                     [this](const Answer<PastRecords> &records) { writeBefore(records); });
}

void Recorder::writeBefore(const Answer<PastRecords> &records)
{
    if (m_phase != Phase::Beginning)
        return;
    m_knowsBefore = records && records->isWhole;
    if (!m_knowsBefore) {
        if (records)
            remark({QT_TRANSLATE_NOOP("possync::remote",
                                      "The records as they were before are not in it: part of them "
                                      "was set before the oldest change kept.")});
        else
            remark({QT_TRANSLATE_NOOP("possync::remote",
                                      "The records as they were before are not in it: %1"),
                    {records.error().message}});
    } else {
        QByteArray lines;
        for (const auto &[type, list] : records->records) {
            for (const EntityRecord &record : list)
                lines += encodeRecordedBefore({type, record.id, withoutLastSync(record.data)});
        }
        if (!write(lines))
            return;
    }
    follow();
}

void Recorder::follow()
{
    m_phase = Phase::Recording;
    if (m_plan.forMs)
        m_length.start(std::chrono::milliseconds(*m_plan.forMs));
    m_admin.connectTo(m_plan.server, m_plan.token, m_plan.trust);
    m_admin.followFrom(m_plan.restaurant, m_head.since);
    m_admin.subscribe({u"changes"_s, u"restaurants"_s}, m_plan.restaurant);
    endIfComplete();
}

void Recorder::handleState(AdminClient::State state)
{
    if (m_phase == Phase::Over)
        return;
    if (state == AdminClient::State::Connected) {
        m_report.reconnects += m_wasConnected;
        m_wasConnected = true;
    } else if (!m_wasConnected
               && (state == AdminClient::State::Waiting || state == AdminClient::State::Refused)) {
        // Who was never let in need not wait.
        fail(m_admin.reason());
    }
}

void Recorder::take(const QString &restaurant, const std::vector<ChangeEntry> &changes)
{
    if (restaurant != m_plan.restaurant || m_phase == Phase::Over || m_phase == Phase::Ending)
        return;
    QByteArray lines;
    for (const ChangeEntry &change : changes) {
        if (m_endSeq && change.seq > *m_endSeq)
            break;
        lines += encodeRecordedChange(change);
        m_touched.insert({change.dataType, change.entityId});
        m_devices.insert(change.deviceId);
        m_report.seq = change.seq;
        ++m_report.changes;
    }
    m_report.devices = m_devices.size();
    // What comes behind the end shows as well that it is reached.
    if (m_endSeq && changes.back().seq >= *m_endSeq)
        m_report.seq = *m_endSeq;
    if (write(lines))
        endIfComplete();
}

void Recorder::stop()
{
    if (m_phase == Phase::Beginning) {
        fail(trouble(u"stopped"_s, {QT_TRANSLATE_NOOP("possync::remote",
                                                      "Stopped before the recording began.")}));
        return;
    }
    if (m_phase != Phase::Recording || m_isAskingForEnd)
        return;
    m_isAskingForEnd = true;
    m_rest.changes(m_plan.restaurant, m_report.seq, 1, this,
                   [this](const Answer<ChangePage> &page) {
                       if (page) {
                           endAt(page->changes.empty() ? m_report.seq : page->head);
                           return;
                       }
                       remark({QT_TRANSLATE_NOOP("possync::remote",
                                                 "What came in at the very end may be missing: %1"),
                               {page.error().message}});
                       endAt(m_report.seq);
                   });
}

void Recorder::endAt(quint64 seq)
{
    if (m_phase != Phase::Recording)
        return;
    m_endSeq = seq;
    endIfComplete();
}

void Recorder::endIfComplete()
{
    if (m_phase != Phase::Recording || !m_endSeq || m_report.seq < *m_endSeq)
        return;
    m_phase = Phase::Ending;
    m_length.stop();
    if (!m_knowsBefore) {
        conclude();
        return;
    }
    m_rest.recordsAt(m_plan.restaurant, m_report.seq, this,
                     [this](const Answer<PastRecords> &records) { writeAfter(records); });
}

void Recorder::writeAfter(const Answer<PastRecords> &records)
{
    if (m_phase != Phase::Ending)
        return;
    if (!records || !records->isWhole) {
        m_knowsBefore = false;
        if (records)
            remark(
                {QT_TRANSLATE_NOOP("possync::remote", "The records as they were at the end are not "
                                                      "in it: part of them is no longer kept.")});
        else
            remark({QT_TRANSLATE_NOOP("possync::remote",
                                      "The records as they were at the end are not in it: %1"),
                    {records.error().message}});
        conclude();
        return;
    }
    QByteArray lines;
    for (const auto &[type, list] : records->records) {
        for (const EntityRecord &record : list) {
            if (m_touched.remove({type, record.id}))
                lines += encodeRecordedAfter({type, record.id, withoutLastSync(record.data)});
        }
    }
    for (const auto &[type, id] : std::as_const(m_touched)) {
        if (!id.isEmpty())
            lines += encodeRecordedAfter({type, id, {}});
    }
    m_report.knowsRecords = true;
    if (write(lines))
        conclude();
}

bool Recorder::write(const QByteArray &lines)
{
    if (m_file.write(lines) == lines.size() && m_file.flush())
        return true;
    fail(trouble(u"no_file"_s, notWritten(),
                 {QT_TRANSLATE_NOOP("possync::remote", "What came before is in the file.")}));
    return false;
}

Phrase Recorder::notWritten() const
{
    return {QT_TRANSLATE_NOOP("possync::remote", "%1 cannot be written: %2."),
            {m_plan.fileName, m_file.errorString()}};
}

void Recorder::remark(const Phrase &text)
{
    m_report.remarks.append(text);
}

void Recorder::fail(const RemoteError &error)
{
    if (m_phase == Phase::Over)
        return;
    m_phase = Phase::Over;
    m_length.stop();
    m_admin.disconnectFromServer();
    Q_EMIT finished(Unexpected{error});
}

void Recorder::conclude()
{
    if (!write(encodeRecordingEnd({.seq = m_report.seq,
                                   .changes = m_report.changes,
                                   .stoppedMs = QDateTime::currentMSecsSinceEpoch(),
                                   .knowsRecords = m_report.knowsRecords})))
        return;
    m_file.close();
    m_phase = Phase::Over;
    m_admin.disconnectFromServer();
    Q_EMIT finished(m_report);
}

} // namespace possync::remote
