// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/roomhost.h"
#include "server/net/websocketlink.h"
#include "server/security/revokedjwts.h"

#include <QThread>
#include <unordered_set>

namespace possync::net {

class Session;

/// One thread that serves WebSocket connections and the rooms they belong to.
class IoThread
{
public:
    IoThread(int number, store::Journal &journal, RoomViews &views, RoomObserver &observer,
             hooks::HookDesk &hooks, const WebSocketLimits &limits, const RateLimits &rates,
             Newcomers &newcomers, std::chrono::seconds roomIdle);
    /// Stops the thread; stop() should have been called.
    ~IoThread();

    RoomHost &host() { return *m_host; }
    QThread *thread() { return &m_thread; }
    const WebSocketLimits &limits() const { return m_limits; }

    /// Says goodbye to every connection and stores what is left; `done` runs on the I/O thread.
    void stop(std::function<void()> done);

    // On the thread itself.
    void add(std::unique_ptr<Session> session);
    void remove(Session *session);
    /// Cuts off whoever came in with this token.
    void expel(const QByteArray &tokenId);
    /// The same for tokens of an identity provider.
    void expelJwt(const security::RevokedJwt &revoked);
    /// Has whoever came in with a token signed with one of these keys come back with another.
    void expelSignedWith(const QByteArrayList &kids);

private:
    void expelThose(const std::function<bool(const security::Grant &)> &isOne);
    void sweep();

    const WebSocketLimits &m_limits;
    QThread m_thread;
    RoomHost *m_host = nullptr; ///< Lives on m_thread, destroyed with it.
    std::unordered_map<Session *, std::unique_ptr<Session>> m_sessions;
    bool m_isStopping = false;
};

/// A WebSocket connection and what it speaks. Lives on its I/O thread.
class Session : protected WebSocketLink::Listener
{
public:
    Session(IoThread &thread, std::unique_ptr<ByteStream> stream, security::Grant grant)
        : m_thread(thread)
        , m_link(std::move(stream), thread.limits())
        , m_grant(std::move(grant))
    {
    }
    ~Session() override = default;

    /// Begins to serve; called once.
    virtual void start(const QByteArray &answer, const QByteArray &early) = 0;
    WebSocketLink &link() { return m_link; }
    const security::Grant &grant() const { return m_grant; }
    /// Keeps something as long as the session is there.
    void keep(std::shared_ptr<const void> something) { m_kept = std::move(something); }
    /// Checks deadlines; called about once a second.
    virtual void sweep(std::chrono::steady_clock::time_point now) { m_link.sweep(now); }

protected:
    bool mayReceive() const override;
    void bytesReceived(qsizetype count) override;
    /// Counts what comes from now on for this device; see Admission::keyOf().
    void countBytesFor(const QByteArray &restaurantId, const QByteArray &rateKey);

    IoThread &m_thread;
    WebSocketLink m_link;
    security::Grant m_grant;

private:
    std::shared_ptr<const void> m_kept;
    QByteArray m_countedRestaurant;
    QByteArray m_countedKey; ///< Empty: nobody counts.
    std::chrono::nanoseconds m_heldUntil{0}; ///< Of the steady clock: reads nothing before.
};

/// A device that speaks the classic protocol.
class ClassicSession final : public Session
{
public:
    ClassicSession(IoThread &thread, std::unique_ptr<ByteStream> stream, security::Grant grant,
                   QByteArray client, const QByteArray &restaurantId, QByteArray deviceId,
                   std::optional<QByteArray> userId);
    void start(const QByteArray &answer, const QByteArray &early) override;

private:
    bool mayReceive() const override { return m_room.mayReceive() && Session::mayReceive(); }
    void textReceived(const QByteArray &utf8) override;
    void pongReceived(const QByteArray &payload) override;
    void closed(quint16 code, const QByteArray &reason) override;

    HostedRoom &m_room;
    const core::ConnectionId m_id;
    const QByteArray m_client; ///< Address, see HttpRequest::client.
    const QByteArray m_deviceId;
    const std::optional<QByteArray> m_userId;
    const Sender m_sender;
};

} // namespace possync::net
