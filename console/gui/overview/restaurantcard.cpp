// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/overview/restaurantcard.h"

#include "console/gui/base/sparkline.h"
#include "console/gui/base/words.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>

namespace possync::gui {

using namespace Qt::StringLiterals;

RestaurantCard::RestaurantCard(QWidget *parent)
    : Card(parent)
    , m_title(plainLabel({}, this))
    , m_word(plainLabel({}, this))
    , m_sentence(plainLabel({}, this))
    , m_counts(plainLabel({}, this))
    , m_spark(new Sparkline(this))
{
    QFont bold = font();
    bold.setPointSizeF(bold.pointSizeF() * 1.15);
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setMinimumWidth(40);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_spark->setToolTip(tr("Changes per second in the last 5 minutes"));
    m_spark->setAccessibleName(m_spark->toolTip());
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 13, 16, 12);
    column->setSpacing(7);
    auto *top = new QHBoxLayout;
    top->addSpacing(m_title->fontMetrics().height() + 4); // room for the state's shape
    top->addWidget(m_title, 1);
    top->addWidget(m_word);
    column->addLayout(top);
    column->addWidget(m_sentence, 1);
    column->addWidget(m_spark);
    column->addWidget(m_counts);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void RestaurantCard::show(const RestaurantFacts &restaurant, const QList<DeviceFacts> &devices,
                          const TrafficFeed &traffic, qint64 nowMs)
{
    m_restaurant = restaurant.id;
    m_state = restaurantState(devices, nowMs);
    int connected = 0;
    quint64 waiting = 0;
    for (const DeviceFacts &device : devices) {
        connected += device.isConnected ? 1 : 0;
        // What is on its way this very moment waits for nobody.
        waiting += deviceState(device, nowMs) == State::InSync ? 0 : device.lag;
    }
    m_title->setText(plainLine(restaurant.title(), 80));
    m_title->setToolTip(restaurant.name.isEmpty() ? QString() : plainToolTip(restaurant.id));
    m_word->setText(stateWord(m_state));
    QPalette tinted = palette();
    tinted.setColor(QPalette::WindowText, toneColour(stateTone(m_state), palette()));
    m_word->setPalette(tinted);
    tinted.setColor(QPalette::WindowText, toneColour(Tone::Muted, palette()));
    m_counts->setPalette(tinted);
    m_sentence->setText(restaurantVerdict(restaurant, devices, nowMs));
    m_counts->setText(
        tr("%1 of %2 devices · %3 · %4 waiting")
            .arg(connected)
            .arg(devices.isEmpty() ? qsizetype(restaurant.deviceCount) : devices.size())
            .arg(rateText(restaurant.changesPerSecond), countText(qint64(waiting))));
    m_spark->setValues(traffic.recentChanges(restaurant.id, nowMs, 5 * 60 * 1000, 30));
    setAccessibleName(m_title->text() + u": "_s + m_sentence->text());
    update();
}

QString RestaurantCard::sentence() const
{
    return m_sentence->text();
}

void RestaurantCard::mouseReleaseEvent(QMouseEvent *event)
{
    Card::mouseReleaseEvent(event);
    Q_EMIT activated(m_restaurant);
}

void RestaurantCard::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter
        || event->key() == Qt::Key_Space)
        Q_EMIT activated(m_restaurant);
    else
        Card::keyPressEvent(event);
}

void RestaurantCard::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus()) {
        painter.setPen(QPen(toneColour(Tone::Accent, palette()), 1.4));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 9, 9);
    }
    const QRect title = m_title->geometry();
    const int side = fontMetrics().height() - 3;
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const int x = mirrored ? title.right() + 6 : title.left() - side - 8;
    paintState(painter, QRectF(x, title.center().y() - side / 2, side, side), m_state, palette());
}

} // namespace possync::gui
