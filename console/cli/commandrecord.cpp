// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recording what a restaurant's devices do, and letting virtual ones do it again.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/interrupt.h"
#include "console/cli/table.h"
#include "console/remote/recorder.h"
#include "console/remote/replay.h"

#include <QFile>

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

namespace {

QByteArray textsJson(const QStringList &texts)
{
    QByteArray list;
    for (const QString &text : texts)
        list += (list.isEmpty() ? "" : ",") + json::quoted(text.toUtf8());
    return '[' + list + ']';
}

QByteArray numberJson(const char *key, qint64 value)
{
    return QByteArray(",\"") + key + "\":" + QByteArray::number(value);
}

QByteArray flagJson(const char *key, bool value)
{
    return QByteArray(",\"") + key + "\":" + (value ? "true" : "false");
}

QStringList english(const QList<remote::Phrase> &remarks)
{
    QStringList texts;
    for (const remote::Phrase &remark : remarks)
        texts.append(remark.english());
    return texts;
}

QString remarksText(const QList<remote::Phrase> &remarks)
{
    QString text;
    for (const QString &remark : english(remarks))
        text += u"note        %1\n"_s.arg(printable(remark));
    return text;
}

QByteArray recorderJson(const QString &file, const remote::RecorderReport &r)
{
    return "{\"file\":" + json::quoted(file.toUtf8())
           + numberJson("since", static_cast<qint64>(r.since))
           + numberJson("seq", static_cast<qint64>(r.seq)) + numberJson("changes", r.changes)
           + numberJson("devices", r.devices) + numberJson("reconnects", r.reconnects)
           + flagJson("knows_records", r.knowsRecords)
           + ",\"remarks\":" + textsJson(english(r.remarks)) + '}';
}

QString recorderText(const QString &file, const remote::RecorderReport &r)
{
    QString text = u"Recorded %1 changes of %2 devices, %3 to %4, in %5.\n"_s.arg(r.changes)
                       .arg(r.devices)
                       .arg(r.since + 1)
                       .arg(r.seq)
                       .arg(file);
    if (r.changes == 0)
        text = u"Nothing came in; %1 holds no change.\n"_s.arg(file);
    return text + remarksText(r.remarks);
}

QByteArray replayJson(const remote::ReplayReport &r)
{
    const remote::Verdict &v = r.verdict;
    return "{\"recorded\":" + QByteArray::number(r.recorded) + numberJson("devices", r.devices)
           + numberJson("sent", v.sent) + numberJson("acknowledged", r.acknowledged)
           + numberJson("refused", r.refused) + numberJson("skipped", r.skipped)
           + numberJson("expected", v.expected) + numberJson("delivered", v.delivered)
           + numberJson("lost", v.lost) + numberJson("duplicated", v.duplicated)
           + numberJson("reordered", v.reordered) + numberJson("altered", v.altered)
           + flagJson("compared", r.isCompared) + numberJson("differing", v.differing)
           + ",\"differing_records\":" + textsJson(r.differing)
           + numberJson("latency_p50_us", v.p50Us) + numberJson("latency_p99_us", v.p99Us)
           + numberJson("latency_max_us", v.maxUs) + numberJson("took_ms", r.tookMs)
           + flagJson("clean", r.isClean()) + ",\"remarks\":" + textsJson(english(r.remarks)) + '}';
}

QString replayText(const remote::ReplayReport &r)
{
    const remote::Verdict &v = r.verdict;
    QString text = u"sent        %1 of %2 changes, by %3 devices in %4 s\n"_s.arg(v.sent)
                       .arg(r.recorded)
                       .arg(r.devices)
                       .arg(double(r.tookMs) / 1000, 0, 'f', 1);
    text += u"confirmed   %1\n"_s.arg(r.acknowledged);
    text += u"delivered   %1 of %2\n"_s.arg(v.delivered).arg(v.expected);
    text += u"lost        %1\n"_s.arg(v.lost);
    text += u"duplicated  %1\n"_s.arg(v.duplicated);
    text += u"reordered   %1\n"_s.arg(v.reordered);
    text += u"altered     %1\n"_s.arg(v.altered);
    if (r.refused > 0)
        text += u"refused     %1\n"_s.arg(r.refused);
    if (r.skipped > 0)
        text += u"skipped     %1: v2 cannot say them\n"_s.arg(r.skipped);
    text += u"latency     p50 %1  p99 %2  max %3 ms\n"_s.arg(msText(v.p50Us), msText(v.p99Us),
                                                             msText(v.maxUs));
    if (r.isCompared)
        text += v.differing == 0
                    ? u"records     as in the recording\n"_s
                    : u"records     %1 are not as in the recording: %2\n"_s.arg(v.differing)
                          .arg(printable(r.differing.join(u", "_s)));
    return text + remarksText(r.remarks)
           + (r.isClean() ? u"verdict     clean\n"_s : u"verdict     NOT clean\n"_s);
}

QString progressText(const remote::Replay::Progress &p)
{
    using enum remote::Replay::Phase;
    switch (p.phase) {
    case Preparing:
        return u"preparing the restaurant"_s;
    case Connecting:
        return u"connecting: %1 of %2 devices"_s.arg(p.connected).arg(p.devices);
    default:
        return u"sent %1 of %2, delivered %3 of %4"_s.arg(p.sent)
            .arg(p.total)
            .arg(p.delivered)
            .arg(p.expected);
    }
}

} // namespace

void CommandRun::record()
{
    const auto since = number(u"--since"_s, -1, 0, std::numeric_limits<qint64>::max() / 4);
    const auto seconds = since ? number(u"--seconds"_s, 0, 1, 30 * 86400) : std::nullopt;
    if (!seconds)
        return;
    remote::RecorderPlan plan{.server = m_invocation.server,
                              .token = m_invocation.token,
                              .restaurant = restaurant(),
                              .fileName = m_invocation.arguments[1]};
    plan.trust = m_trust;
    if (*since >= 0)
        plan.since = static_cast<quint64>(*since);
    if (m_invocation.has(u"--seconds"_s))
        plan.forMs = *seconds * 1000;
    auto *recorder = new remote::Recorder(plan, this);
    connect(new Interrupt(recorder), &Interrupt::requested, recorder, &remote::Recorder::stop);
    const auto clearLine = showProgress(recorder, [recorder] {
        const remote::RecorderReport &so = recorder->report();
        return u"%1: %2 changes of %3 devices, up to %4"_s
            .arg(recorder->isConnected() ? u"recording"_s : u"no connection, trying again"_s)
            .arg(so.changes)
            .arg(so.devices)
            .arg(so.seq);
    });
    connect(recorder, &remote::Recorder::finished, this,
            [this, clearLine, file = plan.fileName](const Answer<remote::RecorderReport> &report) {
                clearLine();
                if (!report) {
                    fail(report.error());
                    return;
                }
                if (m_invocation.wantsJson)
                    writeOut(recorderJson(file, *report));
                else
                    writeOut(recorderText(file, *report));
                finish(Happened);
            });
    recorder->start();
}

void CommandRun::replay()
{
    const QString &name = m_invocation.arguments.front();
    const QString to = m_invocation.value(u"--to"_s);
    if (to.isEmpty()) {
        failUsage(u"--to RESTAURANT says where to: a test restaurant."_s);
        return;
    }
    const QString protocol = m_invocation.value(u"--protocol"_s, u"classic"_s);
    if (protocol != u"classic"_s && protocol != u"v2"_s) {
        failUsage(u"There is no protocol \"%1\". There are: classic, v2"_s.arg(protocol));
        return;
    }
    const QString speed = m_invocation.value(u"--speed"_s, u"1"_s);
    bool isNumber = true;
    const double factor = speed == u"max"_s ? 0 : speed.toDouble(&isNumber);
    if (!isNumber || factor < 0 || factor > 1e6 || (factor < 0.001 && speed != u"max"_s)) {
        failUsage(u"--speed is a number from 0.001 to 1000000, or max."_s);
        return;
    }
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        fail({u"no_file"_s, u"%1 cannot be read: %2."_s.arg(name, file.errorString()), {}});
        return;
    }
    auto recording = remote::readRecording(file);
    if (!recording) {
        writeError(u"%1, %2\n"_s.arg(name, printable(recording.error().english())));
        finish(MakesNoSense);
        return;
    }
    if (recording->isTorn)
        writeError(u"The last line of %1 is not complete, and is left out.\n"_s.arg(name));
    allowManySockets();
    auto *replay =
        new remote::Replay(std::make_shared<remote::Recording>(std::move(recording).value()),
                           {.server = m_invocation.server,
                            .token = m_invocation.token,
                            .trust = m_trust,
                            .restaurant = to,
                            .speed = factor,
                            .isV2 = protocol == u"v2"_s,
                            .isForced = m_invocation.has(u"--force"_s)},
                           this);
    const auto clearLine =
        showProgress(replay, [replay] { return progressText(replay->progress()); });
    connect(replay, &remote::Replay::finished, this,
            [this, clearLine](const Answer<remote::ReplayReport> &report) {
                clearLine();
                if (!report) {
                    fail(report.error());
                    return;
                }
                if (m_invocation.wantsJson)
                    writeOut(replayJson(*report));
                else
                    writeOut(replayText(*report));
                finish(report->isClean() ? Happened : DidNotHappen);
            });
    replay->start();
}

} // namespace possync::cli
