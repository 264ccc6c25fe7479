// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/pairingpane.h"

#include "common/model/jsontext.h"
#include "console/gui/access/accessmodel.h"
#include "console/gui/access/qrview.h"
#include "console/gui/base/card.h"
#include "console/gui/base/words.h"
#include "console/gui/link/convert.h"
#include "console/gui/session/titles.h"
#include "console/remote/fields.h"
#include "console/remote/pairing.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

PairingPane::PairingPane(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_restaurant(new QComboBox(this))
    , m_role(new QComboBox(this))
    , m_name(new QLineEdit(this))
    , m_about(plainLabel({}, this))
    , m_open(new QPushButton(tr("&Show a code"), this))
    , m_stay(new QPushButton(tr("A &new tablet instead"), this))
    , m_qr(new QrView(this))
    , m_code(plainLabel({}, this))
    , m_countdown(plainLabel({}, this))
    , m_how(plainLabel({}, this))
    , m_result(plainLabel({}, this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 12, 0, 0);
    row->setSpacing(14);
    row->addWidget(buildForm(), 0, Qt::AlignTop);
    row->addWidget(buildOffer(), 1, Qt::AlignTop);
    connect(m_open, &QPushButton::clicked, this, &PairingPane::open);
    connect(m_stay, &QPushButton::clicked, this, [this] { replace({}, {}, {}); });
    connect(&session.fleet(), &Fleet::restaurantsChanged, this, &PairingPane::adoptRestaurants);
    connect(&session, &Session::selectionChanged, this, &PairingPane::adoptRestaurants);
    connect(&session, &Session::linkChanged, this, &PairingPane::refreshWords);
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &PairingPane::tick);
    adoptRestaurants();
    endOffer({});
}

QWidget *PairingPane::buildForm()
{
    auto *card = new Card(this);
    card->setFixedWidth(fontMetrics().horizontalAdvance(u'0') * 48);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    m_about->setWordWrap(true);
    column->addWidget(m_about);
    for (const auto *role : {"server", "cashier", "kitchen", "manager", "admin"})
        m_role->addItem(roleWord(QString::fromLatin1(role)), QString::fromLatin1(role));
    m_name->setPlaceholderText(tr("such as Tablet 3"));
    m_name->setMaxLength(100);
    auto *form = new QFormLayout;
    form->setSpacing(8);
    const auto add = [&](const QString &label, QWidget *editor) {
        editor->setAccessibleName(label);
        editor->setMinimumHeight(fontMetrics().height() + 14);
        auto *text = plainLabel(label, card);
        text->setMinimumHeight(editor->minimumHeight());
        text->setBuddy(editor);
        form->addRow(text, editor);
    };
    add(tr("Restaurant"), m_restaurant);
    add(tr("Used as"), m_role);
    add(tr("Name"), m_name);
    column->addLayout(form);
    auto *buttons = new QHBoxLayout;
    m_open->setProperty("primary", true);
    buttons->addWidget(m_open);
    buttons->addWidget(m_stay);
    buttons->addStretch(1);
    column->addLayout(buttons);
    m_result->setWordWrap(true);
    column->addWidget(m_result);
    return card;
}

QWidget *PairingPane::buildOffer()
{
    auto *area = new QWidget(this);
    auto *column = new QVBoxLayout(area);
    column->setContentsMargins(10, 0, 0, 0);
    column->setSpacing(10);
    QFont large = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    large.setPointSizeF(font().pointSizeF() * 2);
    large.setWeight(QFont::DemiBold);
    m_code->setFont(large);
    m_code->setAccessibleName(tr("Pairing code"));
    m_code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_how->setWordWrap(true);
    m_how->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(m_qr);
    column->addWidget(m_code);
    column->addWidget(m_countdown);
    column->addWidget(m_how);
    column->addStretch(1);
    return area;
}

void PairingPane::adoptRestaurants()
{
    QStringList ids;
    for (const RestaurantFacts &facts : m_session.fleet().restaurants())
        ids.append(facts.id);
    const QString kept = m_session.selected().isEmpty() ? m_restaurant->currentData().toString()
                                                        : m_session.selected();
    if (ids != m_restaurants) { // else somebody may be choosing or typing
        m_restaurants = ids;
        m_restaurant->clear();
        for (const QString &id : std::as_const(ids))
            m_restaurant->addItem(m_session.restaurantTitle(id), id);
    } else {
        retitle(*m_restaurant, m_session);
    }
    if (!ids.isEmpty())
        m_restaurant->setCurrentIndex(std::max(0, m_restaurant->findData(kept)));
    // The first tablet makes its restaurant.
    if (m_restaurant->isEditable() != ids.isEmpty())
        m_restaurant->setEditable(ids.isEmpty());
    refreshWords();
}

void PairingPane::setProblem(const QString &problem)
{
    m_problem = problem;
    refreshWords();
}

void PairingPane::replace(const QString &restaurant, const QString &tokenId, const QString &name)
{
    m_replaces = tokenId;
    m_replacesName = name;
    if (const int index = m_restaurant->findData(restaurant); index >= 0)
        m_restaurant->setCurrentIndex(index);
    endOffer({});
}

void PairingPane::refreshWords()
{
    const bool isNew = m_replaces.isEmpty();
    m_about->setText(isNew ? tr("A code makes one tablet a device of the restaurant. It holds for "
                                "ten minutes and once.")
                           : tr("Another tablet takes the place of %1, with its role and name. "
                                "The former works until the new one is there, and then no more.")
                                 .arg(m_replacesName));
    m_stay->setVisible(!isNew);
    m_role->setEnabled(isNew);
    m_name->setEnabled(isNew);
    m_restaurant->setEnabled(isNew);
    const bool may = m_session.port() && m_problem.isEmpty();
    m_open->setEnabled(may && !m_isAsking);
    m_open->setToolTip(may                 ? QString()
                       : !m_session.port() ? tr("Not connected to the server")
                                           : m_problem);
}

void PairingPane::open()
{
    ServerPort *port = m_session.port();
    if (!port)
        return;
    QByteArray body;
    if (!m_replaces.isEmpty()) {
        body = "{\"replaces\":" + json::quoted(m_replaces.toUtf8());
    } else {
        const QString restaurant = m_restaurant->isEditable()
                                       ? m_restaurant->currentText().trimmed()
                                       : m_restaurant->currentData().toString();
        body = "{\"restaurant\":" + json::quoted(restaurant.toUtf8())
               + ",\"role\":" + json::quoted(m_role->currentData().toString().toUtf8());
        if (const QString name = m_name->text().trimmed(); !name.isEmpty())
            body += ",\"name\":" + json::quoted(name.toUtf8());
    }
    endOffer({});
    m_isAsking = true;
    refreshWords();
    port->post(u"/api/admin/pairings"_s, body + '}', this,
               [this](const remote::Answer<QByteArray> &answer) {
                   m_isAsking = false;
                   refreshWords();
                   if (answer)
                       showOffer(*answer);
                   else
                       endOffer(tr("No code: %1").arg(plainLine(messageOf(answer.error()))));
               });
}

void PairingPane::showOffer(const QByteArray &answer)
{
    remote::Fields f(answer);
    const QString code = plainLine(f.text("code"), 20);
    m_expiryText = f.bytes("expires_at");
    m_expiresMs = f.optionalTime("expires_at");
    const bool isLocalOnly = f.optionalText("reachable_from") == "this_computer"_L1;
    if (!f.isGood()) {
        endOffer(tr("The server's answer makes no sense: %1.").arg(f.error()));
        return;
    }
    const QUrl server = m_session.port() ? m_session.port()->server() : QUrl();
    const QUrl outside = isLocalOnly ? server : remote::seenFromOutside(server);
    m_qr->setText(remote::pairingPage(outside, code).toEncoded());
    m_code->setText(code);
    const QString page = remote::pairingPage(outside).toString();
    m_how->setText(
        isLocalOnly ? tr("The server listens to this computer only: a tablet cannot "
                         "reach it. Start it with --host 0.0.0.0 and make a new code.")
                    : tr("Scan it with the tablet, or open %1 there and type the code.").arg(page));
    for (QWidget *widget : std::initializer_list<QWidget *>{m_qr, m_code, m_countdown, m_how})
        widget->show();
    m_tick.start();
    tick();
}

void PairingPane::tick()
{
    const qint64 leftMs = m_expiresMs - m_session.nowMs();
    if (leftMs <= 0) {
        endOffer(tr("The code is over; nobody used it."));
        return;
    }
    // Not rounded up: the server's clock is known to half a round trip, and ten minutes are not
    // 10:01.
    const qint64 seconds = leftMs / 1000;
    m_countdown->setText(
        tr("Holds for %1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QChar(u'0')));
    ServerPort *port = m_session.port();
    if (!port)
        return;
    port->get(u"/api/admin/pairings"_s, this,
              [this, expiry = m_expiryText](const remote::Answer<QByteArray> &answer) {
                  if (!answer || expiry != m_expiryText || m_expiryText.isEmpty())
                      return;
                  remote::Fields f(*answer);
                  bool isWaiting = false;
                  for (const QByteArrayView text : f.list("pairings")) {
                      remote::Fields offer(text);
                      isWaiting |= offer.optionalBytes("expires_at") == expiry;
                  }
                  if (f.isGood() && !isWaiting) {
                      m_replaces.clear();
                      endOffer(tr("Done: the tablet has its token."));
                  }
              });
}

void PairingPane::endOffer(const QString &words)
{
    const bool wasOpen = !m_expiryText.isEmpty();
    m_tick.stop();
    m_expiryText.clear();
    m_code->clear();
    m_qr->setText({});
    for (QWidget *widget : std::initializer_list<QWidget *>{m_qr, m_code, m_countdown, m_how})
        widget->hide();
    m_result->setText(words);
    m_result->setVisible(!words.isEmpty());
    refreshWords();
    if (wasOpen)
        Q_EMIT ended();
}

} // namespace possync::gui
