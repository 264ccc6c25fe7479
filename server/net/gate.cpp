// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/gate.h"

#include "server/net/admission.h"

#include <QCryptographicHash>
#include <QDir>
#include <QHostAddress>
#include <QSslSocket>

#include <algorithm>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace possync::net {
namespace {

/// The lowest free descriptor tells how many are open, near enough and without counting.
qint64 descriptorsInUse(int spare)
{
    const int probe = ::fcntl(spare, F_DUPFD_CLOEXEC, 0);
    if (probe < 0)
        return -1;
    ::close(probe);
    return probe;
}

} // namespace

class Gate::Listener final : public QTcpServer
{
public:
    explicit Listener(Gate &gate)
        : m_gate(gate)
    {
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_gate.accepted(descriptor); }

private:
    Gate &m_gate;
};

Gate::Gate(Options options, UpgradeHandler upgrade, AccessCheck access, QuickAnswer quick,
           AnswerHandler answer)
    : m_options(std::move(options))
    , m_upgrade(std::move(upgrade))
    , m_access(std::move(access))
    , m_quick(std::move(quick))
    , m_answer(std::move(answer))
    , m_tls(m_options.tls)
    , m_listener(std::make_unique<Listener>(*this))
    , m_counts(m_options.connectionsPerHost)
    , m_rates(m_options.connectionsOfAddress)
{
    m_descriptorLimit = raiseDescriptorLimit();
    m_spareDescriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    m_listener->setListenBacklogSize(1024);
    connect(&m_sweepTimer, &QTimer::timeout, this, [this] { sweep(); });
    m_sweepTimer.start(1000);
}

Gate::~Gate()
{
    ::close(m_spareDescriptor);
}

qint64 Gate::raiseDescriptorLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<qint64>(std::min<rlim_t>(limit.rlim_cur, 1 << 24));
}

std::optional<QString> Gate::listen(const QHostAddress &address, quint16 port)
{
    if (m_listener->listen(address, port))
        return std::nullopt;
    return m_listener->errorString();
}

quint16 Gate::port() const
{
    return m_listener->serverPort();
}

void Gate::accepted(qintptr descriptor)
{
    // Accepting on until the last descriptor would leave none for files, and a loop that spins.
    const qint64 inUse = descriptorsInUse(m_spareDescriptor);
    if (inUse < 0 || inUse > m_descriptorLimit * 9 / 10) {
        m_listener->pauseAccepting();
        ::close(static_cast<int>(descriptor));
        return;
    }
    if (m_tls) {
        encrypt(descriptor);
        return;
    }
    auto stream = ByteStream::fromDescriptor(static_cast<int>(descriptor));
    if (ConnectionCounts::Seat seat; admits(stream->peerHost(), seat))
        add(std::move(stream), std::move(seat));
}

bool Gate::admits(const QByteArray &peerHost, ConnectionCounts::Seat &seat)
{
    const bool isHere = isLoopback(peerHost);
    const bool isRated = m_rates.isOn() && (!isHere || m_options.ratesLoopback);
    const QByteArray peer = countedPeer(peerHost);
    const std::chrono::nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
    // First: a seat would have to be given back, and what is refused here costs no handshake.
    if (isRated && m_rates.wait(peer, 1, now).count() > 0)
        return refused(peerHost, QStringLiteral("an address may open %1 a second "
                                                "(limits.connections_per_second_address)")
                                     .arg(m_options.connectionsOfAddress.perSecond));
    if (!isHere || m_options.countsLoopback) {
        seat = m_counts.take(peer);
        if (!seat)
            return refused(peerHost,
                           QStringLiteral("an address may have %1 (limits.connections_per_host)")
                               .arg(m_options.connectionsPerHost));
    }
    if (isRated)
        m_rates.take(peer, 1, now);
    return true;
}

bool Gate::refused(const QByteArray &peerHost, const QString &why)
{
    ++m_refused;
    m_lastRefused = peerHost;
    m_whyRefused = why;
    return false;
}

void Gate::encrypt(qintptr descriptor)
{
    auto *socket = new QSslSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        ::close(static_cast<int>(descriptor));
        return;
    }
    // A handshake counts like any connection: otherwise an address could hang as many as it likes.
    ConnectionCounts::Seat seat;
    if (!admits(ByteStream::hostName(socket->peerAddress()), seat)) {
        delete socket;
        return;
    }
    socket->setSslConfiguration(*m_tls);
    auto *deadline = new QTimer(socket);
    deadline->setSingleShot(true);
    connect(deadline, &QTimer::timeout, socket, [socket] { socket->abort(); });
    connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QSslSocket::encrypted, this, [this, socket, deadline, seat] {
        // Before disconnect(), which may take this lambda's seat away with it.
        ConnectionCounts::Seat kept = seat;
        delete deadline;
        socket->disconnect();
        add(ByteStream::fromSslSocket(socket), std::move(kept));
    });
    deadline->start(m_options.handshakeSeconds * 1000);
    socket->startServerEncryption();
}

void Gate::add(std::unique_ptr<ByteStream> stream, ConnectionCounts::Seat seat)
{
    stream->keep(std::move(seat));
    auto connection = std::make_unique<HttpConnection>(*this, std::move(stream));
    HttpConnection *added = connection.get();
    m_connections.emplace(added, std::move(connection));
}

void Gate::finished(HttpConnection *connection)
{
    const auto it = m_connections.find(connection);
    if (it != m_connections.end())
        m_connections.erase(it);
}

std::optional<HttpError> Gate::refusal(HttpRequest &request, const QByteArray &peerHost)
{
    return m_access(request, peerHost);
}

QByteArray Gate::acceptKey(const QByteArray &key)
{
    return QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
                                    QCryptographicHash::Sha1)
        .toBase64();
}

std::optional<HttpError> Gate::upgraded(const HttpRequest &request,
                                        std::unique_ptr<ByteStream> &stream,
                                        const QByteArray &early)
{
    if (request.method != "GET")
        return HttpError{400, "bad_request", "a WebSocket begins with GET"};
    if (!request.field("connection").toLower().contains("upgrade"))
        return HttpError{400, "bad_request", "Connection: Upgrade is missing"};
    if (request.field("sec-websocket-version") != "13")
        return HttpError{426, "upgrade_required", "WebSocket version 13 is spoken here"};
    const QByteArray key = request.field("sec-websocket-key");
    const auto decoded =
        QByteArray::fromBase64Encoding(key, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || (*decoded).size() != 16)
        return HttpError{400, "bad_request", "Sec-WebSocket-Key is not 16 bytes in base64"};
    UpgradeDecision decision = m_upgrade(request, stream->peerHost());
    if (decision.refusal)
        return decision.refusal;
    QByteArray answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                        + acceptKey(key) + "\r\n";
    if (!decision.subprotocol.isEmpty())
        answer += "Sec-WebSocket-Protocol: " + decision.subprotocol + "\r\n";
    stream->moveTo(decision.thread);
    // The answer goes out on the thread that serves the connection from now on.
    decision.take(std::move(stream), answer + "\r\n", early);
    return std::nullopt;
}

void Gate::sweep()
{
    const auto now = std::chrono::steady_clock::now();
    for (auto &[connection, owner] : m_connections)
        connection->sweep(now);
    const qint64 inUse = descriptorsInUse(m_spareDescriptor);
    if (m_listener->isListening() && inUse >= 0 && inUse < m_descriptorLimit * 9 / 10)
        m_listener->resumeAccepting();
    if (const int refused = std::exchange(m_refused, 0); refused > 0 && m_options.warn)
        m_options.warn(QStringLiteral("Refused %1 connections, the last from %2: %3")
                           .arg(refused)
                           .arg(QString::fromUtf8(m_lastRefused), m_whyRefused));
}

bool Gate::isAnswering() const
{
    return std::ranges::any_of(m_connections,
                               [](const auto &entry) { return entry.first->isAnswering(); });
}

void Gate::stop()
{
    m_listener->close();
    for (auto &[connection, owner] : m_connections)
        connection->close();
}

} // namespace possync::net
