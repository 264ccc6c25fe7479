// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/theme.h"
#include "console/remote/wire.h"

#include <QAbstractTableModel>
#include <QMap>
#include <QStringList>

namespace possync::gui {

/// One token or one entry of the audit log, told in the columns of its table.
struct AccessRow {
    QString id = {};
    QStringList cells = {};      ///< Plain, one per column.
    QMap<int, QString> ids = {}; ///< By column: the id of what its cell names.
    QString state = {};          ///< Of a token: "active", …; of an entry: its outcome.
    QString kind = {};           ///< Of a token.
    QString restaurant = {};     ///< Empty: all.
    bool isBad = false;          ///< A refusal, or a token that no longer opens anything.
    bool operator==(const AccessRow &) const = default;
};

struct AuditPage {
    QList<AccessRow> rows = {}; ///< Newest first.
    bool isIntact = true;
};

/// What people call a device, or, without one, its restaurant; the id where there is no name.
using AccessTitle = std::function<QString(const QString &restaurant, const QString &device)>;

/// Answer of `GET /api/admin/tokens`; ages are told against `nowMs`.
remote::wire::Decoded<QList<AccessRow>> tokenRows(const QByteArray &body, qint64 nowMs,
                                                  const AccessTitle &titleOf);
/// Answer of `GET /api/admin/audit`.
remote::wire::Decoded<AuditPage> auditRows(const QByteArray &body, qint64 nowMs,
                                           const AccessTitle &titleOf);

/// Rows of texts; who has gone from the list goes, who stays keeps its row.
class AccessModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    /// What a cell shows, and the id behind it.
    static constexpr int SearchRole = Qt::UserRole + 1;

    AccessModel(QStringList headers, QObject *parent);

    void setRows(const QList<AccessRow> &rows);
    const AccessRow &row(int number) const { return m_rows[number]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QStringList m_headers;
    QList<AccessRow> m_rows;
};

/// "waiter", "kitchen screen", …: the protocol's role for people.
QString roleWord(const QString &role);

} // namespace possync::gui
