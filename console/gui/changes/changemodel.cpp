// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changemodel.h"

#include "common/model/jsontext.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"

#include <QElapsedTimer>
#include <functional>
#include <numeric>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestSummed = 20000;

bool isLabel(QByteArrayView key)
{
    return key == "order_number" || key == "name";
}

QString textOf(const json::Member &member)
{
    return QString::fromUtf8(member.type == json::Type::String ? json::unquoted(member.value)
                                                               : member.value.toByteArray());
}

} // namespace

QString recordLabel(QByteArrayView data)
{
    json::Members members;
    if (data.size() > longestSummed || !json::parseObject(data, members))
        return {};
    for (const json::Member &member : members) {
        if (isLabel(member.key) && member.type == json::Type::String)
            return plainLine(textOf(member), 60);
    }
    return {};
}

QString changeSummary(QByteArrayView data)
{
    json::Members members;
    if (data.size() > longestSummed || !json::parseObject(data, members))
        return plainLine(QString::fromUtf8(data.first(std::min<qsizetype>(data.size(), 200))), 200);
    // What it is and how it stands need no names; there may be no room for more.
    std::ranges::stable_sort(members, {}, [](const json::Member &member) {
        return isLabel(member.key) ? 0 : member.key == "status" ? 1 : 2;
    });
    QStringList parts;
    for (const json::Member &member : members) {
        if (member.key == "id" || member.key == "updated_at" || member.type == json::Type::Null)
            continue;
        const QString key = plainLine(QString::fromUtf8(member.key));
        const QString value = plainLine(valueWord(key, textOf(member)), 60);
        parts.append(isLabel(member.key) || member.key == "status"
                         ? value
                         : QString(key).replace(u'_', u' ') + u' ' + value);
        if (parts.size() == 6)
            break;
    }
    return parts.join(u", "_s);
}

ChangeModel::ChangeModel(quint64 capacity, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(capacity)
{
    m_scan.setInterval(0);
    connect(&m_scan, &QTimer::timeout, this, &ChangeModel::scanSlice);
}

bool ChangeModel::passes(quint64 row) const
{
    const ChangeView view = m_store.at(row);
    if (!m_restaurant.isEmpty() && m_store.restaurants().nameOf(view.restaurant) != m_restaurant)
        return false;
    return m_filter.matches(m_store, view);
}

void ChangeModel::append(std::span<const ChangeEntry> entries)
{
    releaseRows(m_store.firstRowAfter(entries.size()));
    m_store.append(entries);
    Q_ASSERT(m_shownEnd >= m_store.firstRow());
    if (!m_paused && isInArrivalOrder() && !isFiltering())
        showHeld();
    Q_EMIT contentChanged();
}

void ChangeModel::clear()
{
    beginResetModel();
    m_scan.stop();
    m_store.clear();
    m_rows.clear();
    m_shownEnd = m_store.endRow();
    endResetModel();
    Q_EMIT contentChanged();
}

void ChangeModel::releaseRows(quint64 first)
{
    m_shownEnd = std::max(m_shownEnd, first);
    m_scanAt = std::max(m_scanAt, first);
    const auto hasLeft = [first](quint64 row) { return row < first; };
    std::erase_if(m_scanned, hasLeft);
    if (isInArrivalOrder()) {
        const auto kept = std::ranges::lower_bound(m_rows, first);
        if (kept == m_rows.begin())
            return;
        beginRemoveRows({}, 0, int(kept - m_rows.begin()) - 1);
        m_rows.erase(m_rows.begin(), kept);
        endRemoveRows();
    } else if (std::ranges::any_of(m_rows, hasLeft)) {
        beginResetModel();
        std::erase_if(m_rows, hasLeft);
        endResetModel();
    }
}

void ChangeModel::showHeld()
{
    std::vector<quint64> fresh;
    for (; m_shownEnd < m_store.endRow(); ++m_shownEnd) {
        if (passes(m_shownEnd))
            fresh.push_back(m_shownEnd);
    }
    if (fresh.empty())
        return;
    const int count = int(m_rows.size());
    beginInsertRows({}, count, count + int(fresh.size()) - 1);
    m_rows.insert(m_rows.end(), fresh.begin(), fresh.end());
    endInsertRows();
    if (!isInArrivalOrder())
        sort(m_sortColumn, m_sortOrder);
    Q_EMIT contentChanged();
}

void ChangeModel::setPaused(bool paused)
{
    m_paused = paused;
    if (!paused && isInArrivalOrder() && !isFiltering())
        showHeld();
    Q_EMIT contentChanged();
}

void ChangeModel::setRestaurantNames(const ChangeNames::Names &names)
{
    if (m_store.names().setRestaurants(names))
        adoptNames();
}

void ChangeModel::setDeviceNames(const QByteArray &restaurant, const ChangeNames::Names &names)
{
    if (m_store.names().setDevices(restaurant, names))
        adoptNames();
}

void ChangeModel::adoptNames()
{
    if (!m_rows.empty()) {
        const int last = int(m_rows.size()) - 1;
        for (const int column : {int(Restaurant), int(Device)})
            Q_EMIT dataChanged(index(0, column), index(last, column),
                               {Qt::DisplayRole, Qt::ToolTipRole});
    }
    // Rows may match by their new names, or no longer by the old ones.
    if (!m_filter.isEmpty())
        startScan();
}

void ChangeModel::setFilter(const ChangeFilter &filter)
{
    m_filter = filter;
    startScan();
}

void ChangeModel::setRestaurant(const QByteArray &restaurant)
{
    if (restaurant == m_restaurant)
        return;
    m_restaurant = restaurant;
    startScan();
}

void ChangeModel::startScan()
{
    m_scanned.clear();
    m_scanAt = m_store.firstRow();
    m_scan.start();
    scanSlice(); // a small store is done at once, without a flicker
}

void ChangeModel::scanSlice()
{
    QElapsedTimer spent;
    spent.start();
    while (m_scanAt < m_store.endRow()) {
        for (int i = 0; i < 2000 && m_scanAt < m_store.endRow(); ++i, ++m_scanAt) {
            if (passes(m_scanAt))
                m_scanned.push_back(m_scanAt);
        }
        if (spent.elapsed() >= 12)
            return;
    }
    finishScan();
}

void ChangeModel::finishScan()
{
    m_scan.stop();
    sortRows(m_scanned);
    beginResetModel();
    m_rows = std::move(m_scanned);
    m_scanned = {};
    m_shownEnd = m_store.endRow();
    endResetModel();
    Q_EMIT contentChanged();
}

namespace {

/// The place of each of `count` texts, were they sorted.
template<typename TextOf>
std::vector<quint32> ranksOf(std::size_t count, TextOf &&textOf)
{
    std::vector<quint32> order(count);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](quint32 a, quint32 b) {
        return QByteArrayView(textOf(a)).compare(textOf(b)) < 0;
    });
    std::vector<quint32> ranks(count);
    for (quint32 rank = 0; rank < count; ++rank)
        ranks[order[rank]] = rank;
    return ranks;
}

/// Puts rows that are in order of arrival into the order of their ranks; of one rank, they stay in
/// order of arrival. `rankOf(i)` is below `ranks`.
template<typename RankOf>
void sortByRank(std::vector<quint64> &rows, std::size_t ranks, RankOf &&rankOf)
{
    std::vector<std::size_t> next(ranks + 1);
    for (std::size_t i = 0; i < rows.size(); ++i)
        ++next[rankOf(i) + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<quint64> sorted(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        sorted[next[rankOf(i)]++] = rows[i];
    rows = std::move(sorted);
}

/// By a text that many rows share, which is looked up and compared once for all that have one key,
/// and not once for each row.
template<typename KeyOf, typename TextOf>
void sortBySharedText(std::vector<quint64> &rows, const ChangeStore &store, KeyOf &&keyOf,
                      TextOf &&textOf)
{
    QHash<std::decay_t<decltype(keyOf(store.at(0)))>, quint32> numbers;
    std::vector<std::decay_t<decltype(textOf(store.at(0)))>> texts;
    std::vector<quint32> numberAt;
    numberAt.reserve(rows.size());
    for (const quint64 row : rows) {
        const ChangeView view = store.at(row);
        quint32 &number = numbers[keyOf(view)];
        if (number == 0) {
            texts.push_back(textOf(view));
            number = quint32(texts.size());
        }
        numberAt.push_back(number - 1);
    }
    const auto ranks = ranksOf(texts.size(), [&](quint32 number) { return texts[number]; });
    sortByRank(rows, ranks.size(), [&](std::size_t i) { return ranks[numberAt[i]]; });
}

} // namespace

void ChangeModel::sortByName(std::vector<quint64> &rows) const
{
    const auto by = [&](const NameTable &names, auto numberOf) {
        const auto ranks = ranksOf(names.size(), [&](quint32 number) -> const QByteArray & {
            return names.nameOf(number);
        });
        sortByRank(rows, ranks.size(),
                   [&](std::size_t i) { return ranks[numberOf(m_store.at(rows[i]))]; });
    };
    switch (m_sortColumn) {
    case Restaurant: {
        // By what is shown.
        const NameTable &ids = m_store.restaurants();
        const auto ranks = ranksOf(ids.size(), [&](quint32 number) {
            const QByteArray name = m_store.names().restaurant(ids.nameOf(number));
            return name.isEmpty() ? ids.nameOf(number) : name;
        });
        return sortByRank(rows, ranks.size(),
                          [&](std::size_t i) { return ranks[m_store.at(rows[i]).restaurant]; });
    }
    case Device:
        return m_store.names().hasDevices()
                   ? sortByDeviceName(rows)
                   : by(m_store.devices(), std::mem_fn(&ChangeView::device));
    case User:
        return by(m_store.users(), std::mem_fn(&ChangeView::user));
    case Type:
        return by(m_store.words(), std::mem_fn(&ChangeView::type));
    case ActionColumn:
        return by(m_store.words(), std::mem_fn(&ChangeView::action));
    default:
        return by(m_store.words(), std::mem_fn(&ChangeView::outcome));
    }
}

void ChangeModel::sortByDeviceName(std::vector<quint64> &rows) const
{
    // Devices of two restaurants may share an id, not a name.
    sortBySharedText(
        rows, m_store,
        [](const ChangeView &view) { return quint64(view.restaurant) << 32 | view.device; },
        [this](const ChangeView &view) {
            const QByteArray name = m_store.deviceName(view);
            return name.isEmpty() ? m_store.devices().nameOf(view.device) : name;
        });
}

void ChangeModel::sortByText(std::vector<quint64> &rows) const
{
    const auto text = [this](const ChangeView &view) {
        return m_sortColumn == Record ? view.entityId : view.data;
    };
    sortBySharedText(rows, m_store, text, text);
}

void ChangeModel::sortByNumber(std::vector<quint64> &rows) const
{
    std::vector<std::pair<quint64, quint64>> keyed; // taken once
    keyed.reserve(rows.size());
    for (const quint64 row : rows) {
        const ChangeView view = m_store.at(row);
        keyed.emplace_back(m_sortColumn == Seq ? view.seq : quint64(view.data.size()), row);
    }
    std::ranges::sort(keyed);
    std::ranges::transform(keyed, rows.begin(), &std::pair<quint64, quint64>::second);
}

void ChangeModel::sortRows(std::vector<quint64> &rows) const
{
    // First by arrival, which also decides among equals.
    if (!std::ranges::is_sorted(rows))
        std::ranges::sort(rows);
    if (m_sortColumn == Record || m_sortColumn == What)
        sortByText(rows);
    else if (m_sortColumn == Seq || m_sortColumn == Size)
        sortByNumber(rows);
    else if (m_sortColumn != Time)
        sortByName(rows);
    if (m_sortOrder == Qt::DescendingOrder)
        std::ranges::reverse(rows);
}

void ChangeModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column < 0 ? int(Time) : column;
    m_sortOrder = column < 0 ? Qt::AscendingOrder : order;
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<quint64> held;
    for (const QModelIndex &index : before)
        held.push_back(m_rows[std::size_t(index.row())]);
    sortRows(m_rows);
    QModelIndexList after;
    for (std::size_t i = 0; i < held.size(); ++i)
        after.append(index(visibleRow(held[i]), before[qsizetype(i)].column()));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    if (isInArrivalOrder() && !m_paused && !isFiltering())
        showHeld();
    Q_EMIT contentChanged();
}

int ChangeModel::visibleRow(quint64 storeRow) const
{
    const auto at = isInArrivalOrder() ? std::ranges::lower_bound(m_rows, storeRow)
                                       : std::ranges::find(m_rows, storeRow);
    return at == m_rows.end() || *at != storeRow ? -1 : int(at - m_rows.begin());
}

int ChangeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ChangeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString ChangeModel::text(int column, const ChangeView &view) const
{
    const auto name = [](const QByteArray &utf8) { return plainLine(QString::fromUtf8(utf8)); };
    switch (column) {
    case Time:
        return preciseClockText(view.receivedMs);
    case Restaurant:
        return name(m_store.restaurants().nameOf(view.restaurant));
    case Type:
        return name(m_store.words().nameOf(view.type));
    case ActionColumn:
        return name(m_store.words().nameOf(view.action));
    case Record:
        return plainLine(QString::fromUtf8(view.entityId));
    case What:
        return changeSummary(view.data);
    case Device:
        return name(m_store.devices().nameOf(view.device));
    case User:
        return name(m_store.users().nameOf(view.user));
    case Outcome:
        return name(m_store.words().nameOf(view.outcome));
    case Seq:
        return QString::number(view.seq);
    case Size:
        return QString::number(view.data.size());
    default:
        return {};
    }
}

QString ChangeModel::filterField(int column) const
{
    switch (column) {
    case Restaurant:
        return u"restaurant"_s;
    case Type:
        return u"type"_s;
    case ActionColumn:
        return u"action"_s;
    case Record:
        return u"record"_s;
    case Device:
        return u"device"_s;
    case User:
        return u"user"_s;
    case Outcome:
        return u"outcome"_s;
    default:
        return {};
    }
}

QString ChangeModel::toolTip(int column, const ChangeView &view) const
{
    if (column == What)
        return text(What, view);
    const QString name = givenName(column, view);
    return name.isEmpty() ? QString() : tr("%1 · %2", "name, id").arg(name, text(column, view));
}

QString ChangeModel::givenName(int column, const ChangeView &view) const
{
    return column == Restaurant ? plainLine(QString::fromUtf8(m_store.restaurantName(view)), 80)
           : column == Device   ? plainLine(QString::fromUtf8(m_store.deviceName(view)), 80)
                                : QString();
}

QVariant ChangeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const quint64 row = m_rows[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Type)
            return typeWord(m_store.words().nameOf(m_store.at(row).type));
        if (index.column() == ActionColumn)
            return actionWord(m_store.words().nameOf(m_store.at(row).action));
        if (const QString name = givenName(index.column(), m_store.at(row)); !name.isEmpty())
            return name;
        return text(index.column(), m_store.at(row));
    case RawRole:
        return index.column() == Restaurant || index.column() == Device
                   ? QVariant(text(index.column(), m_store.at(row)))
                   : QVariant();
    case FilterValueRole:
        return text(index.column(), m_store.at(row));
    case Qt::TextAlignmentRole:
        return index.column() == Seq || index.column() == Size
                   ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                   : QVariant();
    case Qt::ToolTipRole:
        if (const QString words = toolTip(index.column(), m_store.at(row)); !words.isEmpty())
            return plainToolTip(words);
        return {};
    case RowNumberRole:
        return row;
    case FilterFieldRole:
        return filterField(index.column());
    default:
        return {};
    }
}

QVariant ChangeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    static const char *const titles[]{
        QT_TR_NOOP("Time"),    QT_TR_NOOP("Restaurant"), QT_TR_NOOP("Type"),   QT_TR_NOOP("Action"),
        QT_TR_NOOP("Record"),  QT_TR_NOOP("What"),       QT_TR_NOOP("Device"), QT_TR_NOOP("User"),
        QT_TR_NOOP("Outcome"), QT_TR_NOOP("No."),        QT_TR_NOOP("Bytes")};
    return section >= 0 && section < ColumnCount ? tr(titles[section]) : QVariant();
}

} // namespace possync::gui
