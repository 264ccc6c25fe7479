// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/conflicts/conflictmodel.h"
#include "console/gui/session/session.h"

#include <QSet>
#include <QSortFilterProxyModel>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QTableView;

namespace possync::gui {

class ColumnFit;
class EmptyOverlay;

/// Filters conflicts by restaurant, text and state.
class ConflictProxy : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit ConflictProxy(QObject *parent);

    void setRestaurant(const QString &restaurant);
    void setNeedle(const QString &needle);
    void setOnlyOpen(bool on);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QString m_restaurant;
    QString m_needle;
    bool m_onlyOpen = false;
};

/// Where two people changed the same thing: what stays, what lost, why, and the way back.
class ConflictsPage : public Page
{
    Q_OBJECT

public:
    /// `session` must live longer.
    explicit ConflictsPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("conflicts"); }
    QString title() const override { return tr("Conflicts"); }
    QString iconName() const override { return QStringLiteral("conflicts"); }
    void focusSearch() override;
    void saveLayout(QSettings &settings) const override;
    void restoreLayout(const QSettings &settings) override;
    void resetLayout() override;

    void setNeedle(const QString &needle);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void buildTable();
    QWidget *buildList();
    QWidget *buildDetail();
    const ConflictRow *current() const;
    void takeNews();
    void showDetail();
    void restore();
    void discard();
    /// Asks for the next older ones of the restaurants in view, once at a time.
    void loadOlder();
    QStringList restaurantsInView() const;
    void settle(const QString &restaurant, const QString &change, const QString &how,
                const QString &done, const QString &notDone);
    /// Who worked at that device then, as far as the changes seen tell.
    QString userAt(const ConflictRow &row, const QString &device, qint64 atMs) const;

    Session &m_session;
    ConflictModel &m_model;
    ConflictProxy *m_proxy;
    QTableView *m_table;
    ColumnFit *m_columns = nullptr;
    EmptyOverlay *m_empty = nullptr;
    QLineEdit *m_filter;
    QCheckBox *m_onlyOpen;
    QLabel *m_count;
    QWidget *m_olderBar;
    QLabel *m_olderCount;
    QPushButton *m_older;
    QSet<QString> m_asked; ///< Restaurants whose older ones are on their way.
    QSplitter *m_splitter;
    QLabel *m_heading;
    QLabel *m_stays;
    QLabel *m_lost;
    QLabel *m_rule;
    QLabel *m_state;
    QPushButton *m_restore;
    QPushButton *m_discard;
};

} // namespace possync::gui
