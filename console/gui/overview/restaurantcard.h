// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/card.h"
#include "console/gui/devices/insight.h"
#include "console/gui/traffic/trafficfeed.h"

class QLabel;

namespace possync::gui {

class Sparkline;

/// One restaurant on the overview.
class RestaurantCard : public Card
{
    Q_OBJECT

public:
    explicit RestaurantCard(QWidget *parent);

    void show(const RestaurantFacts &restaurant, const QList<DeviceFacts> &devices,
              const TrafficFeed &traffic, qint64 nowMs);
    const QString &restaurant() const { return m_restaurant; }
    QString sentence() const;

Q_SIGNALS:
    void activated(const QString &restaurant);

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_restaurant;
    State m_state = State::Unknown;
    QLabel *m_title;
    QLabel *m_word;
    QLabel *m_sentence;
    QLabel *m_counts;
    Sparkline *m_spark;
};

} // namespace possync::gui
