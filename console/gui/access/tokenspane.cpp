// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/tokenspane.h"

#include "common/model/jsontext.h"
#include "console/gui/base/card.h"
#include "console/gui/base/columnfit.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/link/convert.h"
#include "console/gui/session/titles.h"
#include "console/remote/fields.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>

namespace possync::gui {

using namespace Qt::StringLiterals;

TokensPane::TokensPane(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new AccessModel({tr("Name"), tr("Role"), tr("Restaurant"), tr("State"),
                               tr("Last used"), tr("Ends"), tr("Device"), tr("Id")},
                              this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
    , m_filter(new QLineEdit(this))
    , m_revoke(new QPushButton(icon(u"cross"_s), tr("&Revoke…"), this))
    , m_replace(new QPushButton(icon(u"devices"_s), tr("Re&place the tablet…"), this))
    , m_role(new QComboBox(this))
    , m_restaurant(new QComboBox(this))
    , m_name(new QLineEdit(this))
    , m_expiry(new QComboBox(this))
    , m_make(new QPushButton(tr("&Make the token"), this))
    , m_secretArea(new QWidget(this))
    , m_secret(new QLineEdit(this))
    , m_result(plainLabel({}, this))
{
    m_filter->setPlaceholderText(tr("Filter by name, role, restaurant or id"));
    m_filter->setAccessibleName(m_filter->placeholderText());
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(10);
    tools->addWidget(m_filter, 1);
    tools->addWidget(m_replace);
    tools->addWidget(m_revoke);
    auto *left = new QVBoxLayout;
    left->setSpacing(10);
    left->addLayout(tools);
    left->addWidget(m_table, 1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 12, 0, 0);
    row->setSpacing(14);
    row->addLayout(left, 1);
    row->addWidget(buildMaker(), 0, Qt::AlignTop);
    buildTable();
    connect(m_filter, &QLineEdit::textChanged, m_proxy,
            &QSortFilterProxyModel::setFilterFixedString);
    connect(m_revoke, &QPushButton::clicked, this, &TokensPane::revoke);
    connect(m_make, &QPushButton::clicked, this, &TokensPane::make);
    connect(m_replace, &QPushButton::clicked, this, [this] {
        if (const AccessRow *token = current())
            Q_EMIT replaceRequested(token->restaurant, token->id, token->cells.value(0));
    });
    connect(&session.fleet(), &Fleet::restaurantsChanged, this, &TokensPane::adoptRestaurants);
    connect(&session, &Session::linkChanged, this, [this] {
        m_empty->refresh();
        refreshButtons();
    });
    adoptRestaurants();
    refreshButtons();
}

void TokensPane::buildTable()
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterRole(AccessModel::SearchRole);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table->setModel(m_proxy);
    prepareTable(m_table, {});
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_columns = new ColumnFit(m_table, {{.wanted = 16, .least = 11, .share = 1},
                                        {.wanted = 16, .least = 13},
                                        {.wanted = 17, .least = 13},
                                        {.wanted = 9, .least = 7},
                                        {.wanted = 11, .least = 9},
                                        {.wanted = 16, .least = 15},
                                        {.wanted = 16, .least = 13, .rank = 1},
                                        {.wanted = 12, .least = 8, .rank = 2}});
    m_table->setAccessibleName(tr("Tokens"));
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_empty = new EmptyOverlay(m_table, [this]() -> EmptyWords {
        if (m_model->rowCount() > 0)
            return {tr("No token matches"), tr("Esc or the cross in the filter shows all.")};
        if (!m_session.isConnected())
            return {tr("No tokens known"),
                    tr("There is no connection to a server; tokens are listed when there is.")};
        if (!m_problem.isEmpty())
            return {tr("Tokens are for the owner"), m_problem};
        return m_isLoaded
                   ? EmptyWords{tr("No tokens"), tr("Nobody needs one on this computer; make "
                                                    "one at the right for others.")}
                   : EmptyWords{tr("Loading"), tr("Asking the server for its tokens.")};
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &TokensPane::refreshButtons);
}

QWidget *TokensPane::buildMaker()
{
    auto *card = new Card(this);
    card->setFixedWidth(fontMetrics().horizontalAdvance(u'0') * 44);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    auto *heading = plainLabel(tr("A token for a person or a program"), card);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    auto *hint = plainLabel(tr("Tablets are better paired: see “Pair a tablet”."), card);
    hint->setWordWrap(true);
    column->addWidget(heading);
    column->addWidget(hint);
    for (const auto *role :
         {"viewer", "tester", "owner", "server", "cashier", "kitchen", "manager", "admin"})
        m_role->addItem(roleWord(QString::fromLatin1(role)), QString::fromLatin1(role));
    const std::pair<QString, qint64> ends[]{{tr("in 30 days"), 30 * 86400},
                                            {tr("in a day"), 86400},
                                            {tr("in a year"), 365 * 86400},
                                            {tr("never"), 0}};
    for (const auto &[text, seconds] : ends)
        m_expiry->addItem(text, seconds);
    m_name->setPlaceholderText(tr("for whom"));
    m_name->setMaxLength(100);
    auto *form = new QFormLayout;
    form->setSpacing(8);
    const auto add = [&](const QString &label, QWidget *editor) {
        editor->setAccessibleName(label);
        auto *text = plainLabel(label, card);
        editor->setMinimumHeight(fontMetrics().height() + 14);
        text->setMinimumHeight(editor->minimumHeight());
        text->setBuddy(editor);
        form->addRow(text, editor);
    };
    add(tr("Name"), m_name);
    add(tr("Role"), m_role);
    add(tr("Restaurant"), m_restaurant);
    add(tr("Ends"), m_expiry);
    column->addLayout(form);
    m_make->setProperty("primary", true);
    column->addWidget(m_make, 0, Qt::AlignLeft);
    m_result->setWordWrap(true);
    column->addWidget(m_result);
    m_result->hide();
    auto *secretColumn = new QVBoxLayout(m_secretArea);
    secretColumn->setContentsMargins(0, 0, 0, 0);
    secretColumn->setSpacing(8);
    auto *once =
        plainLabel(tr("This is the token. It is shown this once: copy it now."), m_secretArea);
    once->setWordWrap(true);
    m_secret->setReadOnly(true);
    m_secret->setAccessibleName(tr("The new token"));
    auto *copy = new QPushButton(icon(u"copy"_s), tr("&Copy"), m_secretArea);
    auto *done = new QPushButton(tr("&Hide it"), m_secretArea);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(copy);
    buttons->addWidget(done);
    buttons->addStretch(1);
    secretColumn->addWidget(once);
    secretColumn->addWidget(m_secret);
    secretColumn->addLayout(buttons);
    column->addWidget(m_secretArea);
    m_secretArea->hide();
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_secret->text()); });
    connect(done, &QPushButton::clicked, this, [this] { showSecret({}); });
    return card;
}

void TokensPane::showSecret(const QString &secret)
{
    m_secret->setText(secret);
    m_secret->setCursorPosition(0);
    m_secretArea->setVisible(!secret.isEmpty());
}

const AccessRow *TokensPane::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? &m_model->row(m_proxy->mapToSource(index).row()) : nullptr;
}

void TokensPane::adoptRestaurants()
{
    QStringList ids{QString()};
    for (const RestaurantFacts &facts : m_session.fleet().restaurants())
        ids.append(facts.id);
    if (ids == m_restaurants) { // somebody may be choosing
        retitle(*m_restaurant, m_session);
        return;
    }
    m_restaurants = ids;
    const QVariant kept = m_restaurant->currentData();
    m_restaurant->clear();
    for (const QString &id : std::as_const(ids))
        m_restaurant->addItem(id.isEmpty() ? tr("all restaurants") : m_session.restaurantTitle(id),
                              id);
    m_restaurant->setCurrentIndex(std::max(0, m_restaurant->findData(kept)));
}

void TokensPane::reload()
{
    ServerPort *port = m_session.port();
    if (!port)
        return;
    port->get(u"/api/admin/tokens"_s, this, [this](const remote::Answer<QByteArray> &body) {
        const auto rows =
            body ? tokenRows(*body, m_session.nowMs(), titlesOf(m_session))
                 : remote::wire::Decoded<QList<AccessRow>>(Unexpected(messageOf(body.error())));
        m_problem = rows ? QString() : plainLine(rows.error());
        m_isLoaded = rows.has_value();
        const QString kept = current() ? current()->id : QString();
        m_model->setRows(rows ? *rows : QList<AccessRow>());
        for (int i = 0; i < m_proxy->rowCount() && !kept.isEmpty(); ++i) {
            if (m_model->row(m_proxy->mapToSource(m_proxy->index(i, 0)).row()).id == kept)
                m_table->setCurrentIndex(m_proxy->index(i, 0));
        }
        m_empty->refresh();
        refreshButtons();
        Q_EMIT problemChanged();
    });
}

void TokensPane::refreshButtons()
{
    const bool may = m_session.port() && m_problem.isEmpty();
    const AccessRow *token = current();
    const bool isOpen = token && token->state == "active"_L1;
    m_make->setEnabled(may);
    m_revoke->setEnabled(may && isOpen);
    m_replace->setEnabled(may && isOpen && token->kind == "device"_L1);
    const QString why = !m_session.port()      ? tr("Not connected to the server")
                        : !m_problem.isEmpty() ? m_problem
                        : !token               ? tr("Choose a token first")
                                               : QString();
    for (QPushButton *button : {m_revoke, m_replace, m_make})
        button->setToolTip(button->isEnabled() ? QString() : why);
}

void TokensPane::make()
{
    ServerPort *port = m_session.port();
    if (!port)
        return;
    QByteArray body = "{\"role\":" + json::quoted(m_role->currentData().toString().toUtf8());
    if (const QString restaurant = m_restaurant->currentData().toString(); !restaurant.isEmpty())
        body += ",\"restaurant\":" + json::quoted(restaurant.toUtf8());
    if (const QString name = m_name->text().trimmed(); !name.isEmpty())
        body += ",\"name\":" + json::quoted(name.toUtf8());
    if (const qint64 seconds = m_expiry->currentData().toLongLong(); seconds > 0)
        body += ",\"expires_in_s\":" + QByteArray::number(seconds);
    m_make->setEnabled(false);
    port->post(
        u"/api/admin/tokens"_s, body + '}', this, [this](const remote::Answer<QByteArray> &answer) {
            remote::Fields f(answer ? QByteArrayView(*answer) : QByteArrayView("{}"));
            const QString secret = answer ? f.text("secret") : QString();
            const bool isMade = answer && f.isGood();
            m_result->setVisible(!isMade);
            m_result->setText(
                isMade ? QString()
                       : tr("Not made: %1")
                             .arg(plainLine(answer ? f.error() : messageOf(answer.error()))));
            showSecret(secret);
            if (isMade)
                m_name->clear();
            refreshButtons();
            reload();
        });
}

void TokensPane::revoke()
{
    const AccessRow *token = current();
    if (!token)
        return;
    auto *question = new QMessageBox(QMessageBox::Question, tr("Revoke a token"), QString(),
                                     QMessageBox::Cancel, this);
    question->setObjectName(u"revokeQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    question->setText(tr("Revoke the token of %1?").arg(token->cells.value(0)));
    question->setInformativeText(tr("Whoever is connected with it is cut off at once and cannot "
                                    "come back with it. What a tablet has not sent stays on it. "
                                    "This cannot be undone."));
    QPushButton *yes = question->addButton(tr("Revoke"), QMessageBox::DestructiveRole);
    connect(yes, &QPushButton::clicked, this, [this, id = token->id, name = token->cells.value(0)] {
        ServerPort *port = m_session.port();
        if (!port)
            return;
        port->post(
            u"/api/admin/tokens/%1/revoke"_s.arg(QString::fromLatin1(QUrl::toPercentEncoding(id))),
            "{}", this, [this, name](const remote::Answer<QByteArray> &answer) {
                Q_EMIT said(answer
                                ? tr("The token of %1 is revoked.").arg(name)
                                : tr("Not revoked: %1").arg(plainLine(messageOf(answer.error()))));
                reload();
            });
    });
    question->open();
}

void TokensPane::focusSearch()
{
    m_filter->setFocus();
    m_filter->selectAll();
}

} // namespace possync::gui
