// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/session/session.h"

class QLabel;
class QSplitter;
class QTableView;
class QToolButton;

namespace possync::gui {

class ChangeDetail;
class ColumnFit;
class EmptyOverlay;
class FilterEdit;
class ToneLabel;

/// Every change as it happens, with filter, detail and the answer to "who changed this last".
class ChangesPage : public Page
{
    Q_OBJECT

public:
    ChangesPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("changes"); }
    QString title() const override { return tr("Changes"); }
    QString iconName() const override { return QStringLiteral("changes"); }
    void focusSearch() override;
    void saveLayout(QSettings &settings) const override;
    void restoreLayout(const QSettings &settings) override;
    void resetLayout() override;

    /// Filters for this line; a bare word searches everywhere.
    void setFilter(const QString &line);
    bool isFollowing() const;
    /// "Last: orders ORD-0042, status changed by asha on till-1, 12 s ago."
    QString answer() const;

Q_SIGNALS:
    void composeRequested(const QByteArray &type, const QByteArray &action,
                          const QByteArray &entityId, const QByteArray &data);

protected:
    void showEvent(QShowEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QLayout *buildTools();
    void buildTable();
    void connectSignals();
    void contextMenu(const QPoint &at);
    void follow(bool on);
    void release();
    void refreshWords();
    void setPaused(bool paused);
    void restoreColumns(const std::function<void()> &restore);

    Session &m_session;
    ChangeModel &m_model;
    FilterEdit *m_filter;
    QTableView *m_table;
    ColumnFit *m_columns = nullptr;
    EmptyOverlay *m_empty;
    ChangeDetail *m_detail;
    QSplitter *m_splitter;
    QToolButton *m_follow;
    QToolButton *m_pause;
    QToolButton *m_held;
    ToneLabel *m_answer;
    QLabel *m_count;
    bool m_isRestoring = false;
};

} // namespace possync::gui
