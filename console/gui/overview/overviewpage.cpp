// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/overview/overviewpage.h"

#include "console/gui/base/flowlayout.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tonelabel.h"
#include "console/gui/base/words.h"
#include "console/gui/overview/restaurantcard.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// More cards than anybody reads; the rest is summed up in a line.
constexpr qsizetype mostCards = 60;
constexpr qsizetype mostAttention = 20;

void clearLayout(QLayout *layout)
{
    while (QLayoutItem *item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

QScrollArea *scroller(QWidget *inside, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setWidget(inside);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setAutoFillBackground(false);
    inside->setAutoFillBackground(false);
    return area;
}

} // namespace

OverviewPage::OverviewPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_summary(plainLabel({}, this))
    , m_empty(plainLabel({}, this))
    , m_more(plainLabel({}, this))
    , m_cardArea(new QWidget)
    , m_cardFlow(new FlowLayout(12, 310, m_cardArea))
{
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setWeight(QFont::DemiBold);
    m_summary->setFont(large);
    m_summary->setWordWrap(true);
    m_empty->setWordWrap(true);

    auto *left = new QVBoxLayout;
    left->setSpacing(12);
    left->addWidget(m_summary);
    left->addWidget(m_empty);
    left->addWidget(scroller(m_cardArea, this), 1);
    left->addWidget(m_more);

    auto *attentionArea = new QWidget;
    m_attentionColumn = new QVBoxLayout(attentionArea);
    m_attentionColumn->setContentsMargins(0, 0, 0, 0);
    m_attentionColumn->setSpacing(10);
    auto *right = new QVBoxLayout;
    auto *heading = plainLabel(tr("Needs attention"), this);
    heading->setFont(large);
    right->addWidget(heading);
    right->setSpacing(12);
    auto *attentionScroll = scroller(attentionArea, this);
    attentionScroll->setMinimumWidth(300);
    attentionScroll->setAccessibleName(tr("What needs attention"));
    right->addWidget(attentionScroll, 1);
    right->addWidget(buildQuestions());

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(18, 16, 18, 12);
    row->setSpacing(22);
    row->addLayout(left, 5);
    row->addLayout(right, 2);

    connect(&session, &Session::ticked, this, &OverviewPage::refresh);
    connect(&session, &Session::selectionChanged, this, &OverviewPage::refresh);
    connect(&session, &Session::linkChanged, this, &OverviewPage::refresh);
    connect(&session.fleet(), &Fleet::restaurantsChanged, this, &OverviewPage::refresh);
    connect(&session.conflicts(), &ConflictModel::conflictsChanged, this, &OverviewPage::refresh);
    refresh();
}

QWidget *OverviewPage::buildQuestions()
{
    auto *card = new Card(this);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(14, 11, 14, 12);
    column->setSpacing(7);
    auto *heading = plainLabel(tr("What would you like to know?"), card);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    column->addWidget(heading);
    const auto ask = [&](const QString &iconName, const QString &text, auto act) {
        auto *button = new QPushButton(icon(iconName), text, card);
        button->setStyleSheet(u"text-align: left"_s);
        connect(button, &QPushButton::clicked, this, act);
        column->addWidget(button);
    };
    ask(u"devices"_s, tr("Which device is behind, and why?"),
        [this] { Q_EMIT troubleRequested(); });
    ask(u"history"_s, tr("Who changed an order last?"), [this] { Q_EMIT searchRequested(); });
    ask(u"compose"_s, tr("Send a test order to the kitchen"),
        [this] { Q_EMIT showRequested(u"compose"_s, m_session.selected(), QString()); });
    return card;
}

void OverviewPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refresh();
}

void OverviewPage::changeEvent(QEvent *event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        // Its colours are of the old theme. Not now: who sends this event is walking over all
        // widgets.
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_attention.clear();
                clearLayout(m_attentionColumn);
                refresh();
            },
            Qt::QueuedConnection);
    }
}

QString OverviewPage::emptyText() const
{
    if (!m_session.isConnected())
        return tr("Nothing is known yet, because there is no connection to a server. The line at "
                  "the top says why; File > Connect chooses a server.");
    return tr("No restaurant has connected yet. Point a tablet at this server, or run "
              "possync-server --demo to see a restaurant at work.");
}

void OverviewPage::refresh()
{
    const qint64 now = m_session.nowMs();
    refreshCards(now);
    refreshAttention(now);
}

void OverviewPage::refreshCards(qint64 nowMs)
{
    struct Ranked {
        const RestaurantFacts *restaurant;
        QList<DeviceFacts> devices;
        State state;
    };
    QList<Ranked> ranked;
    int troubled = 0;
    for (const RestaurantFacts &restaurant : m_session.fleet().restaurants()) {
        if (!m_session.selected().isEmpty() && restaurant.id != m_session.selected())
            continue;
        QList<DeviceFacts> devices = m_session.fleet().devices(restaurant.id);
        const State state = restaurantState(devices, nowMs);
        troubled += state == State::Lost || state == State::Behind ? 1 : 0;
        ranked.append({&restaurant, std::move(devices), state});
    }
    std::ranges::stable_sort(ranked, [](const Ranked &a, const Ranked &b) {
        return a.state != b.state && worseOf(a.state, b.state) == a.state;
    });
    const qsizetype shown = std::min(ranked.size(), mostCards);
    while (m_cards.size() > shown)
        delete m_cards.takeLast();
    while (m_cards.size() < shown) {
        auto *card = new RestaurantCard(m_cardArea);
        m_cardFlow->addWidget(card);
        m_cards.append(card);
        connect(card, &RestaurantCard::activated, this,
                [this](const QString &id) { Q_EMIT showRequested(u"devices"_s, id, QString()); });
    }
    for (qsizetype i = 0; i < shown; ++i)
        m_cards[i]->show(*ranked[i].restaurant, ranked[i].devices, m_session.traffic(), nowMs);
    m_empty->setVisible(ranked.isEmpty());
    m_empty->setText(emptyText());
    m_more->setVisible(ranked.size() > shown);
    m_more->setText(tr("… and %n more restaurant(s) that are no worse; use the list at the left.",
                       nullptr, int(ranked.size() - shown)));
    if (ranked.isEmpty())
        m_summary->setText(tr("Waiting for the first restaurant"));
    else if (troubled == 0)
        m_summary->setText(ranked.size() == 1
                               ? tr("All is well")
                               : tr("All %1 restaurants are well").arg(ranked.size()));
    else
        m_summary->setText(
            tr("%n of %1 restaurants need a look", nullptr, troubled).arg(ranked.size()));
}

void OverviewPage::refreshAttention(qint64 nowMs)
{
    QList<Attention> items = attentionOf(m_session.fleet(), m_session.selected(), nowMs);
    for (const RestaurantFacts &restaurant : m_session.fleet().restaurants()) {
        const bool isMeant = m_session.selected().isEmpty() || m_session.selected() == restaurant.id;
        const int unseen = isMeant ? m_session.conflicts().unseen(restaurant.id) : 0;
        if (unseen > 0)
            items.append({.restaurant = restaurant.id,
                          .what = tr("%1: %n change(s) gave way to another.", nullptr, unseen)
                                      .arg(m_session.restaurantTitle(restaurant.id)),
                          .cause = tr("Two people changed the same thing; a rule decided. Look "
                                      "whether it is what they meant."),
                          .step = Attention::ShowConflicts});
    }
    if (items == m_attention && m_attentionColumn->count() > 0)
        return;
    m_attention = std::move(items);
    // A button must not vanish between press and release.
    for (const QPushButton *button :
         m_attentionColumn->parentWidget()->findChildren<QPushButton *>()) {
        if (button->isDown())
            return;
    }
    clearLayout(m_attentionColumn);
    if (m_attention.isEmpty()) {
        auto *calm = plainLabel(
            tr("Nothing. Devices that fall behind or vanish with changes waiting appear here."),
            this);
        calm->setWordWrap(true);
        m_attentionColumn->addWidget(calm);
    }
    for (qsizetype i = 0; i < std::min(m_attention.size(), mostAttention); ++i)
        m_attentionColumn->addWidget(attentionRow(m_attention[i]));
    if (m_attention.size() > mostAttention)
        m_attentionColumn->addWidget(plainLabel(
            tr("… and %n more", nullptr, int(m_attention.size() - mostAttention)), this));
    m_attentionColumn->addStretch(1);
}

QWidget *OverviewPage::attentionRow(const Attention &item)
{
    auto *card = new Card(this);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(14, 11, 14, 11);
    column->setSpacing(6);
    auto *what = new ToneLabel(card);
    what->say(item.what, item.tone);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    what->setFont(bold);
    what->setWordWrap(true);
    auto *cause = plainLabel(item.cause, card);
    cause->setWordWrap(true);
    auto *button = new QPushButton(item.step == Attention::ShowChanges     ? tr("Show changes")
                                   : item.step == Attention::ShowConflicts ? tr("Show conflicts")
                                   : item.step == Attention::Ping          ? tr("Ping it")
                                                                           : tr("Show device"),
                                   card);
    button->setAccessibleDescription(item.what);
    connect(button, &QPushButton::clicked, this, [this, item] { act(item); });
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(button);
    if (item.step == Attention::Ping) {
        auto *details = new QPushButton(tr("Show device"), card);
        connect(details, &QPushButton::clicked, this, [this, item] {
            Q_EMIT showRequested(u"devices"_s, item.restaurant, item.deviceId);
        });
        buttons->addWidget(details);
    }
    buttons->addStretch(1);
    column->addWidget(what);
    column->addWidget(cause);
    column->addLayout(buttons);
    return card;
}

void OverviewPage::act(const Attention &item)
{
    if (item.step == Attention::ShowChanges) {
        Q_EMIT showRequested(u"changes"_s, item.restaurant, QString());
    } else if (item.step == Attention::ShowConflicts) {
        Q_EMIT showRequested(u"conflicts"_s, item.restaurant, QString());
    } else if (item.step == Attention::ShowDevices) {
        Q_EMIT showRequested(u"devices"_s, item.restaurant, item.deviceId);
    } else if (ServerPort *port = m_session.port()) {
        port->ping(item.restaurant, item.connection, this,
                   [this, name = m_session.deviceTitle(item.restaurant, item.deviceId)](
                       const auto &answer) {
                       if (!answer)
                           Q_EMIT said(tr("No ping: %1").arg(answer.error()));
                       else
                           Q_EMIT said(tr("%1 was pinged; its round trip is on the Devices page.")
                                           .arg(name));
                   });
    } else {
        Q_EMIT said(tr("Not connected: nothing was sent."));
    }
}

QStringList OverviewPage::sentences() const
{
    QStringList all;
    for (const RestaurantCard *card : m_cards)
        all.append(card->sentence());
    return all;
}

} // namespace possync::gui
