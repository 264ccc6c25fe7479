// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/bytestream.h"
#include "server/net/devicelink.h"
#include "server/net/turnend.h"

#include <atomic>
#include <chrono>
#include <memory>

namespace possync::net {

/// Limits of one WebSocket connection; docs/protocol.md, "Limits".
struct WebSocketLimits {
    qint64 messageBytes = 1024 * 1024; ///< Of one incoming message, all fragments together.
    int fragments = 1024;              ///< Of one incoming message.
    qint64 queueBytes = 1024 * 1024;   ///< Waiting to be sent; above it the reader is too slow.
    int controlsPerSecond = 50;        ///< Pings and unasked pongs taken.
    std::chrono::milliseconds pingInterval{25'000}; ///< Silence after which a ping goes out …
    std::chrono::milliseconds pongTimeout{8'000}; ///< … and after which the peer counts as gone.
    std::chrono::milliseconds messageDeadline{30'000}; ///< From a message's first byte to its last.
    std::chrono::milliseconds closeDeadline{3'000};    ///< For the peer's answer to our close.
    /// Of all large messages that have not arrived whole, of all links with these limits.
    qint64 heldBytes = 256 * 1024 * 1024;
    std::shared_ptr<std::atomic<qint64>> held = std::make_shared<std::atomic<qint64>>(0);
};

/// The server's end of one WebSocket connection (RFC 6455), after its handshake. Messages come and
/// go as UTF-8 bytes, exactly as on the wire. Strict where the RFC says MUST; docs/adr/0002 says
/// why it is not a QWebSocket. Lives on one thread.
class WebSocketLink final : public DeviceLink, private ByteStream::Owner, private TurnEnd::Task
{
public:
    /// Hears of what happens. May destroy the link in closed(), nowhere else.
    class Listener
    {
    public:
        virtual ~Listener() = default;
        /// False: nothing more is read before resume().
        virtual bool mayReceive() const { return true; }
        /// So much has come, frames and all; before what is in it.
        virtual void bytesReceived(qsizetype /*count*/) { }
        virtual void textReceived(const QByteArray &utf8) = 0;
        /// Without this binary messages are refused with 1003.
        virtual bool takesBinary() const { return false; }
        virtual void binaryReceived(const QByteArray & /*message*/) { }
        virtual void pongReceived(const QByteArray &payload) = 0;
        /// The connection is over. Called once, never from within one of the link's own methods.
        virtual void closed(quint16 code, const QByteArray &reason) = 0;
    };

    WebSocketLink(std::unique_ptr<ByteStream> stream, const WebSocketLimits &limits);
    ~WebSocketLink() override;

    /// Starts to serve on the calling thread: the handshake's answer goes out before anything else.
    void start(Listener *listener, const QByteArray &answer);
    /// Bytes that came right behind the client's part of the handshake; after start().
    void takeEarly(const QByteArray &bytes);

    void sendFrames(const QByteArray &encodedFrames) override;
    void sendText(const QByteArray &utf8);
    void ping(const QByteArray &payload) override;
    void close(quint16 code, const QByteArray &reason) override;
    /// Closes without waiting for the peer's goodbye.
    void expel(quint16 code, const QByteArray &reason);
    /// The listener may receive again.
    void resume();
    /// Checks deadlines; called about once a second.
    void sweep(std::chrono::steady_clock::time_point now);

    qint64 queuedBytes() const { return m_stream->queuedBytes(); }
    QByteArray peerHost() const { return m_stream->peerHost(); }
    QByteArray peerAddress() const;

    /// A text message as server frame (unmasked, so the same for everyone). A message above 256 KiB
    /// is split between characters: clients on Qt check each frame's UTF-8 by itself.
    static void appendTextFrame(QByteArray &out, QByteArrayView utf8);
    /// A binary message that needs no splitting.
    static void appendBinaryFrame(QByteArray &out, QByteArrayView message);
    static qsizetype frameOverhead(qsizetype payloadBytes);

private:
    enum class State : quint8 { Open, Closing, Closed };
    struct Frame;

    bool wantsBytes() override;
    void bytesArrived(QByteArrayView bytes) override;
    void streamClosed() override;
    void turnEnded() override;

    qsizetype parse(QByteArrayView bytes);
    bool frameArrived(const Frame &frame, QByteArrayView masked);
    bool dataArrived(const Frame &frame, QByteArrayView masked);
    bool controlArrived(const Frame &frame, QByteArrayView masked);
    void closeArrived(const QByteArray &payload);
    void checkHeld();
    void violated(quint16 code, const QByteArray &reason);
    void sendControl(quint8 opcode, QByteArrayView payload);

    std::unique_ptr<ByteStream> m_stream;
    const WebSocketLimits &m_limits; ///< Of the server; outlives all links.
    Listener *m_listener = nullptr;
    QByteArray m_partial; ///< Beginning of a frame that has not arrived whole.
    QByteArray m_message; ///< Fragments of the message so far.
    qint64 m_held = 0; ///< This one's part of WebSocketLimits::held.
    QByteArray m_closeReason;
    std::chrono::steady_clock::time_point m_lastHeard;
    std::chrono::steady_clock::time_point m_messageSince; ///< Zero: no message is half here.
    std::chrono::steady_clock::time_point m_closingSince;
    std::chrono::steady_clock::time_point m_controlSecond;
    int m_controls = 0;
    int m_fragments = 0;
    quint16 m_closeCode = 1006;
    State m_state = State::Open;
    bool m_isMessageOpen = false;
    bool m_isMessageText = false;
    bool m_pingOut = false;
    bool m_isPaused = false; ///< See Listener::mayReceive().
};

} // namespace possync::net
