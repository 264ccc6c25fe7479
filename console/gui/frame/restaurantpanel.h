// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/overview/restaurantmodel.h"
#include "console/gui/session/session.h"

#include <QWidget>

class QAction;
class QLineEdit;
class QListView;
class QSortFilterProxyModel;

namespace possync::gui {

/// The restaurants at the left, with their status lights and a filter.
class RestaurantPanel : public QWidget
{
    Q_OBJECT

public:
    RestaurantPanel(Session &session, QWidget *parent);

    void focusFilter();

Q_SIGNALS:
    /// A person wants to give it another name.
    void renameRequested(const QString &restaurant);

private:
    void showSelection();
    void buildRename();

    Session &m_session;
    RestaurantModel *m_model;
    QSortFilterProxyModel *m_proxy;
    QLineEdit *m_filter;
    QListView *m_list;
    QAction *m_rename;
};

} // namespace possync::gui
