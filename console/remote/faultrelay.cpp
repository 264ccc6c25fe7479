// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/faultrelay.h"

#include <QTcpSocket>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int pumpMs = 5;
constexpr qint64 slowBytes = 64; // every five milliseconds: 12 KiB a second
constexpr qint64 usualBytes = 256 * 1024;

} // namespace

FaultRelay::FaultRelay(const QUrl &server, QObject *parent)
    : QObject(parent)
    , m_server(server)
{
    m_clock.start();
    if (server.scheme() != u"http"_s)
        return;
    connect(&m_listener, &QTcpServer::newConnection, this, &FaultRelay::accept);
    connect(&m_pump, &QTimer::timeout, this, &FaultRelay::pump);
    m_listener.listen(QHostAddress::LocalHost);
}

FaultRelay::~FaultRelay()
{
    for (const auto &pair : m_pairs)
        end(*pair);
}

QUrl FaultRelay::url() const
{
    return m_listener.isListening() ? QUrl(u"http://127.0.0.1:%1"_s.arg(m_listener.serverPort()))
                                    : QUrl();
}

void FaultRelay::setSlowReader(bool isSlow)
{
    m_isSlow = isSlow;
    for (const auto &pair : m_pairs)
        pair->server->setReadBufferSize(isSlow ? slowBytes : usualBytes);
}

void FaultRelay::accept()
{
    while (QTcpSocket *device = m_listener.nextPendingConnection()) {
        auto pair = std::make_unique<Pair>();
        pair->device = device;
        pair->server = new QTcpSocket(this);
        device->setParent(this);
        device->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        pair->server->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        device->setReadBufferSize(usualBytes);
        pair->server->setReadBufferSize(m_isSlow ? slowBytes : usualBytes);
        Pair *raw = pair.get();
        connect(device, &QTcpSocket::readyRead, this, &FaultRelay::pump);
        connect(pair->server, &QTcpSocket::readyRead, this, &FaultRelay::pump);
        for (QTcpSocket *socket : {device, pair->server}) {
            connect(socket, &QTcpSocket::disconnected, this, [raw] { raw->isEnding = true; });
            connect(socket, &QTcpSocket::errorOccurred, this, [raw] { raw->isEnding = true; });
        }
        pair->server->connectToHost(m_server.host(), quint16(m_server.port(80)));
        m_pairs.push_back(std::move(pair));
        m_pump.start(pumpMs);
    }
}

void FaultRelay::take(Pair &, QTcpSocket &from, std::deque<Piece> &queue)
{
    const QByteArray bytes = from.readAll();
    if (!bytes.isEmpty())
        queue.push_back({m_clock.elapsed() + m_delayMs, bytes});
}

void FaultRelay::pump()
{
    const qint64 now = m_clock.elapsed();
    const bool isTick = sender() == &m_pump;
    for (const auto &pair : m_pairs) {
        take(*pair, *pair->device, pair->toServer);
        if (!m_isSlow || isTick)
            take(*pair, *pair->server, pair->toDevice);
        const auto pass = [now](std::deque<Piece> &queue, QTcpSocket &to) {
            while (!queue.empty() && queue.front().dueMs <= now
                   && to.state() == QAbstractSocket::ConnectedState) {
                to.write(queue.front().bytes);
                queue.pop_front();
            }
        };
        pass(pair->toServer, *pair->server);
        pass(pair->toDevice, *pair->device);
    }
    // The end of a connection takes as long as its bytes.
    std::erase_if(m_pairs, [this](const auto &pair) {
        const bool isOver =
            pair->isEnding
            && (pair->toDevice.empty() || pair->device->state() != QAbstractSocket::ConnectedState);
        if (isOver)
            end(*pair);
        return isOver;
    });
    if (m_pairs.empty())
        m_pump.stop();
}

void FaultRelay::end(Pair &pair)
{
    for (QTcpSocket *socket : {pair.device, pair.server}) {
        socket->disconnect(this);
        if (socket->state() == QAbstractSocket::ConnectedState)
            socket->disconnectFromHost();
        socket->deleteLater();
    }
}

} // namespace possync::remote
