// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/wire.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

namespace {

/// What happened, in one sentence; the server's, where it says one.
QString sentenceOf(const QJsonObject &conflict)
{
    if (const QString reason = conflict.value(u"reason"_s).toString(); !reason.isEmpty())
        return reason;
    QStringList replaced;
    for (const QJsonValue &value : conflict.value(u"replaced"_s).toArray()) {
        const QJsonObject field = value.toObject();
        replaced.append(u"\"%1\" of %2 was replaced by a later value"_s.arg(
            field.value(u"field"_s).toString(), field.value(u"lost_by"_s).toString()));
    }
    return replaced.join(u"; "_s);
}

/// What became of it: what people decided, or else what the rules did.
QString outcomeOf(const QJsonObject &conflict)
{
    const QString state = conflict.value(u"state"_s).toString();
    if (state == u"restored"_s || state == u"discarded"_s)
        return state;
    return conflict.value(u"kind"_s).toString() == u"review"_s
               ? u"review"_s
               : conflict.value(u"outcome"_s).toString();
}

} // namespace

void CommandRun::conflicts()
{
    if (m_invocation.has(u"--restore"_s)) {
        settleConflict(m_invocation.value(u"--restore"_s), u"restore"_s);
        return;
    }
    if (m_invocation.has(u"--discard"_s)) {
        settleConflict(m_invocation.value(u"--discard"_s), u"discard"_s);
        return;
    }
    const auto limit = number(u"--limit"_s, 50, 1, 1000);
    if (!limit)
        return;
    QString query = u"/conflicts?limit=%1"_s.arg(*limit);
    if (const QString before = m_invocation.value(u"--before"_s); !before.isEmpty())
        query += u"&before="_s + QString::fromLatin1(QUrl::toPercentEncoding(before));
    const QString path = remote::RestClient::restaurantPath(restaurant(), query);
    m_rest.get(path, this, [this](const Answer<QByteArray> &body) {
        if (!body) {
            fail(body.error());
            return;
        }
        if (!QJsonDocument::fromJson(*body).object().value(u"conflicts"_s).isArray()) {
            fail({u"bad_answer"_s, u"The server's answer holds no conflicts."_s, {}});
            return;
        }
        if (m_invocation.wantsJson) {
            writeOut(*body);
            finish(Happened);
            return;
        }
        withDeviceNames([this, text = *body](const QHash<QString, QString> &names) {
            tellConflicts(text, names);
            finish(Happened);
        });
    });
}

void CommandRun::withDeviceNames(std::function<void(const QHash<QString, QString> &)> next)
{
    m_rest.get(remote::RestClient::restaurantPath(restaurant(), u"/devices"_s), this,
               [this, next = std::move(next)](const Answer<QByteArray> &body) {
                   QHash<QString, QString> names;
                   const auto list =
                       remote::wire::decodeDevices(body ? *body : QByteArray("{}"), restaurant());
                   for (const remote::DeviceStatus &device :
                        list ? *list : QList<remote::DeviceStatus>())
                       names.insert(device.deviceId, device.name);
                   next(names);
               });
}

void CommandRun::tellConflicts(const QByteArray &body, const QHash<QString, QString> &names)
{
    const QJsonObject answer = QJsonDocument::fromJson(body).object();
    const QJsonArray conflicts = answer.value(u"conflicts"_s).toArray();
    if (conflicts.isEmpty()) {
        writeOut(u"No conflicts in %1.\n"_s.arg(printable(restaurant())));
        return;
    }
    Table table;
    for (const QString &column :
         {u"CHANGE"_s, u"WHEN"_s, u"RECORD"_s, u"DEVICE"_s, u"OUTCOME"_s, u"WHAT HAPPENED"_s})
        table.addColumn(column);
    for (const QJsonValue &value : conflicts) {
        const QJsonObject conflict = value.toObject();
        const QString device = conflict.value(u"device_id"_s).toString();
        table.addRow(
            {conflict.value(u"change_id"_s).toString(), conflict.value(u"received_at"_s).toString(),
             conflict.value(u"data_type"_s).toString() + u' '
                 + conflict.value(u"entity_id"_s).toString(),
             nameWithId(names.value(device), device), outcomeOf(conflict), sentenceOf(conflict)});
    }
    writeOut(table.text(120));
    if (answer.value(u"more"_s).toBool())
        writeOut(u"There are older ones: --before %1\n"_s.arg(
            printable(conflicts.last().toObject().value(u"change_id"_s).toString())));
}

void CommandRun::settleConflict(const QString &change, const QString &how)
{
    const QString path = remote::RestClient::restaurantPath(
        restaurant(),
        u"/conflicts/%1/%2"_s.arg(QString::fromLatin1(QUrl::toPercentEncoding(change)), how));
    m_rest.post(path, "{}", this, [this, how](const Answer<QByteArray> &body) {
        if (!body) {
            fail(body.error());
            return;
        }
        if (m_invocation.wantsJson) {
            writeOut(*body);
        } else {
            const QJsonObject conflict =
                QJsonDocument::fromJson(*body).object().value(u"conflict"_s).toObject();
            const QString record = printable(conflict.value(u"data_type"_s).toString()) + u' '
                                   + printable(conflict.value(u"entity_id"_s).toString());
            if (how == u"restore"_s)
                writeOut(u"Restored: what lost in %1 holds since change %2.\n"_s.arg(
                    record,
                    QString::number(
                        conflict.value(u"restored"_s).toObject().value(u"seq"_s).toInteger())));
            else
                writeOut(u"Discarded the late change of %1.\n"_s.arg(record));
        }
        finish(Happened);
    });
}

} // namespace possync::cli
