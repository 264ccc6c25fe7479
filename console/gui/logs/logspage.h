// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/session/session.h"

class QLabel;
class QLineEdit;
class QListView;
class QPlainTextEdit;
class QToolButton;

namespace possync::gui {

class EmptyOverlay;

/// The server's log: live, by level, filtered, searched, copied.
class LogsPage : public Page
{
    Q_OBJECT

public:
    LogsPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("logs"); }
    QString title() const override { return tr("Logs"); }
    QString iconName() const override { return QStringLiteral("logs"); }
    void focusSearch() override;
    bool isFollowing() const;

protected:
    void showEvent(QShowEvent *event) override;

private:
    QLayout *buildTools();
    void connectSignals();
    void updateCounts();
    void find(bool forward);
    void follow(bool on);
    void copy();
    void exportLines();

    Session &m_session;
    LogModel &m_model;
    QListView *m_list;
    EmptyOverlay *m_empty;
    std::array<QToolButton *, logLevelCount> m_levels{};
    QLineEdit *m_filter;
    QLineEdit *m_find;
    QToolButton *m_follow;
    QPlainTextEdit *m_detail;
    QLabel *m_count;
};

} // namespace possync::gui
