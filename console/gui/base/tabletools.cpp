// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/tabletools.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTableView>
#include <QTimer>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

/// A cell's text for other programs.
QString exportText(const QModelIndex &cell)
{
    const QVariant id = cell.data(RawRole);
    return (id.isValid() ? id : cell.data()).toString();
}

} // namespace

void prepareTable(QTableView *table, const QList<int> &widths)
{
    const QFontMetrics metrics(table->font());
    table->setShowGrid(false);
    table->setAlternatingRowColors(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setTextElideMode(Qt::ElideRight);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(metrics.height() + 11);
    QHeaderView *header = table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setStretchLastSection(true);
    for (int column = 0; column < widths.size(); ++column)
        table->setColumnWidth(column, widths[column] * metrics.horizontalAdvance(u'0') + 16);
    addCopyActions(table);
}

QString selectionAsText(const QTableView *table, bool withHeaders)
{
    const QHeaderView *header = table->horizontalHeader();
    QList<int> columns;
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        if (!header->isSectionHidden(column))
            columns.append(column);
    }
    QStringList lines;
    const auto joined = [&](auto cell) {
        QStringList cells;
        for (const int column : columns)
            cells.append(cell(column));
        lines.append(cells.join(u'\t'));
    };
    if (withHeaders)
        joined([&](int column) { 
            return table->model()->headerData(column, Qt::Horizontal).toString();
        });
    QModelIndexList rows = table->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    for (const QModelIndex &row : std::as_const(rows))
        joined([&](int column) { return exportText(row.siblingAtColumn(column)); });
    return lines.join(u'\n');
}

void addCopyActions(QTableView *table)
{
    const auto add = [table](const QString &text, const QKeySequence &keys, bool withHeaders) {
        auto *action = new QAction(text, table);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        table->addAction(action);
        QObject::connect(action, &QAction::triggered, table, [table, withHeaders] {
            if (table->selectionModel()->hasSelection())
                QApplication::clipboard()->setText(selectionAsText(table, withHeaders));
        });
    };
    add(TableExport::tr("&Copy rows"), QKeySequence::Copy, false);
    add(TableExport::tr("Copy rows with &headers"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
        true);
}

QString csvLine(const QStringList &cells)
{
    QStringList out;
    for (QString cell : cells) {
        const bool isNumber = [&] {
            bool ok = false;
            cell.toDouble(&ok);
            return ok;
        }();
        if (!cell.isEmpty() && u"=+-@\t\r"_s.contains(cell[0]) && !isNumber)
            cell.prepend(u'\'');
        if (cell.contains(u'"') || cell.contains(u',') || cell.contains(u'\n')
            || cell.contains(u'\r'))
            cell = u'"' + cell.replace(u'"', u"\"\""_s) + u'"';
        out.append(cell);
    }
    return out.join(u',') + u"\r\n"_s;
}

TableExport::TableExport(const QAbstractItemModel *model, const QString &fileName, Format format,
                         QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_file(fileName)
    , m_format(format)
{
    for (int column = 0; column < model->columnCount(); ++column)
        m_headers.append(model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
}

void TableExport::start()
{
    if (!m_file.open(QIODevice::WriteOnly)) {
        end(false, tr("Could not write %1: %2").arg(m_file.fileName(), m_file.errorString()));
        return;
    }
    if (m_format == Format::Csv)
        m_file.write(csvLine(m_headers).toUtf8());
    m_next = m_model->index(0, 0);
    QTimer::singleShot(0, this, &TableExport::slice);
}

void TableExport::slice()
{
    // A reset in between leaves nothing to hold on to: better no file than half of one.
    if (!m_next.isValid() && m_model->rowCount() > 0) {
        end(false, tr("The table changed while it was being written; please export again."));
        return;
    }
    int row = m_next.row();
    const int stop = std::min(row + 2000, m_model->rowCount());
    for (; m_next.isValid() && row < stop; ++row) {
        QStringList cells;
        QJsonObject object;
        for (int column = 0; column < m_headers.size(); ++column) {
            const QString text = exportText(m_model->index(row, column));
            if (m_format == Format::Csv)
                cells.append(text);
            else
                object.insert(m_headers[column], text);
        }
        m_file.write(m_format == Format::Csv
                         ? csvLine(cells).toUtf8()
                         : QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
    }
    if (m_next.isValid() && stop < m_model->rowCount()) {
        m_next = m_model->index(stop, 0);
        QTimer::singleShot(0, this, &TableExport::slice);
        return;
    }
    const QString name = m_file.fileName();
    const bool ok = m_file.commit();
    end(ok, ok ? tr("Wrote %n row(s) to %1.", nullptr, m_model->rowCount()).arg(name)
               : tr("Could not write %1: %2").arg(name, m_file.errorString()));
}

void TableExport::end(bool ok, const QString &message)
{
    Q_EMIT finished(ok, message);
    deleteLater();
}

void exportTable(QWidget *window, const QAbstractItemModel *model, const QString &suggestion,
                 const std::function<void(const QString &)> &report)
{
    auto *dialog = new QFileDialog(window, TableExport::tr("Export what is shown"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(
        {TableExport::tr("CSV table (*.csv)"), TableExport::tr("JSON lines (*.jsonl)")});
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(suggestion);
    QObject::connect(dialog, &QFileDialog::fileSelected, window, [=](const QString &file) {
        const bool json = QFileInfo(file).suffix() == "jsonl"_L1;
        auto *job = new TableExport(
            model, file, json ? TableExport::Format::JsonLines : TableExport::Format::Csv, window);
        QObject::connect(job, &TableExport::finished, window,
                         [report](bool, const QString &message) { report(message); });
        job->start();
    });
    dialog->open();
}

} // namespace possync::gui
