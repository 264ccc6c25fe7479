// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/httprequest.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>

namespace possync::net {
namespace {

namespace http = boost::beast::http;

Unexpected<HttpError> bad(const char *message)
{
    return Unexpected{HttpError{400, "bad_request", message}};
}

QByteArray copyOf(boost::beast::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// What the parser would let pass although others read it differently.
Result<Done, HttpError> checkText(QByteArrayView head, const HttpLimits &limits)
{
    int lines = 0;
    for (qsizetype i = 0; i < head.size(); ++i) {
        const auto c = static_cast<unsigned char>(head[i]);
        if (c == '\n') {
            if (i == 0 || head[i - 1] != '\r')
                return bad("lines must end with CR LF");
            ++lines;
            const bool more = i + 1 < head.size();
            if (more && (head[i + 1] == ' ' || head[i + 1] == '\t'))
                return bad("folded header fields are not accepted");
        } else if (c == '\r') {
            if (i + 1 >= head.size() || head[i + 1] != '\n')
                return bad("lines must end with CR LF");
        } else if ((c < 0x20 && c != '\t') || c == 0x7F) {
            return bad("control character in the request head");
        }
    }
    if (lines - 2 > limits.headFields)
        return Unexpected{HttpError{431, "too_many_fields", "too many header fields"}};
    return Done{};
}

bool isDigits(const QByteArray &text)
{
    return !text.isEmpty()
           && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool isPercentEncodingValid(const QByteArray &text)
{
    const auto isHex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && (i + 2 >= text.size() || !isHex(text[i + 1]) || !isHex(text[i + 2])))
            return false;
    }
    return true;
}

Result<Done, HttpError> readTarget(const QByteArray &target, HttpRequest &request)
{
    if (!target.startsWith('/') && !(target == "*" && request.method == "OPTIONS"))
        return bad("the request target must be a path");
    if (target.contains('#') || !isPercentEncodingValid(target))
        return bad("the request target is not valid");
    const QByteArray decoded = QByteArray::fromPercentEncoding(target);
    if (!QByteArrayView(decoded).isValidUtf8())
        return bad("the request target is not UTF-8");
    // No JSON of ours holds it: ids in messages may not either.
    if (decoded.contains('\0'))
        return bad("the request target holds U+0000");
    const qsizetype mark = target.indexOf('?');
    request.path = mark < 0 ? target : target.first(mark);
    request.query = mark < 0 ? QByteArray() : target.sliced(mark + 1);
    if (request.path.startsWith("/t/")) {
        const qsizetype end = request.path.indexOf('/', 3);
        request.token = request.path.sliced(3, (end < 0 ? request.path.size() : end) - 3);
        request.path = end < 0 ? QByteArray("/") : request.path.sliced(end);
    }
    return Done{};
}

Result<Done, HttpError> readFraming(HttpRequest &request)
{
    int lengths = 0;
    int encodings = 0;
    int hosts = 0;
    // Whoever looks at the first and whoever looks at the last must see the same.
    for (const QByteArrayView name : {"authorization", "origin", "content-type",
                                      "sec-websocket-key", "sec-websocket-version"}) {
        if (std::ranges::count(request.fields, name, &std::pair<QByteArray, QByteArray>::first) > 1)
            return Unexpected{
                HttpError{400, "bad_request", name.toByteArray() + " is given twice"}};
    }
    for (const auto &[name, value] : request.fields) {
        if (name == "content-length") {
            if (++lengths > 1)
                return bad("Content-Length is given twice");
            bool ok = false;
            request.contentLength = value.toLongLong(&ok);
            if (!isDigits(value) || !ok)
                return bad("Content-Length is not a number");
        } else if (name == "transfer-encoding") {
            if (++encodings > 1 || value.toLower() != "chunked")
                return bad("the only Transfer-Encoding understood is chunked");
            request.isChunked = true;
        } else if (name == "host") {
            ++hosts;
        } else if (name == "content-encoding" && value.toLower() != "identity") {
            return Unexpected{
                HttpError{415, "unsupported_encoding", "compressed bodies are not accepted"}};
        } else if (name == "expect") {
            if (value.toLower() != "100-continue")
                return Unexpected{HttpError{417, "expectation_failed",
                                            "the only Expect understood is 100-continue"}};
            request.expectsContinue = true;
        }
    }
    if (request.isChunked && lengths > 0)
        return bad("Content-Length and Transfer-Encoding exclude each other");
    if (hosts > 1)
        return bad("Host is given twice");
    return Done{};
}

} // namespace

QByteArray HttpRequest::field(QByteArrayView lowerCaseName) const
{
    for (const auto &[name, value] : fields) {
        if (name == lowerCaseName)
            return value;
    }
    return {};
}

bool HttpRequest::isUpgrade() const
{
    return field("upgrade").toLower() == "websocket";
}

Result<HttpRequest, HttpError> parseHead(QByteArrayView head, const HttpLimits &limits)
{
    if (const auto checked = checkText(head, limits); !checked)
        return Unexpected{checked.error()};
    // The version first: the parser's own word for a strange one would be "bad request".
    const qsizetype lineEnd = head.indexOf("\r\n");
    const QByteArrayView line = head.first(std::max<qsizetype>(0, lineEnd));
    if (line.size() > limits.requestLineBytes)
        return Unexpected{HttpError{414, "request_line_too_long", "the request line is too long"}};
    const QByteArrayView version = line.sliced(line.lastIndexOf(' ') + 1);
    if (!version.startsWith("HTTP/"))
        return bad("this is not HTTP");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool looksValid = version.size() == 8 && version[6] == '.' && version[5] >= '0'
                                && version[5] <= '9' && version[7] >= '0' && version[7] <= '9';
        if (!looksValid)
            return bad("this is not HTTP");
        return Unexpected{HttpError{505, "unsupported_version", "HTTP/1.1 is spoken here"}};
    }

    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.headBytes + 1024));
    parser.body_limit(boost::none);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(head.data(), static_cast<std::size_t>(head.size())), error);
    if (error && error != http::error::need_more)
        return bad("the request head is not valid HTTP");
    if (!parser.is_header_done())
        return bad("the request head is not complete");

    HttpRequest request;
    const auto &message = parser.get();
    request.method = copyOf(message.method_string());
    for (const auto &field : message)
        request.fields.emplace_back(copyOf(field.name_string()).toLower(), copyOf(field.value()));
    const bool isOld = message.version() == 10;
    if (request.field("host").isEmpty() && !isOld)
        return bad("Host is missing");
    static constexpr std::array known{"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"};
    if (std::ranges::find(known, QByteArrayView(request.method),
                          [](const char *name) { return QByteArrayView(name); })
        == known.end()) {
        const bool refused = request.method == "TRACE" || request.method == "CONNECT";
        return Unexpected{refused
                              ? HttpError{405, "method_not_allowed", "this method is not offered"}
                              : HttpError{501, "unknown_method", "this method is not known"}};
    }
    if (const auto read = readTarget(copyOf(message.target()), request); !read)
        return Unexpected{read.error()};
    if (const auto read = readFraming(request); !read)
        return Unexpected{read.error()};
    if (isOld && request.isChunked)
        return bad("HTTP/1.0 knows no chunked bodies");
    if (isOld && request.isUpgrade())
        return bad("a WebSocket needs HTTP/1.1");
    const QByteArray connection = request.field("connection").toLower();
    request.keepAlive = isOld ? connection.contains("keep-alive") : !connection.contains("close");
    return request;
}

ChunkedBody::Progress ChunkedBody::take(QByteArray &in)
{
    qsizetype used = 0;
    const auto finish = [&](Progress progress) {
        in.remove(0, used);
        return progress;
    };
    while (true) {
        if (m_left < 0) {
            const qsizetype end = in.indexOf("\r\n", used);
            if (end < 0)
                return in.size() - used > 32 ? finish(Progress::Malformed)
                                             : finish(Progress::NeedsMore);
            const QByteArray line = in.sliced(used, end - used);
            used = end + 2;
            if (m_isLast) {
                // Trailers are not accepted: after the last chunk comes the blank line.
                return finish(line.isEmpty() ? Progress::Done : Progress::Malformed);
            }
            bool ok = false;
            const bool plain = line.size() <= 8 && std::ranges::all_of(line, [](char c) {
                                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')
                                          || (c >= 'A' && c <= 'F');
                               });
            const qint64 size = line.toLongLong(&ok, 16);
            if (!plain || !ok)
                return finish(Progress::Malformed);
            if (m_body.size() + size > m_limit)
                return finish(Progress::TooLong);
            if (size == 0)
                m_isLast = true;
            else
                m_left = size;
            continue;
        }
        const qsizetype piece = std::min<qsizetype>(m_left, in.size() - used);
        m_body.append(QByteArrayView(in).sliced(used, piece));
        used += piece;
        m_left -= piece;
        if (m_left > 0)
            return finish(Progress::NeedsMore);
        if (in.size() - used < 2)
            return finish(Progress::NeedsMore);
        if (in[used] != '\r' || in[used + 1] != '\n')
            return finish(Progress::Malformed);
        used += 2;
        m_left = -1;
    }
}

} // namespace possync::net
