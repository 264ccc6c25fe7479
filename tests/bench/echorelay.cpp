// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/loop.h"
#include "tests/bench/messages.h"
#include "tests/bench/scenarios.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <unordered_map>

namespace possync::bench {
namespace {

class Peer;

struct Relay {
    Loop loop;
    std::unordered_map<std::string, std::vector<Peer *>> rooms;
    std::vector<Peer *> dirty;
    std::vector<std::unique_ptr<Peer>> peers;
};

/// One connection to the relay. Everything but its first message goes to the others of its room.
class Peer : public Socket
{
public:
    explicit Peer(Relay &relay)
        : Socket(relay.loop)
        , m_relay(relay)
    {
    }

protected:
    std::size_t onBytes(char *bytes, std::size_t size) override
    {
        const std::string_view text(bytes, size);
        std::size_t used = 0;
        if (m_room == nullptr) {
            used = join(text);
            if (used == 0)
                return 0;
        }
        while (const std::optional<Frame> frame = readFrame(text.substr(used))) {
            used += frame->size;
            if (frame->opcode == Opcode::Text)
                pass(bytes + (frame->payload.data() - bytes), *frame);
        }
        return used;
    }
    void onClosed() override
    {
        if (m_room != nullptr)
            std::erase(*m_room, this);
    }

private:
    std::size_t join(std::string_view text)
    {
        const std::optional<ResponseHead> head = readResponseHead(text);
        if (!head)
            return 0;
        const std::size_t name = text.find("restaurant_id=");
        m_room = &m_relay.rooms[std::string(text.substr(name, text.find(' ', name) - name))];
        m_room->push_back(this);
        send(std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Accept: ")
                 .append(handshakeAccept)
                 .append("\r\n\r\n"));
        return head->size;
    }
    void pass(char *payload, const Frame &frame)
    {
        if (!m_registered) {
            m_registered = true;
            std::string answer;
            appendFrame(answer, Opcode::Text, R"({"type":"registered"})");
            send(answer);
            return;
        }
        applyMask(payload, frame.payload.size(), frame.mask.value_or(0));
        m_frame.clear();
        appendFrame(m_frame, Opcode::Text, frame.payload);
        for (Peer *peer : *m_room) {
            if (peer == this)
                continue;
            if (peer->outgoing().empty())
                m_relay.dirty.push_back(peer);
            peer->queue(m_frame);
        }
    }

    Relay &m_relay;
    std::vector<Peer *> *m_room = nullptr;
    std::string m_frame;
    bool m_registered = false;
};

} // namespace

int echoRelay(const Options &options)
{
    raiseDescriptorLimit();
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(options.count("port", 0)));
    socklen_t size = sizeof address;
    auto *any = reinterpret_cast<sockaddr *>(&address);
    if (bind(listener, any, size) != 0 || listen(listener, 4096) != 0
        || getsockname(listener, any, &size) != 0) {
        std::perror("echo-relay");
        return 2;
    }
    std::printf("echo-relay ready on http://127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);

    Relay relay;
    std::int64_t lookedNs = 0;
    for (;;) {
        relay.loop.poll(2'000'000);
        for (Peer *peer : relay.dirty)
            peer->flush();
        relay.dirty.clear();
        if (nowNs() - lookedNs < 2'000'000)
            continue;
        lookedNs = nowNs();
        for (int descriptor = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
             descriptor >= 0;
             descriptor = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) {
            relay.peers.push_back(std::make_unique<Peer>(relay));
            relay.peers.back()->adopt(descriptor);
        }
    }
}

} // namespace possync::bench
