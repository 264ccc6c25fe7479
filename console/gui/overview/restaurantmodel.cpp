// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/overview/restaurantmodel.h"

#include "console/gui/base/words.h"
#include "console/gui/devices/insight.h"

#include <QPainter>

namespace possync::gui {

using namespace Qt::StringLiterals;

RestaurantModel::RestaurantModel(const Fleet &fleet, QObject *parent)
    : QAbstractListModel(parent)
    , m_fleet(fleet)
{
    connect(&fleet, &Fleet::restaurantsChanged, this, &RestaurantModel::adopt);
    connect(&fleet, &Fleet::devicesChanged, this, [this](const QString &id) {
        const int row = rowOf(id);
        if (row > 0)
            Q_EMIT dataChanged(index(row), index(row));
    });
    adopt();
}

void RestaurantModel::adopt()
{
    QStringList ids;
    for (const RestaurantFacts &restaurant : m_fleet.restaurants())
        ids.append(restaurant.id);
    if (ids != m_ids) {
        // Both lists are ordered alike except after a change of name: take out what left, move what
        // stands elsewhere now, so that it stays selected, and add the rest.
        for (int i = int(m_ids.size()) - 1; i >= 0; --i) {
            if (!ids.contains(m_ids[i])) {
                beginRemoveRows({}, i + 1, i + 1);
                m_ids.removeAt(i);
                endRemoveRows();
            }
        }
        for (int i = 0; i < ids.size(); ++i) {
            if (i < m_ids.size() && m_ids[i] == ids[i])
                continue;
            if (const qsizetype old = m_ids.indexOf(ids[i]); old >= 0) {
                beginMoveRows({}, int(old) + 1, int(old) + 1, {}, i + 1);
                m_ids.move(old, i);
                endMoveRows();
                continue;
            }
            beginInsertRows({}, i + 1, i + 1);
            m_ids.insert(i, ids[i]);
            endInsertRows();
        }
    }
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void RestaurantModel::setNow(qint64 nowMs)
{
    m_nowMs = nowMs;
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

int RestaurantModel::rowOf(const QString &id) const
{
    return id.isEmpty() ? 0 : int(m_ids.indexOf(id)) + 1;
}

int RestaurantModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_ids.size()) + 1;
}

QString RestaurantModel::line(const RestaurantFacts &restaurant) const
{
    int connected = 0;
    const QList<DeviceFacts> devices = m_fleet.devices(restaurant.id);
    for (const DeviceFacts &device : devices)
        connected += device.isConnected ? 1 : 0;
    const int count = devices.isEmpty() ? restaurant.deviceCount : connected;
    if (count == 0 && restaurantState(devices, m_nowMs) == State::Idle)
        return stateWord(State::Idle);
    return tr("%1 · %n device(s) · %2", nullptr, count)
        .arg(stateWord(restaurantState(devices, m_nowMs)), rateText(restaurant.changesPerSecond));
}

QVariant RestaurantModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (index.row() == 0) {
        double rate = 0;
        State worst = State::Idle;
        for (const RestaurantFacts &restaurant : m_fleet.restaurants()) {
            rate += restaurant.changesPerSecond;
            worst = worseOf(worst, m_fleet.stateOf(restaurant.id, m_nowMs));
        }
        switch (role) {
        case Qt::DisplayRole:
            return tr("All restaurants");
        case LineRole:
            return tr("%n restaurant(s) · %1", nullptr, int(m_ids.size())).arg(rateText(rate));
        case Qt::AccessibleTextRole:
            return tr("All restaurants, worst state: %1").arg(stateWord(worst));
        case IdRole:
            return QString();
        case StateDelegate::StateRole:
            return QVariant::fromValue(worst);
        default:
            return {};
        }
    }
    const RestaurantFacts *restaurant = m_fleet.restaurant(m_ids[index.row() - 1]);
    if (!restaurant)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return plainLine(restaurant->title(), 120);
    case LineRole:
        return line(*restaurant);
    case Qt::AccessibleTextRole:
        return plainLine(restaurant->title(), 120) + u", "_s + line(*restaurant);
    case Qt::ToolTipRole:
        return plainToolTip(
            (restaurant->name.isEmpty() ? QString() : restaurant->id + u" · "_s)
            + restaurantVerdict(*restaurant, m_fleet.devices(restaurant->id), m_nowMs));
    case IdRole:
        return restaurant->id;
    case StateDelegate::StateRole:
        return QVariant::fromValue(m_fleet.stateOf(restaurant->id, m_nowMs));
    default:
        return {};
    }
}

QSize RestaurantDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {160, option.fontMetrics.height() * 2 + 18};
}

void RestaurantDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                               const QModelIndex &index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect area = option.rect.adjusted(4, 2, -4, -2);
    if (option.state & QStyle::State_Selected) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.color(QPalette::Highlight));
        painter->drawRoundedRect(area, 7, 7);
    } else if (option.state & QStyle::State_MouseOver) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.color(QPalette::AlternateBase));
        painter->drawRoundedRect(area, 7, 7);
    }
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(toneColour(Tone::Accent, option.palette), 1.2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
    }
    const int side = option.fontMetrics.height() - 4;
    const QRect shape = QStyle::visualRect(option.direction, option.rect,
                                           QRect(area.left() + 10, area.top() + 9, side, side));
    paintState(*painter, shape, index.data(StateDelegate::StateRole).value<State>(),
               option.palette);
    const QRect text =
        QStyle::visualRect(option.direction, option.rect, area.adjusted(side + 19, 6, -8, -5));
    const auto align = option.direction == Qt::RightToLeft ? Qt::AlignRight : Qt::AlignLeft;
    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(
        text, align | Qt::AlignTop,
        QFontMetrics(bold).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    painter->setFont(option.font);
    painter->setPen(toneColour(Tone::Muted, option.palette));
    const QString line = index.data(RestaurantModel::LineRole).toString();
    painter->drawText(text, align | Qt::AlignBottom,
                      option.fontMetrics.elidedText(line, Qt::ElideRight, text.width()));
    painter->restore();
}

} // namespace possync::gui
