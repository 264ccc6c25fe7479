// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/connectionpill.h"

#include "console/gui/base/words.h"

#include <QKeyEvent>
#include <QPainter>

namespace possync::gui {

ConnectionPill::ConnectionPill(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&session, &Session::linkChanged, this, &ConnectionPill::refresh);
    connect(&session, &Session::ticked, this, &ConnectionPill::refresh);
    refresh();
}

void ConnectionPill::refresh()
{
    const LinkStatus &link = m_session.link();
    const qint64 now = m_session.nowMs();
    QString text = linkText(link, now);
    if (link.phase != LinkStatus::Connected && link.lostMs > 0)
        text = tr("%1 · offline since %2").arg(text, clockText(link.lostMs, now));
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(tr("Connection: %1").arg(m_text));
    setToolTip(link.reason.isEmpty() ? tr("Click to choose a server") : plainToolTip(link.reason));
    updateGeometry();
    update();
}

QSize ConnectionPill::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + fontMetrics().height() + 34,
            fontMetrics().height() + 14};
}

void ConnectionPill::paintEvent(QPaintEvent *)
{
    const LinkStatus::Phase phase = m_session.link().phase;
    const Tone tone = phase == LinkStatus::Connected    ? Tone::Good
                      : phase == LinkStatus::Connecting ? Tone::Busy
                      : phase == LinkStatus::NoServer   ? Tone::Muted
                      : phase == LinkStatus::Refused    ? Tone::Bad
                                                        : Tone::Warn;
    const State shape = phase == LinkStatus::Connected    ? State::InSync
                        : phase == LinkStatus::Connecting ? State::CatchingUp
                        : phase == LinkStatus::NoServer   ? State::Away
                        : phase == LinkStatus::Refused    ? State::Lost
                                                          : State::Behind;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.8, 0.8, -0.8, -0.8);
    QColor edge = toneColour(tone, palette());
    painter.setPen(
        QPen(hasFocus() ? toneColour(Tone::Accent, palette()) : edge, hasFocus() ? 1.6 : 0.8));
    painter.setBrush(toneBackground(tone, palette()));
    painter.drawRoundedRect(area, area.height() / 2, area.height() / 2);
    const int side = fontMetrics().height() - 4;
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const int x = mirrored ? width() - 12 - side : 12;
    paintState(painter, QRectF(x, (height() - side) / 2.0, side, side), shape, palette());
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect text =
        mirrored ? rect().adjusted(10, 0, -side - 20, 0) : rect().adjusted(side + 20, 0, -10, 0);
    painter.drawText(text, Qt::AlignVCenter | (mirrored ? Qt::AlignRight : Qt::AlignLeft), m_text);
}

void ConnectionPill::mouseReleaseEvent(QMouseEvent *)
{
    Q_EMIT clicked();
}

void ConnectionPill::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return)
        Q_EMIT clicked();
    else
        QWidget::keyPressEvent(event);
}

} // namespace possync::gui
