// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/fencedsession.h"

#include <QDateTime>

namespace possync::net {
namespace {

/// Silence after which it has nothing more to send.
constexpr std::chrono::seconds patience{3};
constexpr qint64 retryMs = 1000;

} // namespace

FencedSession::FencedSession(IoThread &thread, std::unique_ptr<ByteStream> stream,
                             security::Grant grant, QByteArray client, QByteArray restaurantId)
    : Session(thread, std::move(stream), std::move(grant))
    , m_restaurantId(std::move(restaurantId))
    , m_client(std::move(client))
    , m_since(std::chrono::steady_clock::now())
{
}

FencedSession::~FencedSession()
{
    *m_self = nullptr;
}

void FencedSession::start(const QByteArray &answer, const QByteArray &early)
{
    m_link.start(this, answer);
    m_link.takeEarly(early);
}

void FencedSession::sweep(std::chrono::steady_clock::time_point now)
{
    if (m_underWay == 0 && now - m_since > patience)
        m_link.expel(CloseCode::TokenRevoked,
                     "this device has been replaced; do not come back without a new token");
    Session::sweep(now);
}

void FencedSession::textReceived(const QByteArray &utf8)
{
    auto message = v2::decodeFromDevice(utf8, m_restaurantId);
    if (!message) {
        m_link.sendText(v2::encode(v2::Error{message.error().refusal, message.error().batch}));
        return;
    }
    if (const auto *hello = std::get_if<v2::Hello>(&*message); hello && m_deviceId.isEmpty())
        return greeted(*hello);
    if (m_deviceId.isEmpty())
        return sendError(
            {"expected_hello", "the first message of a connection must be \"hello\"", {}});
    if (auto *push = std::get_if<v2::Push>(&*message))
        pushed(std::move(*push));
    else if (const auto *beat = std::get_if<v2::Heartbeat>(&*message))
        m_link.sendText(v2::encode(
            v2::HeartbeatReply{beat->clockMs, QDateTime::currentMSecsSinceEpoch(), m_head}));
    // Whatever else it says or asks for is for devices that belong here.
}

void FencedSession::greeted(const v2::Hello &hello)
{
    m_deviceId = hello.deviceId;
    countBytesFor(m_restaurantId, m_thread.host().admission().keyOf(m_client, m_restaurantId,
                                                                    m_deviceId));
    v2::Welcome welcome;
    welcome.session = "late";
    welcome.serverTimeMs = QDateTime::currentMSecsSinceEpoch();
    welcome.server = "possync " POSSYNC_VERSION;
    // It is told that it has all there is, and so keeps what it shows; or, where it has nothing,
    // that a snapshot will come, which never does.
    welcome.epoch = hello.position ? hello.position->epoch : QByteArray("late");
    welcome.isSnapshot = !hello.position;
    m_head = hello.position ? hello.position->seq : 0;
    welcome.head = welcome.floor = m_head;
    m_since = std::chrono::steady_clock::now();
    m_link.sendText(v2::encode(welcome));
}

void FencedSession::pushed(v2::Push &&push)
{
    core::LateBatch late{m_deviceId, {}};
    late.changes.reserve(push.changes.size());
    for (auto &change : push.changes) {
        if (auto refusal =
                change ? rightsRefusal(m_grant.role, *change) : std::optional(change.error()))
            late.changes.emplace_back(Unexpected{std::move(*refusal)});
        else
            late.changes.emplace_back(core::LateChange(*change));
    }
    ++m_underWay;
    const QByteArray rateKey =
        m_thread.host().admission().keyOf(m_client, m_restaurantId, m_deviceId);
    m_thread.host()
        .room(m_restaurantId)
        .review(std::move(late), {rateKey},
                [self = m_self, batch = push.batch](const core::SyncReply &reply) {
                    if (*self)
                        (*self)->answer(batch, reply);
                });
}

void FencedSession::answer(quint64 batch, const core::SyncReply &reply)
{
    --m_underWay;
    m_since = std::chrono::steady_clock::now();
    if (!reply.stored) {
        const classic::Refusal refusal = reply.refusal.value_or(
            classic::Refusal{"storage_unavailable",
                             "the server could not store this batch; nothing was kept of it",
                             {}});
        m_link.sendText(v2::encode(v2::RetryLater{batch, refusal.code, refusal.message,
                                                  std::max(refusal.retryAfterMs, retryMs)}));
        return;
    }
    v2::Ack ack;
    ack.batch = batch;
    for (const core::ChangeResult &result : reply.results) {
        v2::ChangeResult &told = ack.results.emplace_back();
        told.changeId = result.changeId;
        const bool isKnown = result.outcome == core::Outcome::Duplicate;
        told.outcome = isKnown ? v2::Outcome::Duplicate : v2::Outcome::Rejected;
        told.original = result.seq == 0 ? v2::Outcome::Rejected : v2::Outcome::Applied;
        // What it names is beyond what this device will ever be given.
        told.seq = isKnown ? std::min(result.seq, m_head) : 0;
        told.code = result.refusal.code;
        told.reason = result.refusal.message;
    }
    m_link.sendText(v2::encode(ack));
}

void FencedSession::sendError(const classic::Refusal &refusal)
{
    m_link.sendText(v2::encode(v2::Error{refusal, std::nullopt}));
}

void FencedSession::closed(quint16, const QByteArray &)
{
    m_thread.remove(this); // destroys this
}

} // namespace possync::net
