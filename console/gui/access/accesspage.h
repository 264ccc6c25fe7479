// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/session/session.h"

class QTabWidget;

namespace possync::gui {

class AuditPane;
class PairingPane;
class TokensPane;

/// Who may do what: tokens, pairing of tablets, the audit log. For owners; others read why not.
class AccessPage : public Page
{
    Q_OBJECT

public:
    /// `session` must live longer.
    explicit AccessPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("access"); }
    QString title() const override { return tr("Access"); }
    QString iconName() const override { return QStringLiteral("access"); }
    void focusSearch() override;
    void saveLayout(QSettings &settings) const override;
    void restoreLayout(const QSettings &settings) override;
    void resetLayout() override;
    /// Where the person says "Pair a tablet…".
    void showPairing();
    void showAudit();

protected:
    void showEvent(QShowEvent *event) override;

private:
    void reload();

    Session &m_session;
    TokensPane *m_tokens;
    PairingPane *m_pairing;
    AuditPane *m_audit;
    QTabWidget *m_tabs;
    qint64 m_loadedMs = 0;
};

} // namespace possync::gui
