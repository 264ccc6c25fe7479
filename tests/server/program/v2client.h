// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/server/program/serverprocess.h"
#include "tests/support/v2replica.h"

#include <QWebSocket>

namespace possync::test {

/// A v2 device on a QWebSocket: keeps its replica, acknowledges, counts what it was told.
class V2Client : public QObject
{
    Q_OBJECT
public:
    V2Client(const ServerProcess &server, QByteArray deviceId, QByteArray restaurantId = "r");

    /// Connects, says hello, waits until it is up to date.
    bool join();
    /// Connects and sends nothing; false if that fails.
    bool open();
    void leave();
    void send(const QByteArray &text) { m_socket.sendTextMessage(QString::fromUtf8(text)); }
    void push(const QByteArrayList &changes);
    /// Text of a change under a new id.
    QByteArray change(const QByteArray &type, const QByteArray &action, const QByteArray &id,
                      const QByteArray &data, const QByteArray &more = {});

    const V2Replica &replica() const { return m_replica; }
    V2Replica &replica() { return m_replica; }
    const std::vector<v2::ChangeResult> &results() const { return m_results; }
    const std::vector<v2::Error> &errors() const { return m_errors; }
    const std::vector<v2::PresentDevice> &present() const { return m_present; }
    const std::vector<v2::HeartbeatReply> &heartbeats() const { return m_heartbeats; }
    const QList<v2::RetryLater> &retries() const { return m_retries; }
    /// What the server did that it must not do; empty: nothing.
    const QByteArray &fault() const { return m_fault; }
    int closeCode() const { return m_closeCode; }
    /// Shown in the URL from now on.
    void setToken(const QByteArray &token) { m_prefix = "/t/" + token; }
    bool acknowledges = true;
    bool packs = false; ///< Takes compressed messages, from the next join() on.
    /// A compressed message, whatever is in it.
    void sendBinary(const QByteArray &message) { m_socket.sendBinaryMessage(message); }
    /// Of what came compressed: how many, on the wire, and as text.
    struct Packed {
        int messages = 0;
        qint64 wireBytes = 0;
        qint64 textBytes = 0;
    };
    const Packed &packed() const { return m_packed; }

private:
    void received(const QByteArray &text);
    void sendHello();

    const ServerProcess &m_server;
    const QByteArray m_deviceId;
    const QByteArray m_restaurantId;
    QByteArray m_prefix;
    QWebSocket m_socket;
    V2Replica m_replica;
    std::vector<v2::ChangeResult> m_results;
    std::vector<v2::Error> m_errors;
    std::vector<v2::PresentDevice> m_present;
    std::vector<v2::HeartbeatReply> m_heartbeats;
    QList<v2::RetryLater> m_retries;
    QByteArray m_fault;
    Packed m_packed;
    quint64 m_batch = 0;
    int m_change = 0;
    int m_closeCode = 0;
    bool m_greets = true;
};

} // namespace possync::test
