// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"
#include "server/security/role.h"

#include <QByteArray>
#include <QByteArrayView>
#include <vector>

namespace possync::net {

/// What the gate takes at most; docs/protocol.md, "Limits".
struct HttpLimits {
    qsizetype requestLineBytes = 8 * 1024;
    qsizetype headBytes = 16 * 1024;
    int headFields = 64;
    qint64 bodyBytes = 1024 * 1024;
    qint64 syncBodyBytes = 8 * 1024 * 1024; ///< `POST /api/sync`, so that a day's queue drains.
    qint64 heldBodyBytes = 256 * 1024 * 1024; ///< Of all large bodies that have not arrived whole.
    qint64 queueBytes = 256 * 1024;           ///< Answers that wait before a request more is taken.
    int headSeconds = 10;
    int bodySeconds = 30;
    int idleSeconds = 15;
    int answerSeconds = 60; ///< For the server's own work and for the reader to take it.
};

/// An HTTP error before any route is asked.
struct HttpError {
    int status = 400;
    QByteArray code;           ///< Stable, see docs/protocol.md, "Error codes".
    QByteArray message;        ///< For people.
    int retryAfterSeconds = 0; ///< Of a 429.
};

/// A checked request head.
struct HttpRequest {
    QByteArray method;
    QByteArray path;  ///< As sent, still percent-encoded, without query; a `/t/<token>` is cut off.
    QByteArray query; ///< As sent, without '?'.
    QByteArray token; ///< From the path; empty if there was none.
    std::vector<std::pair<QByteArray, QByteArray>> fields; ///< Names in lower case.
    bool keepAlive = true;
    bool isChunked = false;
    qint64 contentLength = 0;
    bool expectsContinue = false;
    security::Grant grant; ///< Of who asks; set by the gate.
    QByteArray client;     ///< Address of who asks; set by the gate. Empty: hidden by a proxy.

    QByteArray field(QByteArrayView lowerCaseName) const;
    bool isUpgrade() const;
};

/// Reads a request head, blank line included. Refuses whatever two readers could understand
/// differently: docs/protocol.md, "HTTP".
Result<HttpRequest, HttpError> parseHead(QByteArrayView head, const HttpLimits &limits);

/// Takes a chunked body piece by piece.
class ChunkedBody
{
public:
    explicit ChunkedBody(qint64 limit)
        : m_limit(limit)
    {
    }

    enum class Progress { NeedsMore, Done, Malformed, TooLong };
    /// Takes what it can off the front of `in`.
    Progress take(QByteArray &in);
    QByteArray body() { return std::move(m_body); }
    qint64 size() const { return m_body.size(); }

private:
    QByteArray m_body;
    qint64 m_limit;
    qint64 m_left = -1; ///< Of the chunk being read, -1: its size comes next.
    bool m_isLast = false;
};

} // namespace possync::net
