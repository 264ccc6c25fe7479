// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/httpclient.h"

#include <charconv>

namespace possync::bench {

HttpClient::HttpClient(Loop &loop, Endpoint server, Handler handler)
    : Socket(loop)
    , m_server(std::move(server))
    , m_handler(std::move(handler))
{
}

void HttpClient::get(std::string_view target)
{
    send(getRequest(m_server.host, target));
}

void HttpClient::post(std::string_view target, std::string_view body)
{
    send(postRequest(m_server.host, target, body));
}

std::size_t HttpClient::onBytes(char *bytes, std::size_t size)
{
    const std::string_view text(bytes, size);
    std::size_t used = 0;
    if (!m_inBody) {
        const std::optional<ResponseHead> head = readResponseHead(text);
        if (!head)
            return 0;
        m_answer = {.status = head->status, .bodySize = 0, .body = {}};
        m_body.clear();
        m_chunked = head->chunked;
        m_left = head->contentLength.value_or(0);
        m_inBody = true;
        used = head->size;
    }
    return used + (m_chunked ? takeChunks(text.substr(used)) : takeBody(text.substr(used)));
}

std::size_t HttpClient::takeBody(std::string_view bytes)
{
    const std::string_view part = bytes.substr(0, m_left);
    if (m_keep)
        m_body.append(part);
    m_answer.bodySize += part.size();
    m_left -= part.size();
    if (m_left == 0)
        finish();
    return part.size();
}

std::size_t HttpClient::takeChunks(std::string_view bytes)
{
    std::size_t used = 0;
    for (;;) {
        const std::string_view rest = bytes.substr(used);
        const std::size_t line = rest.find("\r\n");
        if (line == std::string_view::npos)
            return used;
        std::size_t length = 0;
        std::from_chars(rest.data(), rest.data() + line, length, 16);
        if (rest.size() < line + 2 + length + 2)
            return used;
        used += line + 2 + length + 2;
        if (length == 0) {
            finish();
            return used;
        }
        if (m_keep)
            m_body.append(rest.substr(line + 2, length));
        m_answer.bodySize += length;
    }
}

void HttpClient::finish()
{
    m_inBody = false;
    m_answer.body = m_body;
    m_handler(*this, m_answer);
}

void HttpClient::onClosed()
{
    m_inBody = false;
    m_handler(*this, Answer());
}

} // namespace possync::bench
