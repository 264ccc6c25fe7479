// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/accesspage.h"

#include "console/gui/access/auditpane.h"
#include "console/gui/access/pairingpane.h"
#include "console/gui/access/tokenspane.h"
#include "console/gui/base/columnfit.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 reloadMs = 5000;

} // namespace

AccessPage::AccessPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_tokens(new TokensPane(session, this))
    , m_pairing(new PairingPane(session, this))
    , m_audit(new AuditPane(session, this))
    , m_tabs(new QTabWidget(this))
{
    m_tabs->addTab(m_tokens, tr("Tokens"));
    m_tabs->addTab(m_pairing, tr("Pair a tablet"));
    m_tabs->addTab(m_audit, tr("Audit log"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 10, 18, 12);
    column->addWidget(m_tabs);
    connect(m_tokens, &TokensPane::said, this, &Page::said);
    connect(m_tokens, &TokensPane::problemChanged, this,
            [this] { m_pairing->setProblem(m_tokens->problem()); });
    connect(m_tokens, &TokensPane::replaceRequested, this,
            [this](const QString &restaurant, const QString &token, const QString &name) {
                m_pairing->replace(restaurant, token, name);
                m_tabs->setCurrentWidget(m_pairing);
            });
    connect(m_pairing, &PairingPane::ended, this, &AccessPage::reload);
    connect(m_tabs, &QTabWidget::currentChanged, this, &AccessPage::reload);
    connect(&session, &Session::linkChanged, this, [this] {
        if (isVisible() && m_session.isConnected() && m_loadedMs == 0)
            reload();
        if (!m_session.isConnected())
            m_loadedMs = 0;
    });
    connect(&session, &Session::ticked, this, [this](qint64 now) {
        if (isVisible() && now - m_loadedMs >= reloadMs)
            reload();
    });
}

void AccessPage::reload()
{
    if (!m_session.port())
        return;
    m_loadedMs = m_session.nowMs();
    m_tokens->reload();
    if (m_tabs->currentWidget() == m_audit)
        m_audit->reload();
}

void AccessPage::showPairing()
{
    m_tabs->setCurrentWidget(m_pairing);
}

void AccessPage::focusSearch()
{
    if (m_tabs->currentWidget() == m_audit)
        m_audit->focusSearch();
    else if (m_tabs->currentWidget() == m_tokens)
        m_tokens->focusSearch();
}

void AccessPage::saveLayout(QSettings &settings) const
{
    m_tokens->columns().save(settings, u"tokens"_s);
    m_audit->columns().save(settings, u"audit"_s);
}

void AccessPage::restoreLayout(const QSettings &settings)
{
    m_tokens->columns().restore(settings, u"tokens"_s);
    m_audit->columns().restore(settings, u"audit"_s);
}

void AccessPage::resetLayout()
{
    m_tokens->columns().reset();
    m_audit->columns().reset();
}

void AccessPage::showAudit()
{
    m_tabs->setCurrentWidget(m_audit);
}

void AccessPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    reload();
}

} // namespace possync::gui
