// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/httpconnection.h"

#include "server/net/feedjson.h"
#include "server/security/masking.h"

#include <QDateTime>
#include <numeric>

namespace possync::net {
namespace {

using Clock = std::chrono::steady_clock;

/// Requests that wait behind the one being answered, in bytes; above it nothing more is read.
constexpr qsizetype pipelineBytes = 64 * 1024;

QByteArray reasonOf(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Error";
    }
}

constexpr char jsonField[] = "Content-Type: application/json\r\n";
/// Whether answers may hold records, and who asks may not see all that is in them. Here and not in
/// the routes, so that none of them can forget it.
bool needsMask(const HttpRequest &request)
{
    return request.path.startsWith("/api/restaurants/")
           && !security::seesSecrets(request.grant.role);
}

/// What a route says about itself; stays inside.
constexpr QByteArrayView auditField = "x-possync-audit:";
constexpr char corsFields[] = "Access-Control-Allow-Origin: *\r\n";

} // namespace

HttpConnection::HttpConnection(House &house, std::unique_ptr<ByteStream> stream)
    : m_house(house)
    , m_stream(std::move(stream))
    , m_peerHost(m_stream->peerHost())
    , m_since(Clock::now())
{
    m_stream->attach(this);
}

HttpConnection::~HttpConnection()
{
    TurnEnd::cancel(this);
    m_house.heldBodyBytes() -= m_held;
}

void HttpConnection::enter(State state)
{
    m_state = state;
    m_since = Clock::now();
    m_house.heldBodyBytes() -= std::exchange(m_held, 0);
    m_hasHeadBegun = false;
}

void HttpConnection::bytesArrived(QByteArrayView bytes)
{
    if (m_state == State::Closing || m_state == State::Gone)
        return;
    m_in.append(bytes);
    if (m_state == State::Answering) {
        if (m_in.size() > pipelineBytes)
            m_stream->setReading(false);
        return;
    }
    process();
}

void HttpConnection::process()
{
    if (m_isProcessing)
        return;
    m_isProcessing = true;
    while ((m_state == State::Head && !isAhead() && takeHead())
           || (m_state == State::Body && takeBody())) {
    }
    m_isProcessing = false;
    // What is left of a request will not come.
    if (m_hasEnded && (m_state == State::Head || m_state == State::Body) && !isAhead())
        close();
}

bool HttpConnection::isAhead() const
{
    return m_stream->queuedBytes() >= m_house.limits().queueBytes;
}

bool HttpConnection::takeHead()
{
    // Blank lines in front of a request are tolerated, as the RFC asks. They begin nothing: a
    // client that sends no more than them is idle.
    qsizetype blank = 0;
    while (QByteArrayView(m_in).sliced(blank).startsWith("\r\n"))
        blank += 2;
    m_in.remove(0, blank);
    if (m_in.isEmpty() || m_in == "\r")
        return false;
    if (!std::exchange(m_hasHeadBegun, true))
        m_since = Clock::now(); // the head's deadline runs from its first byte
    const HttpLimits &limits = m_house.limits();
    const qsizetype end = m_in.indexOf("\r\n\r\n");
    if (end < 0 || end + 4 > limits.headBytes) {
        const qsizetype line = m_in.indexOf('\n');
        if ((line < 0 ? m_in.size() : line) > limits.requestLineBytes)
            refuse({414, "request_line_too_long", "the request line is too long"});
        else if (m_in.size() > limits.headBytes)
            refuse({431, "head_too_large", "the request head is too large"});
        else if (m_in.contains("\n\n") || m_in.contains('\0'))
            refuse({400, "bad_request", "lines must end with CR LF"});
        return false;
    }
    auto request = parseHead(QByteArrayView(m_in).first(end + 4), limits);
    m_in.remove(0, end + 4);
    if (!request) {
        refuse(request.error());
        return false;
    }
    m_request = std::move(*request);
    headArrived();
    return m_state == State::Head || m_state == State::Body;
}

void HttpConnection::headArrived()
{
    if (const auto refusal = m_house.refusal(m_request, m_peerHost)) {
        refuse(*refusal);
        return;
    }
    const HttpLimits &limits = m_house.limits();
    if (m_request.isUpgrade()) {
        if (m_request.isChunked || m_request.contentLength > 0) {
            refuse({400, "bad_request", "an upgrade request has no body"});
            return;
        }
        m_stream->detach();
        if (const auto refusal = m_house.upgraded(m_request, m_stream, m_in)) {
            m_stream->attach(this);
            refuse(*refusal);
            return;
        }
        enter(State::Gone);
        TurnEnd::request(this);
        return;
    }
    // Behind the gate this would be read as a host and a path, which nobody has looked at.
    if (m_request.path.startsWith("//")) {
        refuse({404, "not_found", "there is nothing at " + m_request.path});
        return;
    }
    const bool isSync = m_request.path == "/api/sync" || m_request.path == "/api/sync/";
    const qint64 bodyLimit = isSync ? limits.syncBodyBytes : limits.bodyBytes;
    if (m_request.contentLength > bodyLimit) {
        refuse({413, "body_too_large",
                "the body is larger than " + QByteArray::number(bodyLimit) + " bytes"});
        return;
    }
    m_chunked.reset();
    if (m_request.isChunked)
        m_chunked.emplace(bodyLimit);
    enter(State::Body);
    if (m_request.expectsContinue && m_in.isEmpty())
        m_stream->write("HTTP/1.1 100 Continue\r\n\r\n");
}

bool HttpConnection::takeBody()
{
    if (m_chunked) {
        switch (m_chunked->take(m_in)) {
        case ChunkedBody::Progress::NeedsMore:
            checkHeld();
            return false;
        case ChunkedBody::Progress::Malformed:
            refuse({400, "bad_request", "the chunked body is not valid"});
            return false;
        case ChunkedBody::Progress::TooLong:
            refuse({413, "body_too_large", "the body is too large"});
            return false;
        case ChunkedBody::Progress::Done:
            break;
        }
        requestArrived(m_chunked->body());
        return true;
    }
    if (m_in.size() < m_request.contentLength) {
        checkHeld();
        if (m_in.capacity() < m_request.contentLength && m_in.size() > 4096)
            m_in.reserve(m_request.contentLength);
        return false;
    }
    QByteArray body;
    if (m_request.contentLength > 0) {
        if (m_in.size() == m_request.contentLength) {
            body = std::exchange(m_in, {});
        } else {
            body = m_in.first(m_request.contentLength);
            m_in.remove(0, m_request.contentLength);
        }
    }
    requestArrived(body);
    return true;
}

/// Many clients that each hold back the end of a large body would otherwise fill the memory.
void HttpConnection::checkHeld()
{
    constexpr qint64 small = 64 * 1024; // always let in: what devices post
    const qint64 size = m_in.size() + (m_chunked ? m_chunked->size() : 0);
    if (size <= small)
        return;
    qint64 &held = m_house.heldBodyBytes();
    held += size - std::exchange(m_held, size);
    if (held > m_house.limits().heldBodyBytes)
        refuse({503, "busy", "too many large requests are arriving at once; send it again", 5});
}

void HttpConnection::requestArrived(const QByteArray &body)
{
    m_isFirst = false;
    enter(State::Answering);
    if (m_request.method == "OPTIONS") {
        respond(204,
                "Access-Control-Allow-Methods: GET, HEAD, POST, DELETE, OPTIONS\r\n"
                "Access-Control-Allow-Headers: Content-Type, Authorization\r\n"
                "Access-Control-Max-Age: 86400\r\n",
                {});
        return;
    }
    if (m_request.method == "GET" || m_request.method == "HEAD") {
        if (const auto parts = m_house.quickAnswer(m_request); !parts.empty()) {
            if (needsMask(m_request))
                respond(200, jsonField,
                        {security::maskedSecrets(
                            std::accumulate(parts.begin(), parts.end(), QByteArray()))});
            else
                respond(200, jsonField, parts);
            return;
        }
    }
    m_house.front().ask(
        HttpFront::normalized(m_request, body, m_request.client),
        [this, alive = std::weak_ptr(m_alive)](const QByteArray &head, const QByteArray &answer) {
            if (!alive.expired() && m_state == State::Answering)
                answered(head, answer);
        });
}

void HttpConnection::answered(const QByteArray &head, const QByteArray &body)
{
    const int status = head.mid(9, 3).toInt();
    // Its own framing is kept; the rest of the head is taken as it is.
    const qsizetype firstLine = head.indexOf("\r\n") + 2;
    QByteArray fields;
    QByteArray about;
    for (const QByteArray &line : head.sliced(firstLine).split('\n')) {
        const QByteArray field = line.trimmed();
        const QByteArray lower = field.toLower();
        if (lower.startsWith(auditField)) {
            about = field.sliced(auditField.size()).trimmed();
            continue;
        }
        if (!field.isEmpty() && !lower.startsWith("content-length:")
            && !lower.startsWith("connection:"))
            fields.append(field).append("\r\n");
    }
    m_house.answered(m_request, status, about,
                     [this, alive = std::weak_ptr(m_alive), status, fields, body] {
                         if (!alive.expired() && m_state == State::Answering)
                             respond(status, fields,
                                     {needsMask(m_request) ? security::maskedSecrets(body) : body});
                     });
}

void HttpConnection::respond(int status, const QByteArray &headLines,
                             const std::vector<QByteArray> &body)
{
    QByteArray text;
    const bool isHead = m_request.method == "HEAD";
    qsizetype size = 0;
    for (const QByteArray &part : body)
        size += part.size();
    text.reserve(headLines.size() + 160);
    text.append("HTTP/1.1 ")
        .append(QByteArray::number(status))
        .append(' ')
        .append(reasonOf(status))
        .append("\r\n")
        .append(headLines)
        .append(corsFields);
    if (status != 204)
        text.append("Content-Length: ").append(QByteArray::number(size)).append("\r\n");
    const bool isLast = !m_request.keepAlive || (m_hasEnded && m_in.isEmpty());
    text.append(!isLast ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
    m_stream->write(text);
    if (!isHead) {
        for (const QByteArray &part : body)
            m_stream->write(part);
    }
    if (isLast) {
        enter(State::Closing);
        m_stream->finish();
        return;
    }
    enter(State::Head);
    m_isPaused = isAhead();
    m_stream->setReading(!m_isPaused);
    if (!m_in.isEmpty())
        process();
}

void HttpConnection::refuse(const HttpError &error)
{
    m_request.keepAlive = false;
    m_in.clear();
    QByteArray fields = jsonField;
    if (error.status == 426)
        fields += "Sec-WebSocket-Version: 13\r\n";
    if (error.status == 405)
        fields += "Allow: GET, HEAD, POST, OPTIONS\r\n";
    if (error.status == 401)
        fields += QByteArray("WWW-Authenticate: Bearer realm=\"possync\"")
                  + (error.code == "token_required" ? "" : ", error=\"invalid_token\"") + "\r\n";
    if (error.retryAfterSeconds > 0)
        fields += "Retry-After: " + QByteArray::number(error.retryAfterSeconds) + "\r\n";
    const bool wasHead = std::exchange(m_request.method, QByteArray()) == "HEAD";
    respond(error.status, fields,
            {wasHead ? QByteArray()
                     : errorJson(error.code, error.message, QDateTime::currentMSecsSinceEpoch())});
}

void HttpConnection::close()
{
    if (m_state == State::Gone)
        return;
    if (m_state == State::Answering) {
        m_request.keepAlive = false;
        return;
    }
    enter(State::Closing);
    m_stream->finish();
}

void HttpConnection::sweep(Clock::time_point now)
{
    const HttpLimits &limits = m_house.limits();
    const auto since = now - m_since;
    switch (m_state) {
    case State::Head:
        if (m_stream->queuedBytes() > 0) {
            if (since > std::chrono::seconds(limits.answerSeconds))
                m_stream->abort();
        } else if (!m_hasHeadBegun
                   && since > std::chrono::seconds(m_isFirst ? limits.headSeconds
                                                             : limits.idleSeconds)) {
            close();
        } else if (m_hasHeadBegun && since > std::chrono::seconds(limits.headSeconds)) {
            refuse({408, "request_timeout", "the request head took too long"});
        }
        break;
    case State::Body:
        if (since > std::chrono::seconds(limits.bodySeconds))
            refuse({408, "request_timeout", "the request body took too long"});
        break;
    case State::Answering:
        if (since > std::chrono::seconds(limits.answerSeconds))
            refuse({503, "unavailable", "the server took too long"});
        break;
    case State::Closing:
        if (since > std::chrono::seconds(m_stream->queuedBytes() > 0 ? limits.answerSeconds : 2))
            m_stream->abort();
        break;
    case State::Gone:
        break;
    }
}

bool HttpConnection::inputEnded()
{
    // Some clients close their side behind the request and wait for the answer.
    m_hasEnded = true;
    return isAnswering();
}

void HttpConnection::streamClosed()
{
    m_state = State::Gone;
    TurnEnd::request(this);
}

void HttpConnection::allWritten()
{
    if (m_state != State::Head && m_state != State::Closing)
        return;
    m_since = Clock::now(); // idle only from now on
    // Not here: over TLS this comes out of the middle of writing.
    if (m_isPaused || m_hasEnded)
        TurnEnd::request(this);
}

void HttpConnection::turnEnded()
{
    if (m_state != State::Gone) {
        if (m_state == State::Head && (std::exchange(m_isPaused, false) || m_hasEnded)) {
            m_stream->setReading(!m_hasEnded);
            process();
        }
        return;
    }
    m_house.finished(this); // destroys this
}

} // namespace possync::net
