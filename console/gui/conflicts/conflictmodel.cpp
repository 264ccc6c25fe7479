// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/conflicts/conflictmodel.h"

#include "common/model/jsontext.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/session/session.h"

#include <QCoreApplication>
#include <QSet>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Conflicts)
};

/// A value as a person reads it: text without quotes, nothing secret.
QString valueText(const QByteArray &field, const QByteArray &value)
{
    if (value.isEmpty())
        return Words::tr("nothing");
    const QByteArray shown = withoutSecrets("{" + json::quoted(field) + ":" + value + "}");
    json::Members members;
    if (!json::parseObject(shown, members) || members.empty())
        return plainLine(QString::fromUtf8(value), 200);
    const json::Member &member = members.front();
    if (member.type == json::Type::True || member.type == json::Type::False)
        return member.type == json::Type::True ? Words::tr("yes") : Words::tr("no");
    return plainLine(member.type == json::Type::String
                         ? valueWord(QString::fromUtf8(field),
                                     QString::fromUtf8(json::unquoted(member.value)))
                         : QString::fromUtf8(member.value.toByteArray()),
                     200);
}

QString ruleForCode(const QString &code)
{
    if (code == "already_paid"_L1)
        return Words::tr("An order is paid once: the first payment stays.");
    if (code == "deleted"_L1)
        return Words::tr("What was deleted stays deleted until somebody makes it anew.");
    if (code == "recreated"_L1)
        return Words::tr("What was made anew is not removed by an older deletion.");
    if (code == "table_taken"_L1)
        return Words::tr("A table has one party: who was first keeps it.");
    if (code == "line_sent"_L1)
        return Words::tr("What was sent to the kitchen can be cancelled, but not rewritten.");
    return code.isEmpty() ? Words::tr("A rule kept the record as it was.")
                          : Words::tr("The change went against a rule and was refused as a whole.");
}

QString ruleForField(const remote::Conflict &conflict, const QByteArray &field)
{
    if (conflict.dataType == "orders" && (field == "status" || field == "payment_status"))
        return Words::tr("An order's status and payment only go forward; what comes late does not "
                         "pull them back.");
    if (conflict.dataType == "tables" && field == "status")
        return Words::tr("Of two changes of one table the later one stays.");
    return Words::tr("Of two changes of the same field the later one stays.");
}

/// What a change would set, for people: "status: completed, total: 25.50".
QString contentText(const QByteArray &change)
{
    json::Members members;
    if (!json::parseObject(change, members))
        return {};
    if (const json::Member *data = json::find(members, "data");
        data && data->type == json::Type::Object) {
        const QByteArray inner = data->value.toByteArray();
        json::Members fields;
        if (json::parseObject(inner, fields)) {
            QStringList parts;
            for (const json::Member &field : fields) {
                if (field.key == "id" || field.type == json::Type::Null)
                    continue;
                const QByteArray name = field.key.toByteArray();
                parts.append(plainLine(QString::fromUtf8(name), 60).replace(u'_', u' ') + u": "_s
                             + valueText(name, field.value.toByteArray()));
            }
            return plainLine(parts.join(u", "_s), 400);
        }
    }
    return {};
}

/// A change may have rows of several fields.
QString keyOf(const ConflictRow &row)
{
    return row.changeId + u'\n' + row.field + u'\n' + row.lost;
}

QStringList idsOf(const QList<remote::Conflict> &conflicts)
{
    QStringList ids;
    for (const remote::Conflict &conflict : conflicts)
        ids.append(conflict.changeId);
    return ids;
}

} // namespace

QList<ConflictRow> rowsOf(const QString &restaurant, const remote::Conflict &conflict)
{
    const ConflictRow common{.restaurant = restaurant,
                             .changeId = conflict.changeId,
                             .atMs = conflict.receivedMs,
                             .dataType = conflict.dataType,
                             .action = conflict.action,
                             .entityId = conflict.entityId,
                             .reason = conflict.reason,
                             .isReview = conflict.kind == "review"_L1,
                             .state = conflict.state,
                             .restoredBy = conflict.restoredBy,
                             .restoredMs = conflict.restoredMs};
    QList<ConflictRow> rows;
    const auto add = [&](const remote::ConflictField &field, bool isLoser) {
        ConflictRow row = common;
        row.field = QString::fromUtf8(field.field);
        row.stays = valueText(field.field, field.kept);
        row.staysBy = field.keptBy;
        row.staysAtMs = field.keptAtMs;
        row.lost = valueText(field.field, field.lost);
        row.lostBy = field.lostBy;
        row.lostAtMs = field.lostAtMs;
        (isLoser ? row.lostUser : row.staysUser) = conflict.userId;
        row.rule = ruleForField(conflict, field.field);
        rows.append(row);
    };
    for (const remote::ConflictField &field : conflict.kept)
        add(field, true);
    for (const remote::ConflictField &field : conflict.replaced)
        add(field, false);
    if (rows.isEmpty()) {
        ConflictRow row = common;
        row.stays = Words::tr("as it was");
        row.lost = actionWord(conflict.action);
        row.lostBy = conflict.deviceId;
        row.lostUser = conflict.userId;
        row.lostAtMs = conflict.madeMs;
        row.rule = ruleForCode(conflict.code);
        if (common.isReview) {
            if (const QString content = contentText(conflict.sent); !content.isEmpty())
                row.lost += u": "_s + content;
            row.rule = Words::tr("Another tablet had taken the place of this one before the change "
                                 "came. Nothing of it is in the record until somebody decides.");
        }
        rows.append(row);
    }
    return rows;
}

QString whoText(const QString &device, const QString &user)
{
    if (device.isEmpty())
        return Words::tr("not known");
    return user.isEmpty() ? plainLine(device, 60)
                          : Words::tr("%1 on %2").arg(plainLine(user, 40), plainLine(device, 60));
}

QString conflictStateText(const ConflictRow &row, qint64 nowMs)
{
    if (!row.isDecided())
        return row.isReview ? Words::tr("waits for a decision") : Words::tr("stays as it is");
    const QString ago = agoText(nowMs - row.restoredMs);
    const QString who = plainLine(row.restoredBy, 40);
    const bool isNameless = who.isEmpty() || who == "-"_L1;
    if (row.state == "discarded"_L1)
        return isNameless ? Words::tr("left out %1").arg(ago)
                          : Words::tr("left out by %1, %2").arg(who, ago);
    if (row.isReview)
        return isNameless ? Words::tr("taken over %1").arg(ago)
                          : Words::tr("taken over by %1, %2").arg(who, ago);
    return isNameless ? Words::tr("put back %1").arg(ago)
                      : Words::tr("put back by %1, %2").arg(who, ago);
}

void ConflictModel::setConflicts(const QString &restaurant,
                                 const QList<remote::Conflict> &conflicts, quint64 total)
{
    Extent extent{.ids = idsOf(conflicts), .total = total};
    QSet<QString> older;
    if (extent.total > quint64(extent.ids.size()) && !extent.ids.isEmpty()) {
        const QStringList before = m_extents.value(restaurant).ids;
        if (const qsizetype last = before.indexOf(extent.ids.last()); last >= 0) {
            const QStringList rest = before.sliced(last + 1);
            older = QSet<QString>(rest.begin(), rest.end());
            extent.ids += rest;
        }
    }
    m_extents.insert(restaurant, extent);
    QHash<QString, ConflictRow> wanted;
    QStringList order;
    for (const remote::Conflict &conflict : conflicts) {
        for (ConflictRow &row : rowsOf(restaurant, conflict)) {
            const QString key = keyOf(row);
            if (!wanted.contains(key))
                order.append(key);
            wanted.insert(key, std::move(row));
        }
    }
    QSet<QString> known;
    bool isChanged = false;
    for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
        if (m_rows[i].restaurant != restaurant)
            continue;
        const QString key = keyOf(m_rows[i]);
        const auto now = wanted.constFind(key);
        if (now == wanted.cend() && older.contains(m_rows[i].changeId))
            continue;
        if (now == wanted.cend()) {
            beginRemoveRows({}, i, i);
            m_rows.removeAt(i);
            endRemoveRows();
            isChanged = true;
            continue;
        }
        known.insert(key);
        if (m_rows[i] == *now)
            continue;
        m_rows[i] = *now;
        Q_EMIT dataChanged(index(i, 0), index(i, ColumnCount - 1));
        isChanged = true;
    }
    QList<ConflictRow> fresh;
    for (const QString &key : std::as_const(order)) {
        if (!known.contains(key))
            fresh.append(wanted.value(key));
    }
    if (!fresh.isEmpty()) {
        beginInsertRows({}, 0, int(fresh.size()) - 1);
        m_rows = fresh + m_rows;
        endInsertRows();
        isChanged = true;
    }
    if (isChanged)
        Q_EMIT conflictsChanged();
}

void ConflictModel::addOlder(const QString &restaurant, const QList<remote::Conflict> &conflicts)
{
    Extent &extent = m_extents[restaurant];
    const QSet<QString> known(extent.ids.begin(), extent.ids.end());
    QList<ConflictRow> rows;
    for (const remote::Conflict &conflict : conflicts) {
        if (known.contains(conflict.changeId))
            continue;
        extent.ids.append(conflict.changeId);
        rows += rowsOf(restaurant, conflict);
    }
    if (rows.isEmpty()) {
        extent.total = quint64(extent.ids.size());
    } else {
        beginInsertRows({}, int(m_rows.size()), int(m_rows.size() + rows.size()) - 1);
        m_rows += rows;
        endInsertRows();
    }
    Q_EMIT conflictsChanged();
}

void ConflictModel::renew(const QString &restaurant, const QList<remote::Conflict> &conflicts)
{
    QHash<QString, ConflictRow> now;
    for (const remote::Conflict &conflict : conflicts) {
        for (ConflictRow &row : rowsOf(restaurant, conflict))
            now.insert(keyOf(row), std::move(row));
    }
    bool isChanged = false;
    for (int i = 0; i < m_rows.size() && !now.isEmpty(); ++i) {
        if (m_rows[i].restaurant != restaurant)
            continue;
        const auto fresh = now.constFind(keyOf(m_rows[i]));
        if (fresh == now.cend() || m_rows[i] == *fresh)
            continue;
        m_rows[i] = *fresh;
        Q_EMIT dataChanged(index(i, 0), index(i, ColumnCount - 1));
        isChanged = true;
    }
    if (isChanged)
        Q_EMIT conflictsChanged();
}

quint64 ConflictModel::missing(const QString &restaurant) const
{
    quint64 sum = 0;
    for (auto it = m_extents.cbegin(); it != m_extents.cend(); ++it) {
        const quint64 here = quint64(it->ids.size());
        if ((restaurant.isEmpty() || it.key() == restaurant) && it->total > here)
            sum += it->total - here;
    }
    return sum;
}

QStringList ConflictModel::incomplete() const
{
    QStringList restaurants;
    for (auto it = m_extents.cbegin(); it != m_extents.cend(); ++it) {
        if (it->total > quint64(it->ids.size()))
            restaurants.append(it.key());
    }
    return restaurants;
}

QString ConflictModel::oldest(const QString &restaurant) const
{
    const QStringList ids = m_extents.value(restaurant).ids;
    return ids.isEmpty() ? QString() : ids.last();
}

void ConflictModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_extents.clear();
    endResetModel();
    Q_EMIT conflictsChanged();
}

void ConflictModel::setNow(qint64 nowMs)
{
    m_nowMs = nowMs;
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, When), index(rowCount() - 1, ColumnCount - 1));
}

void ConflictModel::setSeenMs(qint64 seenMs)
{
    if (seenMs == m_seenMs)
        return;
    m_seenMs = seenMs;
    Q_EMIT conflictsChanged();
}

void ConflictModel::markSeen()
{
    qint64 newest = m_seenMs;
    for (const ConflictRow &row : std::as_const(m_rows))
        newest = std::max(newest, row.atMs);
    setSeenMs(newest);
}

int ConflictModel::unseen(const QString &restaurant) const
{
    QSet<QString> counted;
    for (const ConflictRow &row : m_rows) {
        if (row.atMs > m_seenMs && !row.isDecided()
            && (restaurant.isEmpty() || row.restaurant == restaurant))
            counted.insert(row.restaurant + u'\n' + row.changeId);
    }
    return int(counted.size());
}

int ConflictModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ConflictModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString ConflictModel::text(const ConflictRow &row, int column) const
{
    switch (column) {
    case When:
        return clockText(row.atMs, m_nowMs);
    case Restaurant:
        return m_titleOf ? m_titleOf(row.restaurant) : plainLine(row.restaurant, 80);
    case Record:
        return recordWord(row.dataType) + u' ' + plainLine(row.entityId, 60);
    case Field:
        return row.field.isEmpty() ? Words::tr("all of it")
                                   : fieldWord(row.field);
    case Stays:
        return row.stays;
    case StaysWho:
        return row.staysBy.isEmpty() ? u"–"_s : who(row, row.staysBy, row.staysUser);
    case Lost:
        return row.lost;
    case LostWho:
        return who(row, row.lostBy, row.lostUser);
    default:
        return conflictStateText(row, m_nowMs);
    }
}

QString ConflictModel::who(const ConflictRow &row, const QString &device, const QString &user) const
{
    return whoText(m_deviceTitleOf ? m_deviceTitleOf(row.restaurant, device) : device, user);
}

QString ConflictModel::idBehind(const ConflictRow &row, int column)
{
    return column == Restaurant ? row.restaurant
           : column == StaysWho ? row.staysBy
           : column == LostWho  ? row.lostBy
                                : QString();
}

QVariant ConflictModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ConflictRow &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case SearchRole:
        return QString(text(row, index.column()) + u'\n' + idBehind(row, index.column()));
    case RawRole:
        return index.column() == Restaurant ? QVariant(row.restaurant)
               : index.column() == StaysWho && !row.staysBy.isEmpty()
                   ? QVariant(whoText(row.staysBy, row.staysUser))
               : index.column() == LostWho ? QVariant(whoText(row.lostBy, row.lostUser))
                                           : QVariant();
    case Qt::ToolTipRole: {
        const QString shown = text(row, index.column());
        const QString id = idBehind(row, index.column());
        return plainToolTip(id.isEmpty() || shown.contains(id)
                                ? shown
                                : Words::tr("%1 · %2", "name, id").arg(shown, id));
    }
    case SortRole:
        return index.column() == When ? QVariant(row.atMs) : QVariant(text(row, index.column()));
    case RestaurantRole:
        return row.restaurant;
    default:
        return {};
    }
}

QVariant ConflictModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case When:
        return Words::tr("When");
    case Restaurant:
        return Words::tr("Restaurant");
    case Record:
        return Words::tr("Record");
    case Field:
        return Words::tr("Field");
    case Stays:
        return Words::tr("Stays");
    case StaysWho:
        return Words::tr("Stays from");
    case Lost:
        return Words::tr("Gave way");
    case LostWho:
        return Words::tr("Gave way from");
    default:
        return Words::tr("State");
    }
}

} // namespace possync::gui
