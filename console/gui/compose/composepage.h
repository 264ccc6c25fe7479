// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/compose/senthistory.h"
#include "console/gui/compose/template.h"
#include "console/gui/session/session.h"

#include <optional>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStandardItemModel;
class QTableView;
class QTreeView;

namespace possync::gui {

/// Sends a test change: template, form, JSON, guard, who got it, and history.
class ComposePage : public Page
{
    Q_OBJECT

public:
    ComposePage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("compose"); }
    QString title() const override { return tr("Send a test"); }
    QString iconName() const override { return QStringLiteral("compose"); }
    void focusSearch() override;

    /// Fills everything from an existing change.
    void compose(const QByteArray &type, const QByteArray &action, const QByteArray &entityId,
                 const QByteArray &text);
    /// Why the change cannot be sent as it stands; empty if it can.
    QString problem() const;
    const SentHistory &history() const { return *m_history; }
    /// What became of the change sent last: "Done: … Reached kitchen, till-1."
    QString result() const;

public Q_SLOTS:
    /// Asks first when this restaurant was not sent to before in this session.
    void send();

private:
    QWidget *buildTemplates();
    QWidget *buildEditor();
    QWidget *buildHistory();
    /// Marks it in the list, too.
    void chooseTemplate(int number);
    void useTemplate(int number);
    void addRow(const QString &label, QWidget *editor);
    void rebuildForm();
    void formToJson(const FormField &field, const QString &text);
    void jsonToForm();
    void adoptRestaurants();
    void refreshVerdict();
    void deliver(const ComposedChange &change);
    void push(const ComposedChange &change);
    void resend();
    void showReceivers();
    ComposedChange composed() const;
    QString restaurant() const;
    int connectedDevices(const QString &restaurant) const;

    Session &m_session;
    const QList<ChangeTemplate> m_templates;
    int m_current = 0;
    QTreeView *m_tree;
    QComboBox *m_restaurant;
    QLineEdit *m_entity;
    QLineEdit *m_user;
    QFormLayout *m_formRows;
    QPlainTextEdit *m_json;
    QLabel *m_heading;
    QLabel *m_verdict;
    QLabel *m_result;
    QPushButton *m_send;
    QPushButton *m_resend;
    SentHistory *m_history;
    QTableView *m_historyTable;
    /// The change sent last, to see who has it.
    struct Sent {
        QString restaurant;
        quint64 seq = 0;
        QString words;
    };
    std::optional<Sent> m_sent;
    bool m_isSyncing = false; ///< Form and JSON are being made equal; their signals mean nothing.
};

} // namespace possync::gui
