// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/loop.h"

#include <functional>

namespace possync::bench {

/// One keep-alive connection that has one request out at a time.
class HttpClient : public Socket
{
public:
    struct Answer {
        int status = 0; ///< 0: the connection broke.
        std::size_t bodySize = 0;
        std::string_view body; ///< Empty unless keepBodies().
    };
    using Handler = std::function<void(HttpClient &, const Answer &)>;

    HttpClient(Loop &loop, Endpoint server, Handler handler);
    bool dial() { return connectTo(m_server); }
    void keepBodies(bool keep) { m_keep = keep; }
    void get(std::string_view target);
    void post(std::string_view target, std::string_view body);
    const Endpoint &server() const { return m_server; }

protected:
    std::size_t onBytes(char *bytes, std::size_t size) override;
    void onClosed() override;

private:
    std::size_t takeBody(std::string_view bytes);
    std::size_t takeChunks(std::string_view bytes);
    void finish();

    Endpoint m_server;
    Handler m_handler;
    std::string m_body;
    bool m_keep = false;
    bool m_inBody = false;
    bool m_chunked = false;
    std::size_t m_left = 0; ///< Of the body.
    Answer m_answer;
};

} // namespace possync::bench
