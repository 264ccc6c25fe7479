// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace possync::gui {

class ToneLabel;

/// Asks what people call a restaurant or a device, and stays open with what was typed until the
/// server has taken it. Deletes itself when it is closed.
class RenameDialog : public QDialog
{
    Q_OBJECT

public:
    /// An empty device: the restaurant itself. `session` must live longer.
    RenameDialog(Session &session, QString restaurant, QString device, QWidget *parent);

    void accept() override;

Q_SIGNALS:
    /// It is done; a sentence that says so.
    void renamed(const QString &news);

private:
    QString presentName() const;
    void setBusy(bool isBusy);
    void showProblem(const QString &problem);

    Session &m_session;
    const QString m_restaurant;
    const QString m_device;
    QLineEdit *m_name;
    QPushButton *m_rename;
    ToneLabel *m_problem;
};

} // namespace possync::gui
