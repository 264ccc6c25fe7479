// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Commands that look and change nothing: status, restaurants, devices, data.
#include "console/cli/commandrun.h"
#include "console/cli/table.h"

#include "common/model/jsontext.h"
#include "console/remote/fields.h"

#include <QDateTime>

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

namespace {

QString durationText(qint64 seconds)
{
    if (seconds < 120)
        return u"%1 s"_s.arg(seconds);
    if (seconds < 7200)
        return u"%1 min"_s.arg(seconds / 60);
    return u"%1 h"_s.arg(seconds / 3600);
}

QString plural(qint64 count, const QString &one, const QString &many)
{
    return u"%1 %2"_s.arg(count).arg(count == 1 ? one : many);
}

QString numberOrDash(const std::optional<qint64> &number)
{
    return number ? QString::number(*number) : u"–"_s;
}

/// A record's fields by name, as people read them: texts without quotes.
std::vector<std::pair<QString, QString>> cellsOf(const QByteArray &record)
{
    std::vector<std::pair<QString, QString>> cells;
    json::Members members;
    if (!json::parseObject(record, members))
        return cells;
    for (const json::Member &member : members) {
        const QByteArray value = member.type == json::Type::String ? json::unquoted(member.value)
                                                                   : member.value.toByteArray();
        cells.emplace_back(QString::fromUtf8(json::plainKey(member)), QString::fromUtf8(value));
    }
    return cells;
}

QString recordTable(const std::vector<remote::EntityRecord> &records)
{
    constexpr std::size_t maxColumns = 8;
    std::vector<QString> columns;
    std::vector<std::vector<std::pair<QString, QString>>> rows;
    for (const remote::EntityRecord &record : records) {
        rows.push_back(cellsOf(record.data));
        for (const auto &[name, value] : rows.back()) {
            if (name != u"last_sync"_s && columns.size() < maxColumns
                && std::ranges::find(columns, name) == columns.end())
                columns.push_back(name);
        }
    }
    Table table;
    for (const QString &column : columns)
        table.addColumn(column.toUpper());
    for (const auto &row : rows) {
        QStringList cells;
        for (const QString &column : columns) {
            const auto cell = std::ranges::find(row, column, &std::pair<QString, QString>::first);
            const QString value = cell == row.end() ? QString() : cell->second;
            cells.append(isSecret(column) && !value.isEmpty() ? u"•••"_s : value);
        }
        table.addRow(cells);
    }
    return table.text(28);
}

} // namespace

bool isSecret(const QString &field)
{
    return field == u"pin"_s || field == u"password"_s || field == u"token"_s;
}

void CommandRun::status()
{
    m_rest.get(u"/api/health"_s, this, [this](const Answer<QByteArray> &body) {
        if (!body) {
            fail(body.error());
            return;
        }
        const auto health = remote::wire::decodeHealth(*body);
        if (!health) {
            fail({u"bad_answer"_s,
                  u"What answers at %1 is not a PosSync server."_s.arg(
                      remote::hostText(m_invocation.server)),
                  {}});
            return;
        }
        const bool isWell = health->status == u"ok"_s
                            && (health->journalState.isEmpty() || health->journalState == u"ok"_s);
        if (m_invocation.wantsJson) {
            writeOut(*body);
        } else {
            QString text = u"possync-server %1 at %2 is %3\n"_s.arg(
                printable(health->version), remote::hostText(m_invocation.server),
                isWell ? u"well"_s : u"in trouble"_s);
            if (health->uptimeS >= 0)
                text += u"up        %1\n"_s.arg(durationText(health->uptimeS));
            if (!health->journalState.isEmpty())
                text += u"journal   %1\n"_s.arg(printable(health->journalState));
            text += u"online    %2 of %1\n"_s.arg(
                plural(health->restaurants, u"restaurant"_s, u"restaurants"_s),
                plural(health->connections, u"connection"_s, u"connections"_s));
            writeOut(text);
        }
        finish(isWell ? Happened : DidNotHappen);
    });
}

void CommandRun::restaurants()
{
    m_rest.get(u"/api/restaurants"_s, this, [this](const Answer<QByteArray> &body) {
        if (!body) {
            fail(body.error());
            return;
        }
        const auto list = remote::wire::decodeRestaurants(*body);
        if (!list) {
            fail({u"bad_answer"_s,
                  u"The server's answer makes no sense: %1."_s.arg(list.error()),
                  {}});
            return;
        }
        if (m_invocation.wantsJson) {
            writeOut(*body);
        } else if (list->isEmpty()) {
            writeOut(u"No restaurants yet.\n"_s);
        } else {
            const qint64 now = QDateTime::currentMSecsSinceEpoch();
            Table table;
            table.addColumn(u"RESTAURANT"_s);
            table.addColumn(u"NAME"_s);
            table.addColumn(u"DEVICES"_s, Table::Align::Right);
            table.addColumn(u"CHANGES"_s, Table::Align::Right);
            table.addColumn(u"LAST CHANGE"_s);
            for (const remote::RestaurantSummary &r : *list)
                table.addRow({r.id, r.name, QString::number(r.deviceCount), QString::number(r.head),
                              ago(r.lastChangeMs, now)});
            writeOut(table.text());
        }
        finish(Happened);
    });
}

void CommandRun::devices()
{
    const QString path = remote::RestClient::restaurantPath(restaurant(), u"/devices"_s);
    m_rest.get(path, this, [this](const Answer<QByteArray> &body) {
        if (!body) {
            fail(body.error());
            return;
        }
        const auto list = remote::wire::decodeDevices(*body, restaurant());
        if (!list) {
            fail({u"bad_answer"_s,
                  u"The server's answer makes no sense: %1."_s.arg(list.error()),
                  {}});
            return;
        }
        if (m_invocation.wantsJson) {
            writeOut(*body);
        } else if (list->isEmpty()) {
            writeOut(u"No devices have been seen in %1.\n"_s.arg(printable(restaurant())));
        } else {
            const qint64 now = QDateTime::currentMSecsSinceEpoch();
            Table table;
            table.addColumn(u"DEVICE"_s);
            table.addColumn(u"NAME"_s);
            table.addColumn(u"STATE"_s);
            table.addColumn(u"LACKS"_s, Table::Align::Right);
            table.addColumn(u"HAS"_s, Table::Align::Right);
            table.addColumn(u"RTT MS"_s, Table::Align::Right);
            table.addColumn(u"USER"_s);
            table.addColumn(u"ADDRESS"_s);
            table.addColumn(u"LAST SEEN"_s);
            for (const remote::DeviceStatus &d : *list) {
                QString state = !d.isConnected   ? u"offline"_s
                                : d.isCatchingUp ? u"catching up"_s
                                                 : u"live"_s;
                if (d.isShared)
                    state += u", id shared"_s;
                table.addRow({d.deviceId, d.name, state, QString::number(d.lag),
                              QString::number(d.position), numberOrDash(d.roundTripMs), d.userId,
                              d.address, ago(d.lastSeenMs, now)});
            }
            writeOut(table.text());
        }
        finish(Happened);
    });
}

void CommandRun::data()
{
    const QString only = dataTypeAsWritten(m_invocation.arguments.value(1));
    if (!only.isEmpty() && !dataTypeFromName(only.toUtf8())) {
        failUsage(catalogueError(only, {}));
        return;
    }
    QString rest = u"/data"_s;
    if (m_invocation.has(u"--at"_s))
        rest += u"?at="_s
                + QString::fromLatin1(QUrl::toPercentEncoding(m_invocation.value(u"--at"_s)));
    const QString path = remote::RestClient::restaurantPath(restaurant(), rest);
    m_rest.get(path, this, [this, only](const Answer<QByteArray> &body) {
        if (!body) {
            fail(body.error());
            return;
        }
        const auto records = remote::wire::decodeRecords(*body);
        if (!records) {
            fail({u"bad_answer"_s,
                  u"The server's answer makes no sense: %1."_s.arg(records.error()),
                  {}});
            return;
        }
        if (m_invocation.wantsJson && only.isEmpty()) {
            writeOut(*body);
            finish(Happened);
            return;
        }
        remote::Fields answer(*body);
        for (const QByteArrayView text :
             m_invocation.has(u"--at"_s) ? answer.list("incomplete")
                                        : std::vector<QByteArrayView>()) {
            remote::Fields record(text);
            writeError(u"%1 %2 is not known in full: part of it was set before the oldest change "
                       "kept.\n"_s.arg(printable(record.text("data_type")),
                                       printable(record.text("entity_id"))));
        }
        for (const auto &[type, list] : *records) {
            if (!only.isEmpty() && only.toUtf8() != type)
                continue;
            if (m_invocation.wantsJson) {
                QByteArrayList texts;
                for (const remote::EntityRecord &record : list)
                    texts.append(record.data);
                writeOut('[' + texts.join(',') + ']');
                continue;
            }
            writeOut(u"%1 (%2)\n"_s.arg(printable(QString::fromUtf8(type))).arg(list.size()));
            if (!list.empty())
                writeOut(recordTable(list) + u'\n');
        }
        finish(Happened);
    });
}

} // namespace possync::cli
