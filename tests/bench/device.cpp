// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/device.h"

#include "tests/bench/process.h"

namespace possync::bench {
namespace {

thread_local std::uint64_t pings = 0;

} // namespace

Device::Device(Loop &loop, DeviceListener &listener, Identity who)
    : Socket(loop)
    , m_listener(listener)
    , m_who(std::move(who))
{
}

std::uint64_t Device::pingsAnswered()
{
    return pings;
}

bool Device::dial(const Endpoint &server, std::uint32_t source)
{
    m_server = server;
    m_upgraded = false;
    m_registered = false;
    m_parts.clear();
    m_dialledNs = nowNs();
    return connectTo(server, source);
}

void Device::sendText(std::string_view message)
{
    m_frame.clear();
    appendFrame(m_frame, Opcode::Text, message, nextMask());
    send(m_frame);
}

void Device::sendOrderUpdate(std::uint32_t number)
{
    m_message.clear();
    appendOrderUpdate(m_message, m_who, number);
    sendText(m_message);
}

void Device::onConnected()
{
    send(upgradeRequest(m_server.host, deviceTarget(m_server.path, m_who)));
}

std::size_t Device::onBytes(char *bytes, std::size_t size)
{
    std::string_view rest(bytes, size);
    if (!m_upgraded) {
        const std::size_t used = readHandshake(rest);
        if (!m_upgraded)
            return used;
        rest.remove_prefix(used);
    }
    while (const std::optional<Frame> frame = readFrame(rest)) {
        rest.remove_prefix(frame->size);
        handle(*frame);
        if (!isOpen())
            return size;
    }
    return size - rest.size();
}

std::size_t Device::readHandshake(std::string_view bytes)
{
    const std::optional<ResponseHead> head = readResponseHead(bytes);
    if (!head)
        return 0;
    if (head->status != 101 || headerValue(head->text, "Sec-WebSocket-Accept") != handshakeAccept) {
        cut();
        m_listener.lost(*this);
        return bytes.size();
    }
    m_upgraded = true;
    sendText(registerMessage(m_who));
    return head->size;
}

void Device::handle(const Frame &frame)
{
    switch (frame.opcode) {
    case Opcode::Text:
        if (frame.final)
            handleText(frame.payload);
        else
            m_parts = frame.payload;
        break;
    case Opcode::Continuation:
        m_parts.append(frame.payload);
        if (frame.final)
            handleText(m_parts);
        break;
    case Opcode::Ping:
        ++pings;
        m_frame.clear();
        appendFrame(m_frame, Opcode::Pong, frame.payload, nextMask());
        send(m_frame);
        break;
    case Opcode::Close:
        cut();
        m_listener.lost(*this);
        break;
    case Opcode::Binary:
    case Opcode::Pong:
        break;
    }
}

void Device::handleText(std::string_view message)
{
    if (!m_registered && isOfType(message, "registered")) {
        m_registered = true;
        m_listener.registered(*this);
    } else {
        m_listener.received(*this, message);
    }
}

void Device::onClosed()
{
    m_listener.lost(*this);
}

} // namespace possync::bench
