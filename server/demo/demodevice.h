// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"

#include <QTimer>
#include <QWebSocket>
#include <deque>

namespace possync::demo {

/// A device of the demo: a real socket to the server, the classic protocol as the app speaks it.
class DemoDevice final : public QObject
{
    Q_OBJECT
public:
    DemoDevice(QUrl server, QByteArray restaurantId, QByteArray deviceId, QByteArray userId,
               QObject *parent);
    ~DemoDevice() override;

    void start();
    /// Sends one action as typed message and `data_change`. `fields` are members of `data` without
    /// braces and `id`.
    void send(DataType type, Action action, const QByteArray &entityId, const QByteArray &fields);
    bool isConnected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

private:
    void connected();

    const QUrl m_server;
    const QByteArray m_restaurantId;
    const QByteArray m_deviceId;
    const QByteArray m_userId;
    QWebSocket m_socket;
    QTimer m_heartbeat;
    QTimer m_retry;
    std::deque<QByteArray> m_offline; ///< `data_change`s made while there was no connection.
};

} // namespace possync::demo
