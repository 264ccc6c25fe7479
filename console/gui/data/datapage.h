// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/page.h"
#include "console/gui/data/recordhistory.h"
#include "console/gui/data/recordmodel.h"
#include "console/gui/session/session.h"

#include <QTimer>

class QButtonGroup;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace possync::gui {

class ColumnFit;
class FieldModel;
class RecordModel;

/// What the server holds now, by data type, with every record in full and its history.
class DataPage : public Page
{
    Q_OBJECT

public:
    DataPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("data"); }
    QString title() const override { return tr("Data"); }
    QString iconName() const override { return QStringLiteral("data"); }
    void focusSearch() override;
    void saveLayout(QSettings &settings) const override;
    void restoreLayout(const QSettings &settings) override;
    void resetLayout() override;

    /// Takes `{"data": {"orders": [...], ...}}`.
    void setRecords(const QJsonObject &answer);
    void chooseType(int index);
    const RecordModel &records() const { return *m_model; }

public Q_SLOTS:
    void reload();

Q_SIGNALS:
    /// Show the changes that match this filter.
    void changesRequested(const QString &restaurant, const QString &filter);

protected:
    void showEvent(QShowEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QLayout *buildTools();
    QWidget *buildDetail();
    void adoptRestaurant();
    void showType();
    /// What people look for first stays; what has no room leaves from the end.
    void fitColumns();
    void showRecord();
    void showFields(const QJsonObject &record);
    QString restaurant() const;
    QString typeName() const;
    EmptyWords emptyWords() const;

    Session &m_session;
    QButtonGroup *m_types;
    QLineEdit *m_search;
    RecordModel *m_model;
    QTableView *m_table;
    ColumnFit *m_columns = nullptr;
    EmptyOverlay *m_empty;
    FieldModel *m_fields;
    RecordHistory *m_history;
    QLabel *m_heading;
    QLabel *m_age;
    QLabel *m_lastChange;
    QPushButton *m_showChanges;
    QJsonObject m_data;
    QString m_fittedFor; ///< Data type whose columns are shown.
    QString m_loadedFor; ///< Restaurant of m_data.
    QString m_problem;
    QString m_currentId; ///< The selection is a record, not a row.
    QStringList m_shown; ///< Restaurant, type and id whose history is shown.
    bool m_isPast = false;
    qint64 m_loadedMs = 0;
    quint64 m_loadedAtRow = 0; ///< End of the change store when the data was asked for.
    bool m_isLoading = false;
    bool m_isMouseInside = false;
};

} // namespace possync::gui
