// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Commands about what happens in time: push, changes, logs.
#include "common/model/jsontext.h"
#include "common/model/timestamp.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"

#include <QDateTime>
#include <QFile>
#include <QUuid>

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

namespace {

constexpr int pageSize = 1000;
constexpr quint64 newestShown = 50;

const QStringList &logLevels()
{
    static const QStringList levels{u"debug"_s, u"info"_s, u"warning"_s, u"error"_s};
    return levels;
}

QByteArray textOrNull(const QByteArray &text)
{
    return text.isEmpty() ? QByteArray("null") : json::quoted(text);
}

QByteArray timeOrNull(qint64 utcMs)
{
    return utcMs == 0 ? QByteArray("null") : '"' + formatTimestamp(utcMs) + '"';
}

QByteArray logJson(const remote::LogLine &line)
{
    return "{\"no\":" + QByteArray::number(line.no) + ",\"at\":" + timeOrNull(line.atMs)
           + ",\"level\":" + json::quoted(line.level.toUtf8())
           + ",\"component\":" + json::quoted(line.component.toUtf8())
           + ",\"text\":" + json::quoted(line.text.toUtf8()) + '}';
}

/// The fields worth a line: all but the id, secrets hidden.
QString fieldText(const QByteArray &data)
{
    json::Members members;
    if (!json::parseObject(data, members))
        return {};
    QStringList parts;
    for (const json::Member &member : members) {
        const QByteArray key = json::plainKey(member);
        if (key == "id")
            continue;
        const QString name = QString::fromUtf8(key);
        parts.append(name + u'=' + (isSecret(name) ? u"•••"_s : QString::fromUtf8(member.value)));
    }
    QString text = parts.join(u' ');
    if (text.size() > 100)
        text = text.first(99) + u'…';
    return text;
}

} // namespace

void CommandRun::push()
{
    const QStringList &arguments = m_invocation.arguments;
    remote::NewChange change;
    change.restaurant = restaurant();
    change.dataType = dataTypeAsWritten(arguments[1]);
    change.action = arguments[2];
    change.entityId = arguments[3];
    change.userId = m_invocation.value(u"--user"_s);
    change.deviceId = u"possyncctl"_s;
    change.data = arguments.value(4, u"{}"_s).toUtf8();
    if (const QString wrong = catalogueError(change.dataType, change.action); !wrong.isEmpty()) {
        failUsage(wrong);
        return;
    }
    if (change.entityId.isEmpty()) {
        failUsage(u"ID must not be empty."_s);
        return;
    }
    if (change.data == "-") {
        QFile input;
        if (input.open(stdin, QIODevice::ReadOnly))
            change.data = input.readAll();
    }
    json::Members members;
    if (const auto parsed = json::parseObject(change.data, members); !parsed) {
        failUsage(u"JSON must be an object like '{\"status\": \"ready\"}': %1 at byte %2."_s
                      .arg(QString::fromUtf8(parsed.error().detail))
                      .arg(parsed.error().offset));
        return;
    }
    change.timestampMs = QDateTime::currentMSecsSinceEpoch();
    change.changeId = m_invocation.value(u"--change-id"_s).toUtf8();
    if (change.changeId.isEmpty()) // A random part: two people may push in the same millisecond.
        change.changeId = QByteArray::number(change.timestampMs) + "_possyncctl_"
                          + QUuid::createUuid().toByteArray(QUuid::Id128).first(12);
    m_rest.sync({change}, this, [this](const Answer<std::vector<remote::SyncResult>> &results) {
        if (!results) {
            fail(results.error());
            return;
        }
        if (results->size() != 1) {
            fail({u"bad_answer"_s, u"The server did not say what became of the change."_s, {}});
            return;
        }
        const remote::SyncResult &result = results->front();
        const bool isStored = result.outcome != u"rejected"_s;
        if (m_invocation.wantsJson) {
            QByteArray text = "{\"change_id\":" + textOrNull(result.changeId)
                              + ",\"outcome\":" + json::quoted(result.outcome.toUtf8());
            if (result.seq > 0)
                text += ",\"seq\":" + QByteArray::number(result.seq);
            if (!isStored)
                text += ",\"code\":" + json::quoted(result.code.toUtf8())
                        + ",\"message\":" + json::quoted(result.message.toUtf8());
            writeOut(text + '}');
        } else if (isStored) {
            const QString number = result.seq > 0 ? u" as change %1"_s.arg(result.seq) : QString();
            writeOut((result.outcome == u"duplicate"_s ? u"Known already%1 (%2).\n"_s
                                                       : u"Applied%1 (%2).\n"_s)
                         .arg(number, printable(QString::fromUtf8(result.changeId))));
        } else {
            fail({result.code, u"The server refused: %1."_s.arg(result.message), {}});
            return;
        }
        finish(isStored ? Happened : DidNotHappen);
    });
}

void CommandRun::changes()
{
    constexpr qint64 largest = std::numeric_limits<qint64>::max();
    const auto since = number(u"--since"_s, -1, 0, largest);
    const auto limit = since ? number(u"--limit"_s, -1, 1, largest) : std::nullopt;
    if (!limit)
        return;
    m_leftToPrint = *limit;
    const bool follows = m_invocation.has(u"--follow"_s);
    if (*since >= 0) {
        follows ? followChanges(quint64(*since)) : fetchChanges(quint64(*since));
        return;
    }
    m_rest.changes(
        restaurant(), 0, 1, this, [this, follows](const Answer<remote::ChangePage> &page) {
            if (!page) {
                fail(page.error());
                return;
            }
            const quint64 shown =
                m_leftToPrint < 0 || follows ? newestShown : static_cast<quint64>(m_leftToPrint);
            const quint64 from = page->head - std::min(page->head, shown);
            follows ? followChanges(from) : fetchChanges(from);
        });
}

void CommandRun::fetchChanges(quint64 since)
{
    m_rest.changes(restaurant(), since, pageSize, this,
                   [this, since](const Answer<remote::ChangePage> &page) {
                       if (!page) {
                           fail(page.error());
                           return;
                       }
                       printChanges(page->changes);
                       if (page->hasMore && page->next > since && m_leftToPrint != 0)
                           fetchChanges(page->next);
                       else
                           finish(Happened);
                   });
}

void CommandRun::followChanges(quint64 since)
{
    m_admin = new remote::AdminClient({}, this);
    reportLink(*m_admin);
    connect(m_admin, &remote::AdminClient::changesArrived, this,
            [this](const QString &of, const std::vector<remote::ChangeEntry> &changes) {
                if (of != restaurant())
                    return;
                printChanges(changes);
                if (m_leftToPrint == 0)
                    finish(Happened);
            });
    connect(m_admin, &remote::AdminClient::historyReplaced, this,
            [] { writeError(u"The server went back to a backup; numbers begin anew.\n"_s); });
    m_admin->connectTo(m_invocation.server, m_invocation.token, m_trust);
    m_admin->followFrom(restaurant(), since);
    m_admin->subscribe({u"changes"_s, u"restaurants"_s}, restaurant());
}

void CommandRun::reportLink(remote::AdminClient &admin)
{
    connect(&admin, &remote::AdminClient::stateChanged, this,
            [this, &admin](remote::AdminClient::State state) {
                using enum remote::AdminClient::State;
                if (state == Connected) {
                    if (m_wasConnected)
                        writeError(u"Connected again.\n"_s);
                    m_wasConnected = true;
                } else if (state == Waiting || state == Refused) {
                    if (!m_wasConnected) {
                        const remote::RemoteError reason = admin.reason();
                        admin.disconnectFromServer();
                        fail(reason);
                    } else if (admin.attempt() == 0) {
                        writeError(u"%1 Trying again until it answers.\n"_s.arg(
                            printable(admin.reason().message)));
                    }
                }
            });
}

void CommandRun::printChanges(const std::vector<remote::ChangeEntry> &changes)
{
    QByteArray text;
    for (const remote::ChangeEntry &c : changes) {
        if (m_leftToPrint == 0)
            break;
        if (m_leftToPrint > 0)
            --m_leftToPrint;
        if (m_invocation.wantsJson) {
            text += remote::wire::encodeChange(c) + '\n';
            continue;
        }
        const QString line = u"%1  %2  %3 %4 %5  %6  %7"_s.arg(
            QString::number(c.seq).rightJustified(8), timeText(c.receivedMs),
            QString::fromUtf8(c.dataType).leftJustified(10),
            QString::fromUtf8(c.action).leftJustified(14),
            QString::fromUtf8(c.entityId).leftJustified(12),
            QString::fromUtf8(c.deviceId).leftJustified(15), fieldText(c.data));
        text += printable(line).toUtf8() + '\n';
    }
    if (!text.isEmpty())
        writeOut(text);
}

void CommandRun::logs()
{
    const auto lines = number(u"--lines"_s, 50, 0, 10000);
    if (!lines)
        return;
    const QString level = m_invocation.value(u"--level"_s);
    m_logLevel = static_cast<int>(logLevels().indexOf(level));
    if (!level.isEmpty() && m_logLevel < 0) {
        failUsage(
            u"There is no level \"%1\". There are: %2"_s.arg(level, logLevels().join(u", "_s)));
        return;
    }
    const bool follows = m_invocation.has(u"--follow"_s);
    m_rest.logs(0, static_cast<int>(*lines), level, this,
                [this, follows](const Answer<remote::LogPage> &page) {
                    if (!page) {
                        fail(page.error());
                        return;
                    }
                    printLogs(page->lines);
                    if (follows)
                        followLogs(page->next);
                    else
                        finish(Happened);
                });
}

void CommandRun::followLogs(quint64 since)
{
    m_lastLogNo = std::max(m_lastLogNo, since > 0 ? since - 1 : 0);
    m_admin = new remote::AdminClient({}, this);
    reportLink(*m_admin);
    connect(m_admin, &remote::AdminClient::logsArrived, this, &CommandRun::printLogs);
    connect(m_admin, &remote::AdminClient::logsMissed, this, [](qint64 count) {
        writeError(u"%1 lines were skipped: more came than could be sent.\n"_s.arg(count));
    });
    m_admin->connectTo(m_invocation.server, m_invocation.token, m_trust);
    m_admin->subscribe({u"logs"_s});
}

void CommandRun::printLogs(const QList<remote::LogLine> &lines)
{
    QByteArray text;
    for (const remote::LogLine &line : lines) {
        const auto level = logLevels().indexOf(line.level);
        if (line.no <= m_lastLogNo || (level >= 0 && level < m_logLevel))
            continue;
        m_lastLogNo = line.no;
        if (m_invocation.wantsJson)
            text += logJson(line) + '\n';
        else
            text +=
                printable(u"%1  %2  %3  %4"_s.arg(timeText(line.atMs), line.level.leftJustified(7),
                                                  line.component.leftJustified(10), line.text))
                    .toUtf8()
                + '\n';
    }
    if (!text.isEmpty())
        writeOut(text);
}

} // namespace possync::cli
