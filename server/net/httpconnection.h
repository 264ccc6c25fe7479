// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/bytestream.h"
#include "server/net/httpfront.h"
#include "server/net/httprequest.h"
#include "server/net/turnend.h"

#include <chrono>

namespace possync::net {

/// One client at the gate, until it is gone or becomes a WebSocket. One request at a time: what is
/// pipelined waits. Lives on the gate's thread.
class HttpConnection final : private ByteStream::Owner, private TurnEnd::Task
{
public:
    /// The gate, as its connections see it.
    class House
    {
    public:
        virtual ~House() = default;
        virtual const HttpLimits &limits() const = 0;
        virtual HttpFront &front() = 0;
        /// What all connections hold of large bodies that have not arrived whole.
        virtual qint64 &heldBodyBytes() = 0;
        /// Nothing if the request may be asked by this peer; its grant is then set.
        virtual std::optional<HttpError> refusal(HttpRequest &request,
                                                 const QByteArray &peerHost) = 0;
        /// The routes answered; `about` is what they told for the audit log. Calls `then`, now or
        /// later on this thread, when the answer may go out.
        virtual void answered(const HttpRequest &request, int status, const QByteArray &about,
                              std::function<void()> then) = 0;
        /// Parts of a JSON answer that is at hand without asking the routes; empty: ask them.
        virtual std::vector<QByteArray> quickAnswer(const HttpRequest &request) = 0;
        /// Takes over an upgrade request and its stream, or says why not.
        virtual std::optional<HttpError> upgraded(const HttpRequest &request,
                                                  std::unique_ptr<ByteStream> &stream,
                                                  const QByteArray &early) = 0;
        /// The connection is over; destroys it.
        virtual void finished(HttpConnection *connection) = 0;
    };

    HttpConnection(House &house, std::unique_ptr<ByteStream> stream);
    ~HttpConnection() override;

    const QByteArray &peerHost() const { return m_peerHost; }
    void sweep(std::chrono::steady_clock::time_point now);
    /// Closes now, or behind the answer that is being made.
    void close();
    bool isAnswering() const
    {
        return m_state == State::Answering || (m_stream && m_stream->queuedBytes() > 0);
    }

private:
    enum class State : quint8 { Head, Body, Answering, Closing, Gone };

    void bytesArrived(QByteArrayView bytes) override;
    bool inputEnded() override;
    void streamClosed() override;
    void allWritten() override;
    void turnEnded() override;

    void process();
    /// Whether so much waits for the reader that no further request is taken.
    bool isAhead() const;
    bool takeHead();
    bool takeBody();
    void checkHeld();
    void headArrived();
    void requestArrived(const QByteArray &body);
    void answered(const QByteArray &head, const QByteArray &body);
    void respond(int status, const QByteArray &headLines, const std::vector<QByteArray> &body);
    void refuse(const HttpError &error);
    void enter(State state);

    House &m_house;
    std::unique_ptr<ByteStream> m_stream;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); ///< For answers that come late.
    QByteArray m_peerHost;
    QByteArray m_in;
    HttpRequest m_request;
    std::optional<ChunkedBody> m_chunked;
    qint64 m_held = 0; ///< This one's part of House::heldBodyBytes().
    std::chrono::steady_clock::time_point m_since; ///< When the state was entered.
    State m_state = State::Head;
    bool m_isFirst = true;
    bool m_hasHeadBegun = false;
    bool m_isProcessing = false;
    bool m_hasEnded = false; ///< The other side sends no more.
    bool m_isPaused = false; ///< Was ahead of the reader; goes on when all is written.
};

} // namespace possync::net
