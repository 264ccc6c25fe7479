// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/conflicts/conflictspage.h"

#include "console/gui/base/card.h"
#include "console/gui/base/columnfit.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/frame/liveguard.h"
#include "console/gui/link/convert.h"
#include "console/remote/restclient.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QTableView>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int olderAtOnce = 300; // of each restaurant

} // namespace

ConflictProxy::ConflictProxy(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(ConflictModel::SortRole);
}

void ConflictProxy::setRestaurant(const QString &restaurant)
{
    m_restaurant = restaurant;
    invalidateFilter();
}

void ConflictProxy::setNeedle(const QString &needle)
{
    m_needle = needle.trimmed();
    invalidateFilter();
}

void ConflictProxy::setOnlyOpen(bool on)
{
    m_onlyOpen = on;
    invalidateFilter();
}

bool ConflictProxy::filterAcceptsRow(int row, const QModelIndex &) const
{
    const auto *model = static_cast<const ConflictModel *>(sourceModel());
    const ConflictRow &conflict = model->row(row);
    if (!m_restaurant.isEmpty() && conflict.restaurant != m_restaurant)
        return false;
    if (m_onlyOpen && conflict.isDecided())
        return false;
    if (m_needle.isEmpty() || conflict.rule.contains(m_needle, Qt::CaseInsensitive)
        || conflict.reason.contains(m_needle, Qt::CaseInsensitive))
        return true;
    for (int column = 0; column < ConflictModel::ColumnCount; ++column) {
        const QString text = model->index(row, column).data(ConflictModel::SearchRole).toString();
        if (text.contains(m_needle, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

ConflictsPage::ConflictsPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_model(session.conflicts())
    , m_proxy(new ConflictProxy(this))
    , m_table(new QTableView(this))
    , m_filter(new QLineEdit(this))
    , m_onlyOpen(new QCheckBox(tr("&Hide those decided"), this))
    , m_count(plainLabel({}, this))
    , m_olderBar(new QWidget(this))
    , m_olderCount(plainLabel({}, m_olderBar))
    , m_older(new QPushButton(tr("Load &older ones"), m_olderBar))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_heading(plainLabel({}, this))
    , m_stays(plainLabel({}, this))
    , m_lost(plainLabel({}, this))
    , m_rule(plainLabel({}, this))
    , m_state(plainLabel({}, this))
    , m_restore(new QPushButton(icon(u"history"_s), QString(), this))
    , m_discard(new QPushButton(tr("&Leave it out…"), this))
{
    m_filter->setPlaceholderText(tr("Filter by record, device, person, value or rule"));
    m_filter->setAccessibleName(m_filter->placeholderText());
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(10);
    tools->addWidget(m_filter, 1);
    tools->addWidget(m_onlyOpen);
    tools->addWidget(m_count);
    m_splitter->addWidget(buildList());
    m_splitter->addWidget(buildDetail());
    m_splitter->setStretchFactor(0, 5);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setSizes({780, 290});
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(14);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 18, 12);
    column->setSpacing(10);
    column->addLayout(tools);
    column->addWidget(m_splitter, 1);
    buildTable();
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_proxy->setNeedle(text);
        takeNews();
    });
    connect(m_onlyOpen, &QCheckBox::toggled, this, [this](bool on) {
        m_proxy->setOnlyOpen(on);
        takeNews();
    });
    connect(m_restore, &QPushButton::clicked, this, &ConflictsPage::restore);
    connect(m_discard, &QPushButton::clicked, this, &ConflictsPage::discard);
    connect(&m_model, &ConflictModel::conflictsChanged, this, &ConflictsPage::takeNews);
    connect(&session, &Session::selectionChanged, this, [this] {
        m_proxy->setRestaurant(m_session.selected());
        m_columns->setLeftOut(ConflictModel::Restaurant, !m_session.selected().isEmpty());
        takeNews();
    });
    connect(&session, &Session::linkChanged, this, &ConflictsPage::takeNews);
    connect(&session, &Session::ticked, this, [this](qint64 now) {
        if (!isVisible())
            return;
        m_model.setNow(now);
        showDetail();
    });
    takeNews();
}

void ConflictsPage::buildTable()
{
    m_model.setTitles([this](const QString &id) { return m_session.restaurantTitle(id); },
                      [this](const QString &restaurant, const QString &device) {
                          return m_session.deviceTitle(restaurant, device);
                      });
    m_proxy->setSourceModel(&m_model);
    m_table->setModel(m_proxy);
    prepareTable(m_table, {});
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ConflictModel::When, Qt::DescendingOrder);
    m_table->setAccessibleName(tr("Conflicts"));
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    // Who entered what is told beside the table; there it has the room.
    m_columns = new ColumnFit(m_table, {{.wanted = 9, .least = 8},
                                        {.wanted = 16, .least = 11},
                                        {.wanted = 17, .least = 14, .share = 1},
                                        {.wanted = 10, .least = 8},
                                        {.wanted = 12, .least = 9, .share = 1},
                                        {.wanted = 12, .least = 9, .share = 1},
                                        {.wanted = 18, .least = 14, .rank = 2},
                                        {.wanted = 18, .least = 14, .rank = 1},
                                        {.wanted = 18, .least = 16, .share = 1}});
    m_empty = new EmptyOverlay(m_table, [this]() -> EmptyWords {
        if (m_model.rowCount() > 0)
            return {tr("No conflict matches"),
                    tr("%n conflict(s) are hidden by the filter or the restaurant chosen at the "
                       "left.",
                       nullptr, m_model.rowCount())};
        if (!m_session.isConnected())
            return {tr("No conflicts known"),
                    tr("There is no connection to a server; conflicts are loaded when there is.")};
        return {tr("No conflicts"),
                tr("When two people change the same thing at once, what gave way is listed here, "
                   "with the rule that decided.")};
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &ConflictsPage::showDetail);
}

QWidget *ConflictsPage::buildList()
{
    auto *list = new QWidget(this);
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_table, 1);
    auto *row = new QHBoxLayout(m_olderBar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_olderCount, 1);
    row->addWidget(m_older);
    column->addWidget(m_olderBar);
    connect(m_older, &QPushButton::clicked, this, &ConflictsPage::loadOlder);
    // Who scrolls to the end, where the oldest are, wants to see more of them.
    QScrollBar *bar = m_table->verticalScrollBar();
    connect(bar, &QScrollBar::valueChanged, this, [this, bar](int value) {
        const QHeaderView *header = m_table->horizontalHeader();
        if (value > 0 && value == bar->maximum()
            && header->sortIndicatorSection() == ConflictModel::When
            && header->sortIndicatorOrder() == Qt::DescendingOrder)
            loadOlder();
    });
    return list;
}

QStringList ConflictsPage::restaurantsInView() const
{
    const QString selected = m_session.selected();
    QStringList incomplete = m_model.incomplete();
    if (selected.isEmpty())
        return incomplete;
    return incomplete.contains(selected) ? QStringList(selected) : QStringList();
}

void ConflictsPage::loadOlder()
{
    ServerPort *port = m_session.port();
    if (!port || !m_session.isConnected())
        return;
    for (const QString &restaurant : restaurantsInView()) {
        if (m_asked.contains(restaurant))
            continue;
        m_asked.insert(restaurant);
        const QString before =
            QString::fromLatin1(QUrl::toPercentEncoding(m_model.oldest(restaurant)));
        const QString path = remote::RestClient::restaurantPath(
            restaurant, u"/conflicts?limit=%1&before=%2"_s.arg(olderAtOnce).arg(before));
        port->get(path, this, [this, restaurant](const remote::Answer<QByteArray> &body) {
            m_asked.remove(restaurant);
            // What the server has dropped meanwhile, and all behind it, is not kept any more.
            const bool isOver = !body && body.error().code == "unknown_conflict"_L1;
            const auto page = body ? remote::wire::decodeConflicts(*body)
                                   : remote::wire::Decoded<remote::ConflictPage>(
                                       Unexpected{messageOf(body.error())});
            if (page || isOver)
                m_model.addOlder(restaurant, page ? page->conflicts : QList<remote::Conflict>());
            else
                Q_EMIT said(
                    tr("Older conflicts could not be loaded: %1").arg(plainLine(page.error())));
            takeNews();
        });
    }
    takeNews();
}

QWidget *ConflictsPage::buildDetail()
{
    auto *card = new Card(this);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_heading->setFont(bold);
    for (QLabel *label : {m_heading, m_stays, m_lost, m_rule, m_state}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        column->addWidget(label);
    }
    m_heading->setAccessibleName(tr("Conflict"));
    m_restore->setObjectName(u"restore"_s);
    column->addWidget(m_restore, 0, Qt::AlignLeft);
    m_discard->setObjectName(u"discard"_s);
    column->addWidget(m_discard, 0, Qt::AlignLeft);
    column->addStretch(1);
    return card;
}

const ConflictRow *ConflictsPage::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? &m_model.row(m_proxy->mapToSource(index).row()) : nullptr;
}

void ConflictsPage::takeNews()
{
    m_empty->refresh();
    m_count->setText(tr("%1 of %n conflict(s)", nullptr, m_model.rowCount())
                         .arg(countText(m_proxy->rowCount())));
    const quint64 missing = m_model.missing(m_session.selected());
    m_olderBar->setVisible(missing > 0);
    m_olderCount->setText(tr("%n older one(s) are not loaded yet.", nullptr, int(missing)));
    const QStringList inView = restaurantsInView();
    m_older->setEnabled(m_session.isConnected()
                        && !std::ranges::all_of(inView, [this](const QString &restaurant) {
                               return m_asked.contains(restaurant);
                           }));
    showDetail();
    if (isVisible())
        m_model.markSeen();
}

QString ConflictsPage::userAt(const ConflictRow &row, const QString &device, qint64 atMs) const
{
    const ChangeStore &store = m_session.changes().store();
    const auto restaurant = store.restaurants().find(row.restaurant.toUtf8());
    const auto type = store.words().find(row.dataType);
    if (!restaurant || !type || store.size() == 0)
        return {};
    constexpr qint64 sameMs = 2000; // stored and received are not the same moment
    QByteArray user;
    for (const quint64 number :
         store.historyOf(*restaurant, *type, row.entityId.toUtf8(), store.endRow())) {
        const ChangeView view = store.at(number);
        if (store.devices().nameOf(view.device) == device.toUtf8()
            && (atMs == 0 || view.receivedMs <= atMs + sameMs))
            user = store.users().nameOf(view.user);
    }
    return QString::fromUtf8(user);
}

void ConflictsPage::showDetail()
{
    const ConflictRow *row = current();
    for (QLabel *label : {m_stays, m_lost, m_rule, m_state})
        label->setVisible(row != nullptr);
    m_restore->setVisible(row != nullptr);
    m_discard->setVisible(row && row->isReview && !row->isDecided());
    if (!row) {
        m_heading->setText(tr("Choose a conflict: it is told here in plain words."));
        return;
    }
    const qint64 now = m_session.nowMs();
    const QString record = recordWord(row->dataType) + u' ' + plainLine(row->entityId, 60);
    m_heading->setText(
        row->field.isEmpty()
            ? record
            : tr("%1: %2").arg(record, plainLine(row->field, 60).replace(u'_', u' ')));
    const auto told = [&](const QString &text, const QString &value, const QString &device,
                          const QString &user, qint64 atMs) {
        const QString who = whoText(m_session.deviceTitle(row->restaurant, device),
                                    user.isEmpty() ? userAt(*row, device, atMs) : user);
        return text.arg(value, who, atMs > 0 ? clockText(atMs, now) : tr("at a time not known"));
    };
    m_stays->setText(row->isReview ? tr("A late change of a replaced tablet.")
                     : row->field.isEmpty() && row->staysBy.isEmpty()
                         ? tr("The record stays as it was.")
                         : told(tr("“%1” stays. Entered by %2, %3."), row->stays, row->staysBy,
                                row->staysUser, row->staysAtMs));
    m_lost->setText(told(row->isReview          ? tr("“%1” by %2, made %3.")
                         : row->field.isEmpty() ? tr("“%1” by %2 did not get in, %3.")
                                                : tr("“%1” gave way. Entered by %2, %3."),
                         row->lost, row->lostBy, row->lostUser,
                         row->lostAtMs > 0 ? row->lostAtMs : row->atMs));
    m_rule->setText(row->reason.isEmpty()
                        ? row->rule
                        : tr("%1 The server noted: %2.").arg(row->rule, plainLine(row->reason)));
    m_state->setText(!row->isDecided() ? QString()
                     : row->isReview
                         ? tr("The change was %1.").arg(conflictStateText(*row, now))
                         : tr("The other value was %1.").arg(conflictStateText(*row, now)));
    m_state->setVisible(row->isDecided());
    m_restore->setText(row->isReview ? tr("&Take it over…") : tr("&Put the other value back…"));
    const bool can = row->state == "open"_L1 && m_session.port();
    m_restore->setEnabled(can);
    m_restore->setVisible(!row->isDecided());
    m_restore->setToolTip(can ? QString()
                          : !m_session.isConnected()
                              ? tr("Not connected to the server")
                              : tr("This server cannot put values back yet; a newer one can"));
    m_discard->setEnabled(can);
    m_discard->setToolTip(m_restore->toolTip());
}

void ConflictsPage::settle(const QString &restaurant, const QString &change, const QString &how,
                           const QString &done, const QString &notDone)
{
    ServerPort *port = m_session.port();
    if (!port)
        return;
    const QString path = remote::RestClient::restaurantPath(
        restaurant,
        u"/conflicts/%1/%2"_s.arg(QString::fromLatin1(QUrl::toPercentEncoding(change)), how));
    port->post(path, "{}", this,
               [this, restaurant, done, notDone](const remote::Answer<QByteArray> &answer) {
                   // An older one is not among those that are read again.
                   const remote::wire::Decoded<remote::Conflict> settled =
                       answer ? remote::wire::decodeSettled(*answer)
                              : remote::wire::Decoded<remote::Conflict>(Unexpected{QString()});
                   if (settled)
                       m_model.renew(restaurant, {*settled});
                   Q_EMIT said(answer ? done : notDone.arg(plainLine(messageOf(answer.error()))));
                   if (ServerPort *again = m_session.port())
                       again->refreshConflicts(restaurant);
               });
}

void ConflictsPage::discard()
{
    const ConflictRow *row = current();
    if (!row || !row->isReview || !m_session.port())
        return;
    auto *question = new QMessageBox(QMessageBox::Question, tr("Leave the change out"), QString(),
                                     QMessageBox::Cancel, this);
    question->setObjectName(u"discardQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    question->setText(tr("“%1” will never be applied.").arg(row->lost));
    question->setInformativeText(tr("The decision is final; it is kept who made it and when."));
    QPushButton *agree = question->addButton(tr("Leave it out"), QMessageBox::AcceptRole);
    connect(agree, &QPushButton::clicked, this,
            [this, restaurant = row->restaurant, change = row->changeId] {
                settle(restaurant, change, u"discard"_s,
                       tr("The change is left out; nothing of it is applied."),
                       tr("Not left out: %1"));
            });
    question->open();
}

void ConflictsPage::restore()
{
    const ConflictRow *row = current();
    if (!row || !m_session.port())
        return;
    const auto act = [this, restaurant = row->restaurant, change = row->changeId,
                      isReview = row->isReview] {
        settle(restaurant, change, u"restore"_s,
               isReview ? tr("The change is taken over; all devices get it.")
                        : tr("The other value is back; all devices get it."),
               isReview ? tr("Not taken over: %1") : tr("Not put back: %1"));
    };
    const QString record = recordWord(row->dataType) + u' ' + plainLine(row->entityId, 60);
    throughLiveGuard(
        this, m_session, row->restaurant,
        (row->isReview
             ? tr("“%1” is done to %2, as if the tablet had sent it now; the rules still hold.")
             : tr("“%1” becomes the value of %2 again, as if a colleague had entered it now."))
            .arg(row->lost, record),
        row->isReview ? tr("Unlock and take it over") : tr("Unlock and put it back"), act);
}

void ConflictsPage::setNeedle(const QString &needle)
{
    m_filter->setText(needle);
}

void ConflictsPage::focusSearch()
{
    m_filter->setFocus();
    m_filter->selectAll();
}

void ConflictsPage::saveLayout(QSettings &settings) const
{
    m_columns->save(settings, u"columns"_s);
    settings.setValue("splitter", m_splitter->saveState());
    settings.setValue("seen", m_model.seenMs());
}

void ConflictsPage::restoreLayout(const QSettings &settings)
{
    m_columns->restore(settings, u"columns"_s);
    m_splitter->restoreState(settings.value("splitter").toByteArray());
    m_model.setSeenMs(settings.value("seen").toLongLong());
}

void ConflictsPage::resetLayout()
{
    m_columns->reset();
    m_splitter->setSizes({780, 290});
}

void ConflictsPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_model.setNow(m_session.nowMs());
    takeNews();
}

} // namespace possync::gui
