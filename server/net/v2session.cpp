// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/v2session.h"

#include "common/model/v2packed.h"
#include "server/net/doorkeeper.h"

#include <QDateTime>

namespace possync::net {
namespace {

constexpr std::chrono::seconds helloDeadline{10};

} // namespace

V2Session::V2Session(IoThread &thread, std::unique_ptr<ByteStream> stream,
                     security::Access &access, security::Grant grant, QByteArray client, QByteArray restaurantId, QByteArray deviceId)
    : Session(thread, std::move(stream), std::move(grant))
    , m_room(thread.host().room(restaurantId))
    , m_hold(m_room)
    , m_id(RoomHost::nextConnectionId())
    , m_restaurantId(std::move(restaurantId))
    , m_deviceId(std::move(deviceId))
    , m_client(std::move(client))
    , m_sender{{}, checkedRole(m_grant)}
    , m_renewal(access)
    , m_since(std::chrono::steady_clock::now())
{
}

void V2Session::start(const QByteArray &answer, const QByteArray &early)
{
    m_link.start(this, answer);
    m_link.takeEarly(early);
}

void V2Session::sweep(std::chrono::steady_clock::time_point now)
{
    if (!m_isGreeted && !m_isRefused && now - m_since > helloDeadline) {
        m_isRefused = true;
        m_link.close(CloseCode::NoHello, "no hello within 10 s");
    }
    Session::sweep(now);
}

void V2Session::refuse(const classic::Refusal &refusal, quint16 code)
{
    m_isRefused = true;
    m_link.sendText(v2::encode(v2::Error{refusal, std::nullopt}));
    m_link.close(code, refusal.code);
}

void V2Session::textReceived(const QByteArray &utf8)
{
    if (m_isRefused)
        return;
    auto message = v2::decodeFromDevice(utf8, m_restaurantId);
    // Found by being unknown to the room's protocol, so that no change pays for it.
    if (m_isGreeted && !message && message.error().refusal.code == "unknown_type" && renewed(utf8))
        return;
    if (m_isGreeted)
        m_room.receivedV2(m_id, std::move(message), m_sender);
    else
        greeted(std::move(message));
}

void V2Session::binaryReceived(const QByteArray &message)
{
    if (m_isRefused)
        return;
    const auto text = v2::unpacked(message);
    if (text)
        textReceived(*text);
    else
        refuse({"bad_compression", text.error(), {}}, CloseCode::ProtocolError);
}

bool V2Session::renewed(const QByteArray &utf8)
{
    const auto token = Renewal::tokenIn(utf8);
    if (!token)
        return false;
    const auto next = m_renewal.take(*token, m_grant, QDateTime::currentMSecsSinceEpoch());
    if (next)
        m_grant = *next;
    m_link.sendText(next ? Renewal::answer(m_grant)
                         : v2::encode(v2::Error{next.error(), std::nullopt}));
    return true;
}

void V2Session::greeted(Result<v2::DeviceMessage, v2::MessageRefusal> &&message)
{
    if (!message) {
        refuse(message.error().refusal, CloseCode::ProtocolError);
        return;
    }
    const auto *hello = std::get_if<v2::Hello>(&*message);
    if (!hello) {
        refuse({"expected_hello", "the first message of a connection must be \"hello\"", {}},
               CloseCode::ProtocolError);
        return;
    }
    if (hello->lowestVersion > v2::version || hello->highestVersion < v2::version) {
        refuse({"unsupported_version",
                "this server speaks version 2, the device versions "
                    + QByteArray::number(hello->lowestVersion) + " to "
                    + QByteArray::number(hello->highestVersion),
                {}},
               CloseCode::VersionNotSpoken);
        return;
    }
    if (!m_deviceId.isEmpty() && hello->deviceId != m_deviceId) {
        refuse({"wrong_device", "\"device_id\" is another than that of the connection's URL", {}},
               CloseCode::ProtocolError);
        return;
    }
    if (!m_grant.mayBeDevice(hello->deviceId)) {
        refuse({"wrong_device", otherDevice().message, {}}, CloseCode::ProtocolError);
        return;
    }
    RoomHost &host = m_thread.host();
    m_sender.rateKey = host.admission().keyOf(m_client, m_restaurantId, hello->deviceId);
    const auto wait = m_sender.rateKey.isEmpty()
                          ? std::chrono::nanoseconds(0)
                          : host.admission().replay(m_sender.rateKey,
                                                    std::chrono::microseconds(
                                                        RoomHost::now().monotonicUs));
    if (wait.count() > 0) {
        host.observer().rateExceeded(m_restaurantId, hello->deviceId);
        refuse(rateRefusal("this device asked for what it missed too often", wait),
               CloseCode::TryAgainLater);
        return;
    }
    m_isGreeted = true;
    m_takesBinary = hello->capabilities.zstd;
    countBytesFor(m_restaurantId, m_sender.rateKey);
    const bool isDirect = m_client == m_link.peerHost();
    m_room.joinV2(m_id, m_link, *hello, {m_client, isDirect ? m_link.peerAddress() : m_client});
}

void V2Session::pongReceived(const QByteArray &payload)
{
    m_room.pongReceived(m_id, payload);
}

void V2Session::closed(quint16, const QByteArray &)
{
    if (m_isGreeted)
        m_room.leave(m_id);
    m_thread.remove(this); // destroys this
}

} // namespace possync::net
