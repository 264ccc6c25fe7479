// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/loop.h"
#include "tests/bench/messages.h"

namespace possync::bench {

class Device;

/// Who wants to hear from devices. Called on the thread of the device's loop.
class DeviceListener
{
public:
    virtual ~DeviceListener() = default;
    /// The server has answered the registration.
    virtual void registered(Device &) {}
    /// Any other text message.
    virtual void received(Device &, std::string_view) {}
    virtual void lost(Device &) {}
};

/// One classic app: connects, registers, answers pings, as `docs/protocol.md` has it.
class Device : public Socket
{
public:
    Device(Loop &loop, DeviceListener &listener, Identity who);

    /// Begins to connect; registers as soon as it can.
    bool dial(const Endpoint &server, std::uint32_t source = 0);
    /// Sends one text message, masked, now.
    void sendText(std::string_view message);
    /// Sends `order_update` number `number`.
    void sendOrderUpdate(std::uint32_t number);

    const Identity &who() const { return m_who; }
    bool isRegistered() const { return m_registered && isOpen(); }
    std::int64_t dialledNs() const { return m_dialledNs; }

    static std::uint64_t pingsAnswered(); ///< By all devices of this thread.

protected:
    void onConnected() override;
    std::size_t onBytes(char *bytes, std::size_t size) override;
    void onClosed() override;

private:
    std::size_t readHandshake(std::string_view bytes);
    void handle(const Frame &frame);
    void handleText(std::string_view message);

    DeviceListener &m_listener;
    Identity m_who;
    Endpoint m_server;
    std::string m_parts; ///< Of a fragmented message.
    std::string m_message;
    std::string m_frame;
    std::int64_t m_dialledNs = 0;
    bool m_upgraded = false;
    bool m_registered = false;
};

} // namespace possync::bench
