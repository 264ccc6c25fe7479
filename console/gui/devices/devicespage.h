// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/devices/devicemodel.h"
#include "console/gui/session/session.h"

class QAction;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;
class QToolButton;

namespace possync::gui {

class ColumnFit;
class EmptyOverlay;

/// Every device with its state, why it is in it, and what can be done.
class DevicesPage : public Page
{
    Q_OBJECT

public:
    DevicesPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("devices"); }
    QString title() const override { return tr("Devices"); }
    QString iconName() const override { return QStringLiteral("devices"); }
    void focusSearch() override;
    void saveLayout(QSettings &settings) const override;
    void restoreLayout(const QSettings &settings) override;
    void resetLayout() override;

    void setNeedle(const QString &needle);
    /// Only devices that need a look; all again by the button or setNeedle().
    void showTrouble();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void buildTable();
    void adoptSelection();
    void showDetail();
    void settle();
    void kick();
    void ping();
    void rename();
    const DeviceFacts *current() const;
    void report(const QString &done, const Result<QJsonObject, QString> &answer);

    Session &m_session;
    DeviceModel *m_model;
    DeviceProxy *m_proxy;
    QTableView *m_table;
    ColumnFit *m_columns = nullptr;
    EmptyOverlay *m_empty;
    QLineEdit *m_filter;
    QToolButton *m_troubled;
    QLabel *m_count;
    QLabel *m_heading;
    QLabel *m_reason;
    QPushButton *m_ping;
    QPushButton *m_kick;
    QPushButton *m_rename;
    QAction *m_renameAction; ///< Of the table: F2 and its menu.
    bool m_isMouseInside = false;
    QString m_currentRestaurant; ///< The selection is a device, not a row.
    QString m_currentDevice;
};

} // namespace possync::gui
