// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>
#include <QSslConfiguration>
#include <QTcpSocket>
#include <memory>

namespace possync::test {

/// A client that sends exactly the bytes it is given to a server in another process.
class WireSocket
{
public:
    /// `from` is the address of this end; null: any.
    explicit WireSocket(quint16 port, const QHostAddress &from = {});
    /// With TLS, if the server can prove who it is.
    WireSocket(quint16 port, const QSslConfiguration &tls);

    void send(const QByteArray &bytes);
    /// Everything until the server closes, or until nothing has come for `atMostMs`.
    QByteArray readUntilClosed(int atMostMs = 5'000);
    /// Waits until at least so many bytes have come; what has come.
    QByteArray readAtLeast(qsizetype count, int atMostMs = 5'000);
    /// Waits for the server to close.
    bool waitClosed(int atMostMs);
    QTcpSocket &socket() { return *m_socket; }

    /// Does a WebSocket handshake; the status of its answer.
    /// `fields` are whole lines of the head.
    int upgrade(const QByteArray &target = "/?restaurant_id=r&device_id=raw",
                const QByteArray &fields = {});
    /// One masked frame. `first` is FIN, RSV and opcode.
    void sendFrame(quint8 first, const QByteArray &payload);
    static QByteArray frame(quint8 first, const QByteArray &payload, bool masked = true);
    /// The next frame of the server: opcode and payload; opcode 0xFF if there is none.
    std::pair<quint8, QByteArray> readFrame(int atMostMs = 5'000);
    /// Close code of the next close frame, other frames passed over; 0 if the server just closed.
    int readCloseCode(int atMostMs = 5'000);

private:
    std::unique_ptr<QTcpSocket> m_socket;
    QByteArray m_in;
};

} // namespace possync::test
