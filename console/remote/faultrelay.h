// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTimer>
#include <QUrl>
#include <deque>
#include <memory>
#include <vector>

class QTcpSocket;

namespace possync::remote {

/// A bad network on this computer: passes connections on to a server and holds their bytes back as
/// told. One for each virtual device. Plain TCP only: a server with TLS is refused by url() being
/// empty. Lives on one thread with an event loop.
class FaultRelay : public QObject
{
    Q_OBJECT

public:
    explicit FaultRelay(const QUrl &server, QObject *parent = nullptr);
    ~FaultRelay() override;

    /// Where to connect instead of to the server; empty if there is no relay for it.
    QUrl url() const;
    /// Holds back what comes in from now on, both ways.
    void setDelay(int ms) { m_delayMs = ms; }
    /// Takes from the server only a few bytes at a time, so that its buffers fill.
    void setSlowReader(bool isSlow);

private:
    struct Piece {
        qint64 dueMs = 0;
        QByteArray bytes;
    };
    struct Pair {
        QTcpSocket *device = nullptr;
        QTcpSocket *server = nullptr;
        std::deque<Piece> toServer;
        std::deque<Piece> toDevice;
        bool isEnding = false;
    };

    void accept();
    void take(Pair &pair, QTcpSocket &from, std::deque<Piece> &queue);
    void pump();
    void end(Pair &pair);

    QUrl m_server;
    QTcpServer m_listener;
    QTimer m_pump;
    QElapsedTimer m_clock;
    std::vector<std::unique_ptr<Pair>> m_pairs;
    int m_delayMs = 0;
    bool m_isSlow = false;
};

} // namespace possync::remote
