// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changespage.h"

#include "console/gui/base/columnfit.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/tonelabel.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/changedetail.h"
#include "console/gui/changes/filteredit.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

QList<int> firstSizes()
{
    return {742, 300};
}

} // namespace

ChangesPage::ChangesPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_model(session.changes())
    , m_filter(new FilterEdit(
          &m_model, [&session] { return session.nowMs(); }, this))
    , m_table(new QTableView(this))
    , m_empty(nullptr)
    , m_detail(new ChangeDetail(m_session, this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_follow(new QToolButton(this))
    , m_pause(new QToolButton(this))
    , m_held(new QToolButton(this))
    , m_answer(new ToneLabel(this))
    , m_count(plainLabel({}, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 18, 12);
    column->setSpacing(10);
    column->addLayout(buildTools());
    auto *line = new QHBoxLayout;
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_answer->setFont(bold);
    m_answer->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line->addWidget(m_answer, 1);
    line->addWidget(m_held);
    line->addWidget(m_count);
    column->addLayout(line);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 5);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setSizes(firstSizes());
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(6);
    column->addWidget(m_splitter, 1);
    buildTable();
    connectSignals();
    follow(true);
    refreshWords();
}

QLayout *ChangesPage::buildTools()
{
    auto *tools = new QHBoxLayout;
    tools->setSpacing(6);
    tools->addWidget(m_filter, 1);
    const auto tool = [&](QToolButton *button, const QString &name, const QString &text,
                          const QString &tip) {
        button->setIcon(icon(name));
        button->setText(text);
        button->setToolTip(tip);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setProperty("framed", true);
        tools->addWidget(button);
    };
    m_follow->setCheckable(true);
    tool(m_follow, u"follow"_s, tr("Follow"),
         tr("Keep the newest change in view; scrolling or choosing a row lets go, End takes hold "
            "again"));
    m_pause->setCheckable(true);
    tool(m_pause, u"pause"_s, tr("Pause"), tr("Hold the table still (Space); recording goes on"));
    auto *save = new QToolButton(this);
    tool(save, u"export"_s, tr("Export…"), tr("Save what is shown as CSV or JSON lines (Ctrl+E)"));
    save->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
    connect(save, &QToolButton::clicked, this, [this] {
        exportTable(this, &m_model, u"possync-changes.csv"_s,
                    [this](const QString &news) { Q_EMIT said(news); });
    });
    m_held->setIcon(icon(u"follow"_s));
    m_held->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_held->setProperty("framed", true);
    m_held->setToolTip(tr("Show the changes that arrived since"));
    return tools;
}

void ChangesPage::buildTable()
{
    m_table->setModel(&m_model);
    prepareTable(m_table, {});
    m_table->setAccessibleName(tr("Changes"));
    m_table->horizontalHeader()->setSortIndicatorShown(true);
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->horizontalHeader()->setSortIndicator(ChangeModel::Time, Qt::AscendingOrder);
    m_table->horizontalHeader()->moveSection(ChangeModel::Restaurant, ChangeModel::User);
    // Who did it stands before what exactly was done.
    QHeaderView *header = m_table->horizontalHeader();
    header->moveSection(header->visualIndex(ChangeModel::User),
                        header->visualIndex(ChangeModel::What));
    header->moveSection(header->visualIndex(ChangeModel::Device),
                        header->visualIndex(ChangeModel::What));
    m_columns = new ColumnFit(m_table, {{.wanted = 12, .least = 11},
                                        {.wanted = 16, .least = 14, .rank = 1},
                                        {.wanted = 12, .least = 9},
                                        {.wanted = 17, .least = 12},
                                        {.wanted = 13, .least = 10},
                                        {.wanted = 40, .least = 13, .share = 1},
                                        {.wanted = 15, .least = 13},
                                        {.wanted = 9, .least = 6},
                                        {.wanted = 9, .least = 8, .rank = 2},
                                        {.wanted = 7, .least = 6, .rank = 3},
                                        {.wanted = 6, .least = 5, .rank = 4}});
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);
    m_empty = new EmptyOverlay(m_table, [this]() -> EmptyWords {
        const quint64 known = m_model.store().size();
        if (known > 0 && m_model.heldCount() == known)
            return {tr("The view is paused"),
                    tr("%n change(s) arrived meanwhile; Space or “Go on” shows them.", nullptr,
                       int(known))};
        if (known > 0)
            return {tr("0 of %1 changes match").arg(countText(qint64(known))),
                    tr("Esc in the filter line clears it; the restaurant at the left also limits "
                       "the table.")};
        if (!m_session.isConnected())
            return {tr("No changes seen"),
                    tr("There is no connection to a server; changes appear as soon as there is.")};
        return {tr("No change since the console connected"),
                tr("Every change a device makes appears here within a blink. “Send a test” can "
                   "send one.")};
    });
}

void ChangesPage::connectSignals()
{
    connect(m_filter, &FilterEdit::filterChanged, this, [this](const ChangeFilter &filter) {
        m_model.setFilter(filter);
        if (m_follow->isChecked())
            m_table->scrollToBottom();
    });
    connect(m_filter, &FilterEdit::problemChanged, this, &ChangesPage::refreshWords);
    connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this,
            [this](int column, Qt::SortOrder order) {
                if (m_isRestoring)
                    return;
                m_model.sort(column, order);
                if (!m_model.isInArrivalOrder())
                    release();
                m_table->scrollToTop();
            });
    connect(&m_model, &ChangeModel::contentChanged, this, [this] {
        if (!isVisible())
            return;
        if (m_follow->isChecked())
            m_table->scrollToBottom();
        refreshWords();
        m_empty->refresh();
    });
    connect(m_follow, &QToolButton::clicked, this, &ChangesPage::follow);
    connect(m_pause, &QToolButton::toggled, this, &ChangesPage::setPaused);
    connect(m_held, &QToolButton::clicked, &m_model, &ChangeModel::showHeld);
    // Only a person scrolls away from the end; new rows merely move the end.
    connect(m_table->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar *bar = m_table->verticalScrollBar();
        m_follow->setChecked(m_model.isInArrivalOrder() && bar->sliderPosition() >= bar->maximum());
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &now) {
                if (!now.isValid())
                    return;
                release();
                m_detail->show(m_model.storeRow(now.row()));
            });
    connect(m_table, &QTableView::customContextMenuRequested, this, &ChangesPage::contextMenu);
    connect(m_detail, &ChangeDetail::historyRequested, this, &ChangesPage::setFilter);
    connect(m_detail, &ChangeDetail::composeRequested, this, &ChangesPage::composeRequested);
    connect(&m_session, &Session::linkChanged, m_empty, &EmptyOverlay::refresh);
    connect(&m_session, &Session::selectionChanged, this, [this] {
        m_columns->setLeftOut(ChangeModel::Restaurant, !m_session.selected().isEmpty());
    });
    connect(&m_session, &Session::ticked, this, [this] {
        if (isVisible())
            refreshWords();
    });
}

void ChangesPage::contextMenu(const QPoint &at)
{
    const QModelIndex cell = m_table->indexAt(at);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString field = cell.data(ChangeModel::FilterFieldRole).toString();
    if (!field.isEmpty()) {
        const QString condition =
            ChangeFilter::equals(field, cell.data(ChangeModel::FilterValueRole).toString());
        QString shown = plainLine(condition, 60);
        shown.replace(u'&', u"&&"_s); // a menu would read one as a mnemonic
        const auto add = [&](const QString &text, auto act) { menu->addAction(text, this, act); };
        add(tr("Only %1").arg(shown), [this, condition] { m_filter->apply(condition); });
        add(tr("And %1").arg(shown), [this, condition] { m_filter->extend(condition, u"&&"_s); });
        add(tr("Or %1").arg(shown), [this, condition] { m_filter->extend(condition, u"||"_s); });
        add(tr("Not %1").arg(shown),
            [this, condition] { m_filter->extend(u"!(%1)"_s.arg(condition), u"&&"_s); });
        menu->addSeparator();
    }
    if (cell.isValid()) {
        const ChangeStore &store = m_model.store();
        const ChangeView view = store.at(m_model.storeRow(cell.row()));
        const QString history =
            ChangeFilter::equals(u"type"_s, QString::fromUtf8(store.words().nameOf(view.type)))
            + u" && "_s + ChangeFilter::equals(u"record"_s, QString::fromUtf8(view.entityId));
        menu->addAction(icon(u"history"_s), tr("History of this record"), this,
                        [this, history] { setFilter(history); });
        menu->addSeparator();
    }
    menu->addActions(m_table->actions());
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void ChangesPage::follow(bool on)
{
    m_follow->setChecked(on);
    if (!on)
        return;
    if (!m_model.isInArrivalOrder())
        m_table->horizontalHeader()->setSortIndicator(ChangeModel::Time, Qt::AscendingOrder);
    m_follow->setChecked(true);
    m_table->scrollToBottom();
}

void ChangesPage::release()
{
    m_follow->setChecked(false);
}

void ChangesPage::setPaused(bool paused)
{
    m_model.setPaused(paused);
    m_pause->setIcon(icon(paused ? u"play"_s : u"pause"_s));
    m_pause->setText(paused ? tr("Go on") : tr("Pause"));
}

void ChangesPage::refreshWords()
{
    const quint64 held = m_model.heldCount();
    m_held->setVisible(held > 0 && !m_model.isFiltering());
    m_held->setText(tr("%n new", nullptr, int(std::min<quint64>(held, 1000000))));
    const auto known = qint64(m_model.store().size());
    m_count->setText(m_model.isFiltering()
                         ? tr("searching %1 …").arg(countText(known))
                         : tr("%1 of %2").arg(countText(m_model.rowCount()), countText(known)));
    if (!m_filter->problem().isEmpty())
        m_answer->say(m_filter->problem(), Tone::Bad);
    else
        m_answer->say(answer(), Tone::Neutral);
}

QString ChangesPage::answer() const
{
    if (m_model.rowCount() == 0)
        return {};
    quint64 newest = m_model.storeRow(m_model.rowCount() - 1);
    if (!m_model.isInArrivalOrder()) {
        for (int row = 0; row < std::min(m_model.rowCount(), 20000); ++row)
            newest = std::max(newest, m_model.storeRow(row));
    }
    const ChangeStore &store = m_model.store();
    const ChangeView view = store.at(newest);
    const auto plain = [](const QByteArray &utf8) {
        return plainLine(QString::fromUtf8(utf8), 60);
    };
    const QByteArray &user = store.users().nameOf(view.user);
    const QString device =
        m_session.deviceTitle(QString::fromUtf8(store.restaurants().nameOf(view.restaurant)),
                              QString::fromUtf8(store.devices().nameOf(view.device)));
    const QString label = recordLabel(view.data);
    return tr("Last: %1 %2, %3 by %4, %5.")
        .arg(recordWord(store.words().nameOf(view.type)),
             label.isEmpty() ? plainLine(QString::fromUtf8(view.entityId), 60) : label,
             actionWord(store.words().nameOf(view.action)),
             user.isEmpty() ? device : tr("%1 on %2").arg(plain(user), device),
             agoText(m_session.nowMs() - view.receivedMs));
}

void ChangesPage::setFilter(const QString &line)
{
    m_filter->apply(line);
}

bool ChangesPage::isFollowing() const
{
    return m_follow->isChecked();
}

void ChangesPage::focusSearch()
{
    m_filter->setFocus();
    m_filter->selectAll();
}

void ChangesPage::saveLayout(QSettings &settings) const
{
    m_columns->save(settings, u"columns"_s);
    settings.setValue("splitter", m_splitter->saveState());
}

void ChangesPage::resetLayout()
{
    restoreColumns([this] { m_columns->reset(); });
    m_splitter->setSizes(firstSizes());
}

void ChangesPage::restoreColumns(const std::function<void()> &restore)
{
    // The sorting is not part of the layout.
    const QHeaderView *header = m_table->horizontalHeader();
    const int column = header->sortIndicatorSection();
    const Qt::SortOrder order = header->sortIndicatorOrder();
    m_isRestoring = true;
    restore();
    m_table->horizontalHeader()->setSortIndicator(column, order);
    m_isRestoring = false;
}

void ChangesPage::restoreLayout(const QSettings &settings)
{
    restoreColumns([&] { m_columns->restore(settings, u"columns"_s); });
    m_splitter->restoreState(settings.value("splitter").toByteArray());
}

void ChangesPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refreshWords();
    m_empty->refresh();
    if (m_follow->isChecked())
        m_table->scrollToBottom();
}

bool ChangesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Space) {
            m_pause->toggle();
            return true;
        }
        if (key->key() == Qt::Key_End && key->modifiers() == Qt::NoModifier) {
            follow(true);
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

} // namespace possync::gui
