// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/logs/logspage.h"

#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/words.h"
#include "console/gui/logs/logdelegate.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QScrollBar>
#include <QShortcut>
#include <QToolButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

LogsPage::LogsPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_model(session.logs())
    , m_list(new QListView(this))
    , m_empty(nullptr)
    , m_filter(new QLineEdit(this))
    , m_find(new QLineEdit(this))
    , m_follow(new QToolButton(this))
    , m_detail(new QPlainTextEdit(this))
    , m_count(plainLabel({}, this))
{
    m_list->setModel(&m_model);
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(new LogDelegate(m_list));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Log lines"));
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_empty = new EmptyOverlay(m_list, [this]() -> EmptyWords {
        if (m_model.total() > 0)
            return {tr("No line matches"),
                    tr("%n line(s) are hidden by the levels or the filter above.", nullptr,
                       int(m_model.total()))};
        if (!m_session.isConnected())
            return {tr("No log lines"),
                    tr("There is no connection to a server; its log appears when there is.")};
        return {tr("The server has not logged anything yet"),
                tr("New lines appear here by themselves.")};
    });
    m_detail->setReadOnly(true);
    m_detail->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_detail->setMaximumHeight(fontMetrics().height() * 5);
    m_detail->setPlaceholderText(tr("The line you choose is shown here in full."));
    m_detail->setAccessibleName(tr("Chosen log line in full"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 18, 12);
    column->setSpacing(10);
    column->addLayout(buildTools());
    column->addWidget(m_list, 1);
    column->addWidget(m_detail);
    connectSignals();
    updateCounts();
    follow(true);
}

QLayout *LogsPage::buildTools()
{
    auto *tools = new QHBoxLayout;
    tools->setSpacing(6);
    for (const LogLevel level :
         {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
        auto *button = new QToolButton(this);
        button->setCheckable(true);
        button->setChecked(true);
        button->setProperty("framed", true);
        button->setToolTip(tr("Show or hide lines of this level"));
        connect(button, &QToolButton::toggled, this,
                [this, level](bool on) { m_model.setLevelShown(level, on); });
        m_levels[std::size_t(level)] = button;
        tools->addWidget(button);
    }
    tools->addSpacing(6);
    m_filter->setPlaceholderText(tr("Show only lines with this text"));
    m_filter->addAction(icon(u"filter"_s), QLineEdit::LeadingPosition);
    m_find->setPlaceholderText(tr("Find (F3 next)"));
    m_find->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    for (QLineEdit *edit : {m_filter, m_find}) {
        edit->setClearButtonEnabled(true);
        edit->setAccessibleName(edit->placeholderText());
    }
    m_follow->setIcon(icon(u"follow"_s));
    m_follow->setText(tr("Follow"));
    m_follow->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_follow->setCheckable(true);
    m_follow->setProperty("framed", true);
    m_follow->setToolTip(
        tr("Keep the newest line in view; scrolling up lets go, End takes hold again"));
    auto *save = new QToolButton(this);
    save->setIcon(icon(u"export"_s));
    save->setText(tr("Export…"));
    save->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    save->setProperty("framed", true);
    connect(save, &QToolButton::clicked, this, &LogsPage::exportLines);
    tools->addWidget(m_filter, 3);
    tools->addWidget(m_find, 2);
    tools->addWidget(m_follow);
    tools->addWidget(save);
    tools->addWidget(m_count);
    return tools;
}

void LogsPage::connectSignals()
{
    connect(m_filter, &QLineEdit::textChanged, &m_model, &LogModel::setNeedle);
    connect(m_find, &QLineEdit::returnPressed, this, [this] { find(true); });
    for (const auto &[keys, forward] : {std::pair(QKeySequence(Qt::Key_F3), true),
                                        std::pair(QKeySequence(Qt::SHIFT | Qt::Key_F3), false)}) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this,
                [this, forward = forward] { find(forward); });
    }
    auto *copyAction = new QAction(tr("&Copy lines"), m_list);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(copyAction);
    connect(copyAction, &QAction::triggered, this, &LogsPage::copy);
    connect(&m_model, &LogModel::countsChanged, this, &LogsPage::updateCounts);
    connect(&m_session, &Session::linkChanged, m_empty, &EmptyOverlay::refresh);
    connect(m_follow, &QToolButton::clicked, this, &LogsPage::follow);
    // Only a person scrolls away from the end; new lines merely move the end.
    connect(m_list->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar *bar = m_list->verticalScrollBar();
        m_follow->setChecked(bar->sliderPosition() >= bar->maximum());
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &now) {
                if (!now.isValid())
                    return;
                m_detail->setPlainText(now.data(LogModel::FullLineRole).toString().left(64 * 1024));
                if (now.row() < m_model.rowCount() - 1)
                    m_follow->setChecked(false);
            });
    connect(&m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        if (m_follow->isChecked() && isVisible())
            m_list->scrollToBottom();
    });
    connect(&m_model, &QAbstractItemModel::modelReset, this, [this] {
        if (m_follow->isChecked())
            m_list->scrollToBottom();
    });
}

void LogsPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    if (m_follow->isChecked())
        m_list->scrollToBottom();
}

bool LogsPage::isFollowing() const
{
    return m_follow->isChecked();
}

void LogsPage::follow(bool on)
{
    m_follow->setChecked(on);
    if (on)
        m_list->scrollToBottom();
}

void LogsPage::updateCounts()
{
    for (const LogLevel level :
         {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
        m_levels[std::size_t(level)]->setText(
            tr("%1 %2", "level, count")
                .arg(logLevelWord(level), countText(m_model.countOf(level))));
    }
    m_count->setText(tr("%1 shown").arg(countText(m_model.rowCount())));
}

void LogsPage::find(bool forward)
{
    const QString needle = m_find->text();
    if (needle.isEmpty()) {
        m_find->setFocus();
        return;
    }
    const int start = m_list->currentIndex().isValid() ? m_list->currentIndex().row() : -1;
    const int row = m_model.find(needle, start, forward);
    m_find->setProperty("verdict", row < 0 ? u"bad"_s : QString());
    m_find->setStyleSheet(QString()); // makes the style look at the property again
    if (row < 0) {
        Q_EMIT said(tr("“%1” is in none of the lines shown.").arg(plainLine(needle, 60)));
        return;
    }
    follow(false);
    m_list->setCurrentIndex(m_model.index(row));
    m_list->scrollTo(m_model.index(row), QAbstractItemView::PositionAtCenter);
}

void LogsPage::copy()
{
    QModelIndexList rows = m_list->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QStringList lines;
    for (const QModelIndex &row : std::as_const(rows))
        lines.append(row.data(LogModel::FullLineRole).toString());
    if (!lines.isEmpty())
        QApplication::clipboard()->setText(lines.join(u'\n'));
}

void LogsPage::exportLines()
{
    auto *dialog = new QFileDialog(this, tr("Export the lines shown"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"log"_s);
    dialog->selectFile(u"possync-server.log"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &name) {
        QSaveFile file(name);
        bool ok = file.open(QIODevice::WriteOnly);
        for (int row = 0; ok && row < m_model.rowCount(); ++row)
            ok = file.write(m_model.index(row).data(LogModel::FullLineRole).toString().toUtf8()
                            + '\n')
                 >= 0;
        ok = ok && file.commit();
        Q_EMIT said(ok ? tr("Wrote %n line(s) to %1.", nullptr, m_model.rowCount()).arg(name)
                       : tr("Could not write %1: %2").arg(name, file.errorString()));
    });
    dialog->open();
}

void LogsPage::focusSearch()
{
    m_find->setFocus();
    m_find->selectAll();
}

} // namespace possync::gui
