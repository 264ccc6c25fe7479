// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/access/accessmodel.h"
#include "console/gui/session/session.h"

#include <QSortFilterProxyModel>
#include <QTimer>

class QCheckBox;
class QLabel;
class QLineEdit;
class QTableView;

namespace possync::gui {

class ColumnFit;
class EmptyOverlay;

/// Lets through what was refused only, if told to.
class RefusalProxy : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setOnlyRefusals(bool on);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    bool m_onlyRefusals = false;
};

/// Who did what, and what was refused; the server searches.
class AuditPane : public QWidget
{
    Q_OBJECT

public:
    /// `session` must live longer.
    AuditPane(Session &session, QWidget *parent);

    void reload();
    void focusSearch();
    ColumnFit &columns() const { return *m_columns; }

private:
    /// What one text in the search line asks for; it may take several questions.
    struct Search {
        QString needle;
        qsizetype open = 0; ///< Answers that are still to come.
        AuditPage found = {};
        QString problem = {};
    };

    void take(Search &search, const remote::Answer<QByteArray> &body);
    void show(const remote::wire::Decoded<AuditPage> &page);

    Session &m_session;
    AccessModel *m_model;
    RefusalProxy *m_proxy;
    QTableView *m_table;
    ColumnFit *m_columns = nullptr;
    EmptyOverlay *m_empty = nullptr;
    QLineEdit *m_search;
    QCheckBox *m_onlyRefusals;
    QLabel *m_seal;
    QTimer m_typing;
    QString m_problem;
};

} // namespace possync::gui
