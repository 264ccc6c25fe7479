// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/accessmodel.h"

#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/remote/fields.h"

#include <QCoreApplication>
#include <QGuiApplication>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Access)
};

QString plain(const QString &text)
{
    return text.isEmpty() ? u"–"_s : plainLine(text, 120);
}

/// A cell that shows a name remembers the id.
void addNamed(AccessRow &row, const QString &title, const QString &id)
{
    if (title != id)
        row.ids.insert(int(row.cells.size()), plain(id));
    row.cells.append(plain(title));
}

QString stateWord(const QString &state)
{
    if (state == "active"_L1)
        return Words::tr("active");
    if (state == "expired"_L1)
        return Words::tr("over");
    if (state == "revoked"_L1)
        return Words::tr("revoked");
    if (state == "replaced"_L1)
        return Words::tr("replaced");
    return plain(state);
}

QString outcomeWord(const QString &outcome)
{
    if (outcome == "done"_L1)
        return Words::tr("done");
    if (outcome == "asked"_L1)
        return Words::tr("asked for");
    return Words::tr("refused: %1").arg(plainLine(outcome, 60).replace(u'_', u' '));
}

} // namespace

QString roleWord(const QString &role)
{
    if (role == "owner"_L1)
        return Words::tr("owner");
    if (role == "tester"_L1)
        return Words::tr("tester");
    if (role == "viewer"_L1)
        return Words::tr("viewer");
    if (role == "admin"_L1)
        return Words::tr("device of an administrator");
    if (role == "manager"_L1)
        return Words::tr("device of a manager");
    if (role == "server"_L1)
        return Words::tr("waiter's tablet");
    if (role == "cashier"_L1)
        return Words::tr("till");
    if (role == "kitchen"_L1)
        return Words::tr("kitchen screen");
    return plain(role);
}

remote::wire::Decoded<QList<AccessRow>> tokenRows(const QByteArray &body, qint64 nowMs,
                                                  const AccessTitle &titleOf)
{
    remote::Fields f(body);
    QList<AccessRow> rows;
    for (const QByteArrayView text : f.list("tokens")) {
        remote::Fields t(text);
        AccessRow row{.id = t.text("id"),
                      .state = t.text("state"),
                      .kind = t.optionalText("kind"),
                      .restaurant = t.optionalText("restaurant")};
        row.isBad = row.state != "active"_L1;
        const qint64 expiresMs = t.optionalTime("expires_at");
        const qint64 usedMs = t.optionalTime("last_used_at");
        const QString device = t.optionalText("device_id");
        row.cells = {plain(t.optionalText("name")), roleWord(t.text("role"))};
        if (row.restaurant.isEmpty())
            row.cells.append(Words::tr("all"));
        else
            addNamed(row, titleOf(row.restaurant, {}), row.restaurant);
        row.cells += QStringList{
            stateWord(row.state),
            usedMs > 0 ? agoText(std::max<qint64>(0, nowMs - usedMs)) : Words::tr("never"),
            expiresMs > 0 ? clockText(expiresMs, nowMs) : Words::tr("never")};
        addNamed(row, device.isEmpty() ? device : titleOf(row.restaurant, device), device);
        row.cells.append(plain(row.id));
        if (!t.isGood())
            f.fail(u"tokens: %1"_s.arg(t.error()));
        rows.append(row);
    }
    if (!f.isGood())
        return Unexpected(f.error());
    return rows;
}

remote::wire::Decoded<AuditPage> auditRows(const QByteArray &body, qint64 nowMs,
                                           const AccessTitle &titleOf)
{
    remote::Fields f(body);
    AuditPage page;
    for (const QByteArrayView text : f.list("entries")) {
        remote::Fields e(text);
        AccessRow row{.id = QString::number(e.counter("no")),
                      .state = e.text("outcome"),
                      .restaurant = e.optionalText("restaurant")};
        row.isBad = row.state != "done"_L1 && row.state != "asked"_L1;
        row.cells = {clockText(e.optionalTime("at"), nowMs),
                     plain(e.optionalText("actor")),
                     roleWord(e.optionalText("role")),
                     plain(e.optionalText("act"))};
        const QString target = e.optionalText("target");
        addNamed(row, row.restaurant.isEmpty() ? QString() : titleOf(row.restaurant, {}),
                 row.restaurant);
        addNamed(row, target.isEmpty() ? target : titleOf(row.restaurant, target), target);
        row.cells += QStringList{outcomeWord(row.state), plain(e.optionalText("address"))};
        if (!e.isGood())
            f.fail(u"entries: %1"_s.arg(e.error()));
        page.rows.prepend(row);
    }
    page.isIntact = f.flag("intact");
    if (!f.isGood())
        return Unexpected(f.error());
    // By number, whichever end the server began with.
    std::ranges::stable_sort(page.rows, [](const AccessRow &a, const AccessRow &b) {
        return a.id.toULongLong() > b.id.toULongLong();
    });
    return page;
}

AccessModel::AccessModel(QStringList headers, QObject *parent)
    : QAbstractTableModel(parent)
    , m_headers(std::move(headers))
{
}

void AccessModel::setRows(const QList<AccessRow> &rows)
{
    const bool isSameOrder = std::ranges::equal(rows, m_rows, {}, &AccessRow::id, &AccessRow::id);
    if (!isSameOrder) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
        return;
    }
    for (int i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i])
            continue;
        m_rows[i] = rows[i];
        Q_EMIT dataChanged(index(i, 0), index(i, columnCount() - 1));
    }
}

int AccessModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int AccessModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_headers.size());
}

QVariant AccessModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const AccessRow &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return row.cells.value(index.column());
    case SearchRole:
        return QString(row.cells.value(index.column()) + u'\n' + row.ids.value(index.column()));
    case RawRole:
        return row.ids.contains(index.column()) ? QVariant(row.ids.value(index.column()))
                                                : QVariant();
    case Qt::ToolTipRole: {
        const QString shown = row.cells.value(index.column());
        const QString id = row.ids.value(index.column());
        return plainToolTip(id.isEmpty() ? shown
                                         : Words::tr("%1 · %2", "name, id").arg(shown, id));
    }
    case Qt::ForegroundRole:
        return row.isBad ? QVariant(toneColour(Tone::Muted, QGuiApplication::palette()))
                         : QVariant();
    default:
        return {};
    }
}

QVariant AccessModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    return m_headers.value(section);
}

} // namespace possync::gui
