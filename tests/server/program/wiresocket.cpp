// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/wiresocket.h"

#include <QElapsedTimer>
#include <QSslSocket>
#include <QtEndian>

namespace possync::test {

WireSocket::WireSocket(quint16 port, const QHostAddress &from)
    : m_socket(std::make_unique<QTcpSocket>())
{
    if (!from.isNull())
        m_socket->bind(from);
    m_socket->connectToHost(QHostAddress::LocalHost, port);
    m_socket->waitForConnected(5'000);
}

WireSocket::WireSocket(quint16 port, const QSslConfiguration &tls)
{
    auto socket = std::make_unique<QSslSocket>();
    socket->setSslConfiguration(tls);
    socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    socket->waitForEncrypted(5'000);
    m_socket = std::move(socket);
}

void WireSocket::send(const QByteArray &bytes)
{
    m_socket->write(bytes);
    while (m_socket->bytesToWrite() > 0 && m_socket->waitForBytesWritten(5'000)) {
    }
}

QByteArray WireSocket::readUntilClosed(int atMostMs)
{
    while (m_socket->waitForReadyRead(atMostMs))
        m_in += m_socket->readAll();
    m_in += m_socket->readAll();
    return std::exchange(m_in, {});
}

QByteArray WireSocket::readAtLeast(qsizetype count, int atMostMs)
{
    while (m_in.size() < count && m_socket->waitForReadyRead(atMostMs))
        m_in += m_socket->readAll();
    return std::exchange(m_in, {});
}

bool WireSocket::waitClosed(int atMostMs)
{
    QElapsedTimer timer;
    timer.start();
    while (m_socket->state() == QAbstractSocket::ConnectedState && timer.elapsed() < atMostMs) {
        if (m_socket->waitForReadyRead(50))
            m_socket->readAll();
    }
    return m_socket->state() != QAbstractSocket::ConnectedState;
}

int WireSocket::upgrade(const QByteArray &target, const QByteArray &fields)
{
    send("GET " + target
         + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
         + fields + "\r\n");
    while (!m_in.contains("\r\n\r\n") && m_socket->waitForReadyRead(5'000))
        m_in += m_socket->readAll();
    const int status = m_in.mid(9, 3).toInt();
    m_in.remove(0, m_in.indexOf("\r\n\r\n") + 4);
    return status;
}

QByteArray WireSocket::frame(quint8 first, const QByteArray &payload, bool masked)
{
    QByteArray frame(1, static_cast<char>(first));
    const int maskBit = masked ? 0x80 : 0;
    if (payload.size() < 126) {
        frame += static_cast<char>(static_cast<int>(payload.size()) | maskBit);
    } else if (payload.size() < 65536) {
        frame += static_cast<char>(126 | maskBit);
        QByteArray size(2, 0);
        qToBigEndian(static_cast<quint16>(payload.size()), size.data());
        frame += size;
    } else {
        frame += static_cast<char>(127 | maskBit);
        QByteArray size(8, 0);
        qToBigEndian(static_cast<quint64>(payload.size()), size.data());
        frame += size;
    }
    if (!masked)
        return frame + payload;
    const QByteArray mask("\x11\x22\x33\x44", 4);
    frame += mask;
    for (qsizetype i = 0; i < payload.size(); ++i)
        frame += static_cast<char>(payload[i] ^ mask[i % 4]);
    return frame;
}

void WireSocket::sendFrame(quint8 first, const QByteArray &payload)
{
    send(frame(first, payload));
}

std::pair<quint8, QByteArray> WireSocket::readFrame(int atMostMs)
{
    while (true) {
        // A running event loop has taken in some already.
        m_in += m_socket->readAll();
        qsizetype header = 2;
        quint64 size = m_in.size() < 2 ? 0 : static_cast<quint8>(m_in[1]) & 0x7F;
        if (size == 126)
            header = 4;
        else if (size == 127)
            header = 10;
        if (m_in.size() >= header) {
            if (size == 126)
                size = qFromBigEndian<quint16>(m_in.constData() + 2);
            else if (size == 127)
                size = qFromBigEndian<quint64>(m_in.constData() + 2);
            const auto whole = header + static_cast<qsizetype>(size);
            if (m_in.size() >= whole) {
                const auto opcode = static_cast<quint8>(m_in[0] & 0x0F);
                const QByteArray payload = m_in.sliced(header, whole - header);
                m_in.remove(0, whole);
                return {opcode, payload};
            }
        }
        if (!m_socket->waitForReadyRead(atMostMs))
            return {quint8(0xFF), {}};
    }
}

int WireSocket::readCloseCode(int atMostMs)
{
    while (true) {
        const auto [opcode, payload] = readFrame(atMostMs);
        if (opcode == 0xFF)
            return 0;
        if (opcode == 8)
            return payload.size() >= 2 ? qFromBigEndian<quint16>(payload.constData()) : 1005;
    }
}

} // namespace possync::test
