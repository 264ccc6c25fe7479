// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"

#include <QWidget>

namespace possync::gui {

/// Always visible: where the connection stands, in words, with shape and colour.
class ConnectionPill : public QWidget
{
    Q_OBJECT

public:
    ConnectionPill(Session &session, QWidget *parent);

    const QString &text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void clicked();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void refresh();

    Session &m_session;
    QString m_text;
};

} // namespace possync::gui
