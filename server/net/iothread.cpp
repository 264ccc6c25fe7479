// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/iothread.h"

#include "server/net/epolldispatcher.h"

#include <QDateTime>
#include <QTimer>

namespace possync::net {

IoThread::IoThread(int number, store::Journal &journal, RoomViews &views, RoomObserver &observer,
                   hooks::HookDesk &hooks, const WebSocketLimits &limits, const RateLimits &rates,
                   Newcomers &newcomers, std::chrono::seconds roomIdle)
    : m_limits(limits)
{
    m_thread.setObjectName(QStringLiteral("possync-io-%1").arg(number));
#ifdef Q_OS_LINUX
    m_thread.setEventDispatcher(new EpollDispatcher);
#endif
    m_host = new RoomHost(journal, views, observer, hooks, rates, newcomers, roomIdle);
    m_host->setResumer([this] {
        for (auto &[session, owner] : m_sessions)
            session->link().resume();
    });
    m_host->moveToThread(&m_thread);
    m_thread.start();
    m_host->post([this] {
        auto *timer = new QTimer(m_host);
        QObject::connect(timer, &QTimer::timeout, m_host, [this] { sweep(); });
        timer->start(1000);
    });
}

IoThread::~IoThread()
{
    m_host->post([this] {
        m_sessions.clear();
        delete m_host;
        m_thread.quit();
    });
    m_thread.wait();
}

void IoThread::add(std::unique_ptr<Session> session)
{
    Session *added = session.get();
    m_sessions.emplace(added, std::move(session));
    if (m_isStopping)
        added->link().close(CloseCode::ServiceRestart, "server restarts, reconnect");
}

void IoThread::remove(Session *session)
{
    m_sessions.erase(session);
}

void IoThread::expel(const QByteArray &tokenId)
{
    expelThose([&tokenId](const security::Grant &grant) { return grant.tokenId == tokenId; });
}

void IoThread::expelJwt(const security::RevokedJwt &revoked)
{
    expelThose([&revoked](const security::Grant &grant) { return revoked.isAbout(grant); });
}

void IoThread::expelThose(const std::function<bool(const security::Grant &)> &isOne)
{
    for (auto &[session, owner] : m_sessions) {
        if (isOne(session->grant()))
            session->link().expel(CloseCode::TokenRevoked,
                                  "access was revoked; do not come back without a new token");
    }
}

void IoThread::expelSignedWith(const QByteArrayList &kids)
{
    for (auto &[session, owner] : m_sessions) {
        for (const QByteArray &kid : kids) {
            if (session->grant().isSignedWith(kid))
                session->link().expel(CloseCode::TokenExpired,
                                      "the key of this access token is not taken any more; come "
                                      "back with a new token");
        }
    }
}

void IoThread::sweep()
{
    const auto now = std::chrono::steady_clock::now();
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    for (auto &[session, owner] : m_sessions) {
        const qint64 expiresAtMs = session->grant().expiresAtMs;
        if (expiresAtMs != 0 && expiresAtMs <= nowMs)
            session->link().expel(CloseCode::TokenExpired,
                                  "the access token is over; come back with a new one");
        session->sweep(now);
    }
}

void IoThread::stop(std::function<void()> done)
{
    m_host->post([this, done = std::move(done)] {
        m_isStopping = true;
        m_host->flush();
        for (auto &[session, owner] : m_sessions)
            session->link().close(CloseCode::ServiceRestart, "server restarts, reconnect");
        // What was flushed comes back as committed and is relayed before the goodbyes matter.
        auto *timer = new QTimer(m_host);
        auto turns = std::make_shared<int>(0);
        QObject::connect(timer, &QTimer::timeout, m_host, [this, timer, turns, done] {
            if (!m_sessions.empty() && ++*turns < 60)
                return;
            timer->stop();
            m_host->flush();
            done();
        });
        timer->start(25);
    });
}

bool Session::mayReceive() const
{
    if (m_heldUntil.count() == 0)
        return true;
    const std::chrono::nanoseconds wait =
        m_heldUntil - std::chrono::steady_clock::now().time_since_epoch();
    if (wait.count() > 0)
        m_thread.host().resumeIn(wait);
    return wait.count() <= 0;
}

void Session::bytesReceived(qsizetype count)
{
    if (m_countedKey.isEmpty())
        return;
    const std::chrono::nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
    RoomHost &host = m_thread.host();
    const auto wait = host.admission().tookBytes(m_countedRestaurant, m_countedKey, count, now);
    m_heldUntil = wait.count() > 0 ? now + wait : std::chrono::nanoseconds(0);
    if (wait.count() > 0)
        host.observer().rateExceeded(m_countedRestaurant,
                                     m_countedKey.sliced(m_countedRestaurant.size() + 1));
}

void Session::countBytesFor(const QByteArray &restaurantId, const QByteArray &rateKey)
{
    m_countedRestaurant = restaurantId;
    m_countedKey = rateKey;
}

ClassicSession::ClassicSession(IoThread &thread, std::unique_ptr<ByteStream> stream,
                               security::Grant grant, QByteArray client,
                               const QByteArray &restaurantId, QByteArray deviceId,
                               std::optional<QByteArray> userId)
    : Session(thread, std::move(stream), std::move(grant))
    , m_room(thread.host().room(restaurantId))
    , m_id(RoomHost::nextConnectionId())
    , m_client(std::move(client))
    , m_deviceId(std::move(deviceId))
    , m_userId(std::move(userId))
    , m_sender{thread.host().admission().keyOf(m_client, restaurantId, m_deviceId),
               checkedRole(m_grant)}
{
    countBytesFor(restaurantId, m_sender.rateKey);
}

void ClassicSession::start(const QByteArray &answer, const QByteArray &early)
{
    // In this order: joining may already send what the device missed.
    m_link.start(this, answer);
    const bool isDirect = m_client == m_link.peerHost();
    m_room.join(m_id, m_link, m_deviceId, m_client, isDirect ? m_link.peerAddress() : m_client,
                m_userId);
    m_link.takeEarly(early);
}

void ClassicSession::textReceived(const QByteArray &utf8)
{
    m_room.frameReceived(m_id, utf8, m_sender);
}

void ClassicSession::pongReceived(const QByteArray &payload)
{
    m_room.pongReceived(m_id, payload);
}

void ClassicSession::closed(quint16, const QByteArray &)
{
    m_room.leave(m_id);
    m_thread.remove(this); // destroys this
}

} // namespace possync::net
