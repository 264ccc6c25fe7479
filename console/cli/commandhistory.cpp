// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/catalogue.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;
using remote::Fields;

namespace {

/// A value as people read it: texts without quotes, secrets hidden.
QString shown(const Fields &field, const QString &name, QByteArrayView key)
{
    const json::Member *value = json::find(field.members(), key);
    if (!value || value->type == json::Type::Null)
        return u"–"_s;
    if (isSecret(name))
        return u"•••"_s;
    return QString::fromUtf8(value->type == json::Type::String ? json::unquoted(value->value)
                                                               : value->value.toByteArray());
}

/// "status: pending → ready", one for each field.
QString whatChanged(Fields &version)
{
    if (version.text("effect") == u"remove"_s)
        return u"removed"_s;
    QStringList lines;
    for (const QByteArrayView text : version.list("fields")) {
        Fields field(text);
        const QString name = field.text("field");
        const QString old =
            field.optionalFlag("old_known", true) ? shown(field, name, "old") : u"?"_s;
        lines.append(u"%1: %2 → %3"_s.arg(name, old, shown(field, name, "new")));
        if (!field.isGood())
            version.fail(field.error());
    }
    return lines.isEmpty() ? u"nothing in the record"_s : lines.join(u", "_s);
}

} // namespace

void CommandRun::history()
{
    const QString type = dataTypeAsWritten(m_invocation.arguments[1]);
    if (!dataTypeFromName(type.toUtf8())) {
        failUsage(catalogueError(type, {}));
        return;
    }
    const auto limit = number(u"--limit"_s, -1, 1, 1'000'000);
    if (!limit)
        return;
    m_leftToPrint = *limit;
    fetchHistory({});
}

void CommandRun::fetchHistory(const QString &cursor)
{
    constexpr qint64 pageSize = 1000;
    const qint64 wanted = m_leftToPrint < 0 ? pageSize : std::min(m_leftToPrint, pageSize);
    const QString rest = u"/data/%1/%2/history?limit=%3&cursor=%4"_s.arg(
        dataTypeAsWritten(m_invocation.arguments[1]),
        QString::fromLatin1(QUrl::toPercentEncoding(m_invocation.arguments[2])),
        QString::number(wanted), cursor);
    const QString path = remote::RestClient::restaurantPath(restaurant(), rest);
    const auto print = [this](const Answer<QByteArray> &body) {
        if (!body) {
            fail(body.error());
            return;
        }
        Fields page(*body);
        Table table;
        for (const auto *title : {"CHANGE", "WHEN", "ACTION", "DEVICE", "USER", "WHAT CHANGED"})
            table.addColumn(QString::fromLatin1(title));
        const auto versions = page.list("versions");
        for (const QByteArrayView text : versions) {
            Fields version(text);
            table.addRow({QString::number(version.counter("seq")),
                          timeText(version.optionalTime("received_at")), version.text("action"),
                          version.optionalText("device_id"), version.optionalText("user_id"),
                          whatChanged(version)});
            if (!version.isGood())
                page.fail(version.error());
        }
        const QString next = page.optionalText("next");
        const bool isFromBirth = page.flag("complete");
        if (!page.isGood()) {
            fail({u"bad_answer"_s,
                  u"The server's answer makes no sense: %1."_s.arg(page.error()),
                  {}});
            return;
        }
        if (m_invocation.wantsJson) {
            writeOut(*body);
        } else {
            if (m_historyShown == 0 && !isFromBirth)
                writeError(u"The record is older than the oldest change kept; what was set before "
                           "it is shown as \"?\".\n"_s);
            if (!table.isEmpty())
                writeOut(table.text(120));
            else if (m_historyShown == 0)
                writeOut(u"No change of this record is kept.\n"_s);
        }
        m_historyShown += std::ssize(versions);
        if (m_leftToPrint > 0)
            m_leftToPrint -= std::ssize(versions);
        if (next.isEmpty() || m_leftToPrint == 0)
            finish(Happened);
        else
            fetchHistory(next);
    };
    // As long as the server may take to read so far back.
    m_rest.get(path, this, print, std::chrono::minutes(1));
}

} // namespace possync::cli
