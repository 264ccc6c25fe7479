// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/devices/insight.h"
#include "console/gui/session/session.h"

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace possync::gui {

class FlowLayout;
class RestaurantCard;

/// The owner's page: one sentence per restaurant, the worst first, and what needs a person.
class OverviewPage : public Page
{
    Q_OBJECT

public:
    OverviewPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("overview"); }
    QString title() const override { return tr("Overview"); }
    QString iconName() const override { return QStringLiteral("overview"); }

    /// Sentences on show, for tests and screen readers.
    QStringList sentences() const;
    QList<Attention> attention() const { return m_attention; }

Q_SIGNALS:
    /// The person wants to see more: page id, restaurant, text to search for.
    void showRequested(const QString &page, const QString &restaurant, const QString &needle);
    /// The person wants to find something: opens the search over everything.
    void searchRequested();
    void troubleRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void refresh();
    void refreshCards(qint64 nowMs);
    void refreshAttention(qint64 nowMs);
    QWidget *attentionRow(const Attention &item);
    QWidget *buildQuestions();
    void act(const Attention &item);
    QString emptyText() const;

    Session &m_session;
    QLabel *m_summary;
    QLabel *m_empty;
    QLabel *m_more;
    QWidget *m_cardArea;
    FlowLayout *m_cardFlow;
    QList<RestaurantCard *> m_cards;
    QVBoxLayout *m_attentionColumn;
    QList<Attention> m_attention;
};

} // namespace possync::gui
