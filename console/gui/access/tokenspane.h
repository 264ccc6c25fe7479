// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/access/accessmodel.h"
#include "console/gui/session/session.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace possync::gui {

class ColumnFit;
class EmptyOverlay;

/// Who may do what on this server: its tokens, making one, taking one away.
class TokensPane : public QWidget
{
    Q_OBJECT

public:
    /// `session` must live longer.
    TokensPane(Session &session, QWidget *parent);

    void reload();
    void focusSearch();
    ColumnFit &columns() const { return *m_columns; }
    /// Why nothing can be seen or done here; empty if it can.
    const QString &problem() const { return m_problem; }

Q_SIGNALS:
    void said(const QString &message);
    void problemChanged();
    /// A person wants another tablet in the place of the one with this token.
    void replaceRequested(const QString &restaurant, const QString &tokenId, const QString &name);

private:
    void buildTable();
    QWidget *buildMaker();
    const AccessRow *current() const;
    void adoptRestaurants();
    void make();
    void showSecret(const QString &secret);
    void revoke();
    void refreshButtons();

    Session &m_session;
    AccessModel *m_model;
    QSortFilterProxyModel *m_proxy;
    QTableView *m_table;
    ColumnFit *m_columns = nullptr;
    EmptyOverlay *m_empty = nullptr;
    QLineEdit *m_filter;
    QPushButton *m_revoke;
    QPushButton *m_replace;
    QComboBox *m_role;
    QComboBox *m_restaurant;
    QLineEdit *m_name;
    QComboBox *m_expiry;
    QPushButton *m_make;
    QWidget *m_secretArea;
    QLineEdit *m_secret;
    QLabel *m_result;
    QStringList m_restaurants; ///< Ids, as listed; the first is empty: all.
    QString m_problem;
    bool m_isLoaded = false;
};

} // namespace possync::gui
