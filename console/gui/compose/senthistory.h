// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/serverport.h"

#include <QAbstractTableModel>

namespace possync::gui {

/// A change that was sent from here, exactly as it went.
struct SentChange {
    qint64 atMs = 0;
    ComposedChange change = {};
    QString restaurantTitle = {};
    QString result = {};
    enum Outcome { Waiting, Applied, Failed } outcome = Waiting;
};

/// What was sent, newest first.
class SentHistory : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Restaurant, Change, Result, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// Returns a number for setResult().
    int add(const SentChange &sent);
    void setResult(int number, SentChange::Outcome outcome, const QString &result);
    const SentChange &at(int row) const { return m_sent[m_sent.size() - 1 - row]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QList<SentChange> m_sent;
};

} // namespace possync::gui
