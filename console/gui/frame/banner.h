// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace possync::gui {

/// Full-width notice while there is no connection: what is shown, how old it is, what happens next.
class Banner : public QFrame
{
    Q_OBJECT

public:
    Banner(Session &session, QWidget *parent);

    QString text() const;

Q_SIGNALS:
    void connectRequested();
    void retryRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();

    Session &m_session;
    QLabel *m_text;
    QPushButton *m_retry;
    QPushButton *m_connect;
};

} // namespace possync::gui
