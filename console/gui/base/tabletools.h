// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QPersistentModelIndex>
#include <QSaveFile>
#include <QString>
#include <functional>

class QAbstractItemModel;
class QAbstractItemView;
class QTableView;
class QWidget;

namespace possync::gui {

/// What a cell that shows a name or a word stands for, such as an id: what is copied and exported.
constexpr int RawRole = Qt::UserRole + 100;

/// Sets what all tables share: rows of one height, whole rows selected, no grid, movable columns.
/// `widths` in average character widths, one per column.
void prepareTable(QTableView *table, const QList<int> &widths);

/// Selected rows as tab-separated text, visible columns in the order shown.
QString selectionAsText(const QTableView *table, bool withHeaders);
/// Ctrl+C copies rows, Ctrl+Shift+C with headers; both also in `table`'s actions for a context
/// menu.
void addCopyActions(QTableView *table);

/// One CSV line as RFC 4180 wants it. Text that a spreadsheet would run as a formula gets a leading
/// '.
QString csvLine(const QStringList &cells);

/// Writes a model to a file in slices of the event loop, so that a million rows do not freeze the
/// window. Deletes itself when it is done.
class TableExport : public QObject
{
    Q_OBJECT

public:
    enum class Format { Csv, JsonLines };

    TableExport(const QAbstractItemModel *model, const QString &fileName, Format format,
                QObject *parent);
    void start();

Q_SIGNALS:
    void finished(bool ok, const QString &message);

private:
    void slice();
    void end(bool ok, const QString &message);

    const QAbstractItemModel *m_model;
    QSaveFile m_file;
    Format m_format;
    QStringList m_headers;
    QPersistentModelIndex m_next; ///< Follows the model while rows come and go.
};

/// Asks for a file name and exports; the outcome goes to `report`.
void exportTable(QWidget *window, const QAbstractItemModel *model, const QString &suggestion,
                 const std::function<void(const QString &)> &report);

} // namespace possync::gui
