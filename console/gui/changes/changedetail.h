// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/changes/changemodel.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableView;
class QTabWidget;

namespace possync::gui {

class FieldModel;
class Session;

/// One change in full: as a form, as JSON, raw, and as the difference it made to its record.
class ChangeDetail : public QWidget
{
    Q_OBJECT

public:
    ChangeDetail(Session &session, QWidget *parent);

    /// `row` is a row number of the store; it may have left by the time something is clicked.
    void show(quint64 row);
    void clear();
    QString headline() const;
    /// Who has the change: "till-1: has it".
    QStringList journey() const;

Q_SIGNALS:
    /// Show all changes of this record: a filter line.
    void historyRequested(const QString &filter);
    /// Put this change into the composer.
    void composeRequested(const QByteArray &type, const QByteArray &action,
                          const QByteArray &entityId, const QByteArray &data);

protected:
    void changeEvent(QEvent *event) override;

private:
    void showJourney();

    Session &m_session;
    const ChangeModel &m_model;
    QLabel *m_headline;
    QLabel *m_facts;
    QTabWidget *m_tabs;
    FieldModel *m_form;
    FieldModel *m_difference;
    QTableView *m_differenceTable;
    QLabel *m_differenceNote;
    FieldModel *m_journey;
    QLabel *m_journeyNote;
    QPlainTextEdit *m_json;
    QPlainTextEdit *m_raw;
    QPushButton *m_history;
    QPushButton *m_compose;
    QString m_historyFilter;
    std::optional<quint64> m_row;
};

} // namespace possync::gui
