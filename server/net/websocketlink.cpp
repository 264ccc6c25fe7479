// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/websocketlink.h"

#include <QtEndian>
#include <cstring>
#include <simdjson.h>

namespace possync::net {
namespace {

using Clock = std::chrono::steady_clock;

enum Opcode : quint8 { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

constexpr qsizetype largestFrameOut = 256 * 1024;

/// Payload of the pings that only ask for a sign of life.
constexpr QByteArrayView keepAlive = "k";

bool isUtf8(QByteArrayView text)
{
    return simdjson::validate_utf8(text.data(), static_cast<std::size_t>(text.size()));
}

bool mayBeReceived(quint16 closeCode)
{
    return (closeCode >= 1000 && closeCode <= 1003) || (closeCode >= 1007 && closeCode <= 1014)
           || (closeCode >= 3000 && closeCode <= 4999);
}

void appendHeader(QByteArray &out, quint8 first, qsizetype size)
{
    out.append(static_cast<char>(first));
    if (size < 126) {
        out.append(static_cast<char>(size));
    } else if (size < 65536) {
        const quint16 big = qToBigEndian(static_cast<quint16>(size));
        out.append(char(126)).append(reinterpret_cast<const char *>(&big), 2);
    } else {
        const quint64 big = qToBigEndian(static_cast<quint64>(size));
        out.append(char(127)).append(reinterpret_cast<const char *>(&big), 8);
    }
}

} // namespace

struct WebSocketLink::Frame {
    quint8 opcode = 0;
    bool isFinal = false;
    quint32 mask = 0; ///< As in memory.
};

WebSocketLink::WebSocketLink(std::unique_ptr<ByteStream> stream, const WebSocketLimits &limits)
    : m_stream(std::move(stream))
    , m_limits(limits)
{
}

WebSocketLink::~WebSocketLink()
{
    TurnEnd::cancel(this);
    *m_limits.held -= m_held;
}

void WebSocketLink::start(Listener *listener, const QByteArray &answer)
{
    m_listener = listener;
    m_lastHeard = Clock::now();
    m_stream->attach(this);
    m_stream->write(answer);
}

void WebSocketLink::takeEarly(const QByteArray &bytes)
{
    if (!bytes.isEmpty())
        bytesArrived(bytes);
}

QByteArray WebSocketLink::peerAddress() const
{
    return m_stream->peerHost() + ':' + QByteArray::number(m_stream->peerPort());
}

qsizetype WebSocketLink::frameOverhead(qsizetype payloadBytes)
{
    return payloadBytes < 126     ? 2
           : payloadBytes < 65536 ? 4
                                  : 10 * (1 + payloadBytes / largestFrameOut);
}

void WebSocketLink::appendTextFrame(QByteArray &out, QByteArrayView utf8)
{
    quint8 opcode = Text;
    while (utf8.size() > largestFrameOut) {
        qsizetype cut = largestFrameOut;
        while ((static_cast<quint8>(utf8[cut]) & 0xC0) == 0x80)
            --cut; // never inside a character
        appendHeader(out, opcode, cut);
        out.append(utf8.first(cut));
        utf8 = utf8.sliced(cut);
        opcode = Continuation;
    }
    appendHeader(out, 0x80 | opcode, utf8.size());
    out.append(utf8);
}

void WebSocketLink::appendBinaryFrame(QByteArray &out, QByteArrayView message)
{
    appendHeader(out, 0x80 | Binary, message.size());
    out.append(message);
}

void WebSocketLink::sendFrames(const QByteArray &encodedFrames)
{
    if (m_state != State::Open)
        return;
    // One delivery may be larger than the limit by itself; a reader that had taken all before it
    // is not slow.
    const qint64 queued = m_stream->queuedBytes();
    if (queued > m_limits.queueBytes) {
        violated(CloseCode::SlowReader, "reading too slowly, reconnect and resume");
        return;
    }
    m_stream->write(encodedFrames);
}

void WebSocketLink::sendText(const QByteArray &utf8)
{
    QByteArray frame;
    frame.reserve(utf8.size() + frameOverhead(utf8.size()));
    appendTextFrame(frame, utf8);
    sendFrames(frame);
}

void WebSocketLink::sendControl(quint8 opcode, QByteArrayView payload)
{
    QByteArray frame;
    frame.reserve(payload.size() + 2);
    appendHeader(frame, 0x80 | opcode, payload.size());
    m_stream->write(frame.append(payload));
}

void WebSocketLink::ping(const QByteArray &payload)
{
    if (m_state != State::Open)
        return;
    m_pingOut = true;
    sendControl(Ping, payload);
}

void WebSocketLink::close(quint16 code, const QByteArray &reason)
{
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_closingSince = Clock::now();
    m_closeCode = code;
    m_closeReason = reason;
    QByteArray payload(2, '\0');
    qToBigEndian(code, payload.data());
    sendControl(Close, payload.append(reason.first(std::min<qsizetype>(reason.size(), 120))));
}

void WebSocketLink::expel(quint16 code, const QByteArray &reason)
{
    if (m_state == State::Open)
        violated(code, reason);
}

void WebSocketLink::violated(quint16 code, const QByteArray &reason)
{
    close(code, reason);
    // There is no point in waiting for the goodbye of a peer that breaks the rules.
    m_stream->finish();
    m_closingSince = Clock::now();
}

bool WebSocketLink::wantsBytes()
{
    m_isPaused = m_listener && !m_listener->mayReceive();
    return !m_isPaused;
}

void WebSocketLink::resume()
{
    if (!std::exchange(m_isPaused, false))
        return;
    m_lastHeard = Clock::now();
    if (m_messageSince != Clock::time_point())
        m_messageSince = m_lastHeard;
    m_stream->setReading(true);
}

void WebSocketLink::bytesArrived(QByteArrayView bytes)
{
    m_lastHeard = Clock::now();
    m_pingOut = false;
    if (m_state == State::Closed)
        return;
    m_listener->bytesReceived(bytes.size());
    if (m_partial.isEmpty()) {
        const qsizetype used = parse(bytes);
        if (used < bytes.size() && m_state != State::Closed)
            m_partial = bytes.sliced(used).toByteArray();
    } else {
        m_partial.append(bytes);
        const QByteArray all = std::exchange(m_partial, {});
        const qsizetype used = parse(all);
        if (used < all.size() && m_state != State::Closed)
            m_partial = used == 0 ? all : all.sliced(used);
    }
    const bool isHalfHere = !m_partial.isEmpty() || m_isMessageOpen;
    if (!isHalfHere)
        m_messageSince = {};
    else if (m_messageSince == Clock::time_point())
        m_messageSince = m_lastHeard;
    checkHeld();
}

/// Many peers that each hold back the end of a large message would otherwise fill the memory.
void WebSocketLink::checkHeld()
{
    constexpr qsizetype small = 16 * 1024; // always let in: what devices say
    const qsizetype size = m_partial.size() + m_message.size();
    const qint64 counted = size > small && m_state == State::Open ? size : 0;
    const qint64 grown = counted - std::exchange(m_held, counted);
    if (grown == 0)
        return;
    const qint64 all = *m_limits.held += grown;
    if (grown < 0 || all <= m_limits.heldBytes)
        return;
    *m_limits.held -= std::exchange(m_held, 0);
    m_partial = {};
    m_message = {};
    m_stream->setReading(false);
    violated(CloseCode::TryAgainLater,
             "too many large messages are arriving at once; reconnect and send it again");
}

/// Takes whole frames off the front; returns how many bytes that were.
qsizetype WebSocketLink::parse(QByteArrayView bytes)
{
    qsizetype used = 0;
    while (m_state != State::Closed) {
        const QByteArrayView rest = bytes.sliced(used);
        if (rest.size() < 2)
            return used;
        const auto first = static_cast<quint8>(rest[0]);
        const auto second = static_cast<quint8>(rest[1]);
        Frame frame{static_cast<quint8>(first & 0x0F), (first & 0x80) != 0, 0};
        if (first & 0x70) {
            violated(1002, "reserved bits are set");
            return bytes.size();
        }
        if (!(second & 0x80)) {
            violated(1002, "frame is not masked");
            return bytes.size();
        }
        quint64 size = second & 0x7F;
        qsizetype header = 2;
        if (size == 126) {
            if (rest.size() < 4)
                return used;
            size = qFromBigEndian<quint16>(rest.data() + 2);
            header = 4;
            if (size < 126) {
                violated(1002, "frame length is not minimal");
                return bytes.size();
            }
        } else if (size == 127) {
            if (rest.size() < 10)
                return used;
            size = qFromBigEndian<quint64>(rest.data() + 2);
            header = 10;
            if (size < 65536 || size >> 63) {
                violated(1002, "frame length is not valid");
                return bytes.size();
            }
        }
        const bool isControl = frame.opcode & 0x08;
        if ((frame.opcode > Binary && !isControl) || frame.opcode > Pong) {
            violated(1002, "unknown frame type");
            return bytes.size();
        }
        if (isControl && (!frame.isFinal || size > 125)) {
            violated(1002, "control frames are short and whole");
            return bytes.size();
        }
        // From the header alone: nothing too long is ever kept.
        if (!isControl
            && size + static_cast<quint64>(m_message.size())
                   > static_cast<quint64>(m_limits.messageBytes)) {
            violated(1009, "message is too long");
            return bytes.size();
        }
        const auto payload = static_cast<qsizetype>(size);
        if (rest.size() < header + 4 + payload)
            return used;
        std::memcpy(&frame.mask, rest.data() + header, 4);
        used += header + 4 + payload;
        if (!frameArrived(frame, rest.sliced(header + 4, payload)))
            return bytes.size();
    }
    return bytes.size();
}

namespace {

/// Appends the payload without its mask.
void appendUnmasked(QByteArray &out, QByteArrayView masked, quint32 mask)
{
    const qsizetype start = out.size();
    out.resize(start + masked.size());
    char *to = out.data() + start;
    const char *from = masked.data();
    const quint64 mask64 = (static_cast<quint64>(mask) << 32) | mask;
    qsizetype i = 0;
    for (; i + 8 <= masked.size(); i += 8) {
        quint64 chunk;
        std::memcpy(&chunk, from + i, 8);
        chunk ^= mask64;
        std::memcpy(to + i, &chunk, 8);
    }
    const auto *bytes = reinterpret_cast<const char *>(&mask);
    for (; i < masked.size(); ++i)
        to[i] = static_cast<char>(from[i] ^ bytes[i % 4]);
}

} // namespace

bool WebSocketLink::frameArrived(const Frame &frame, QByteArrayView masked)
{
    return frame.opcode & 0x08 ? controlArrived(frame, masked) : dataArrived(frame, masked);
}

bool WebSocketLink::dataArrived(const Frame &frame, QByteArrayView masked)
{
    if (m_state != State::Open)
        return true; // after our close, what still comes is ignored
    if ((frame.opcode == Continuation) != m_isMessageOpen) {
        violated(1002, m_isMessageOpen ? "a new message began inside another"
                                       : "a continuation without a beginning");
        return false;
    }
    if (frame.opcode != Continuation) {
        m_isMessageText = frame.opcode == Text;
        m_fragments = 0;
    }
    if (++m_fragments > m_limits.fragments) {
        violated(1008, "message has too many fragments");
        return false;
    }
    appendUnmasked(m_message, masked, frame.mask);
    m_isMessageOpen = !frame.isFinal;
    if (m_isMessageOpen)
        return true;
    const QByteArray message = std::exchange(m_message, {});
    if (!m_isMessageText && m_listener->takesBinary()) {
        m_listener->binaryReceived(message);
        return m_state != State::Closed;
    }
    if (!m_isMessageText) {
        violated(1003, "only text messages are understood");
        return false;
    }
    if (!isUtf8(message)) {
        violated(1007, "text is not valid UTF-8");
        return false;
    }
    m_listener->textReceived(message);
    return m_state != State::Closed;
}

bool WebSocketLink::controlArrived(const Frame &frame, QByteArrayView masked)
{
    QByteArray payload;
    appendUnmasked(payload, masked, frame.mask);
    if (frame.opcode == Close) {
        closeArrived(payload);
        return false;
    }
    if (m_state != State::Open)
        return true;
    if (frame.opcode == Pong && payload != keepAlive) {
        m_listener->pongReceived(payload);
        return m_state != State::Closed;
    }
    if (frame.opcode == Ping) {
        if (m_lastHeard - m_controlSecond > std::chrono::seconds(1)) {
            m_controlSecond = m_lastHeard;
            m_controls = 0;
        }
        if (++m_controls > m_limits.controlsPerSecond) {
            violated(1008, "too many pings");
            return false;
        }
        if (m_stream->queuedBytes() > m_limits.queueBytes) {
            violated(CloseCode::SlowReader, "reading too slowly, reconnect and resume");
            return false;
        }
        sendControl(Pong, payload);
    }
    return true;
}

void WebSocketLink::closeArrived(const QByteArray &payload)
{
    quint16 code = 1005;
    if (payload.size() == 1) {
        violated(1002, "close frame is cut short");
        return;
    }
    if (payload.size() >= 2) {
        code = qFromBigEndian<quint16>(payload.constData());
        if (!mayBeReceived(code)) {
            violated(1002, "close code is not allowed");
            return;
        }
        if (!isUtf8(QByteArrayView(payload).sliced(2))) {
            violated(1007, "close reason is not valid UTF-8");
            return;
        }
    }
    if (m_state == State::Open) {
        m_state = State::Closing;
        m_closeCode = code;
        m_closeReason = payload.mid(2);
        sendControl(Close, payload);
    }
    m_closingSince = Clock::now();
    m_stream->finish();
}

void WebSocketLink::sweep(Clock::time_point now)
{
    if (m_state == State::Closing) {
        if (now - m_closingSince > m_limits.closeDeadline)
            m_stream->abort();
        return;
    }
    if (m_state != State::Open || m_isPaused)
        return; // what it said may lie unread
    if (m_messageSince != Clock::time_point() && now - m_messageSince > m_limits.messageDeadline) {
        violated(1008, "message took too long to arrive");
        return;
    }
    const auto silence = now - m_lastHeard;
    if (silence > m_limits.pingInterval + m_limits.pongTimeout) {
        m_closeCode = 1006;
        m_closeReason = "no answer to pings";
        m_state = State::Closing;
        m_stream->abort();
    } else if (silence > m_limits.pingInterval && !m_pingOut) {
        ping(keepAlive.toByteArray());
    }
}

void WebSocketLink::streamClosed()
{
    m_state = State::Closed;
    // Later, so that whoever is in the middle of using this link finds it still there.
    TurnEnd::request(this);
}

void WebSocketLink::turnEnded()
{
    if (m_listener)
        m_listener->closed(m_closeCode, m_closeReason); // may destroy this
}

} // namespace possync::net
