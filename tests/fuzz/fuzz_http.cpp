// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The gate's reading of a request: head, then a chunked body. Besides not falling over, what is
// accepted must be what the gate promises to those behind it.
#include "server/net/httprequest.h"
#include "server/security/rights.h"
#include "tests/fuzz/fuzz.h"

using namespace possync;
using namespace possync::net;

namespace {

struct Outcome {
    ChunkedBody::Progress progress;
    QByteArray body;
    QByteArray rest;
};

/// Gives the body in pieces of this size.
Outcome chunked(const QByteArray &bytes, qsizetype piece)
{
    constexpr qint64 limit = 4'096;
    ChunkedBody body(limit);
    QByteArray in;
    Outcome outcome{ChunkedBody::Progress::NeedsMore, {}, {}};
    qsizetype given = 0;
    while (outcome.progress == ChunkedBody::Progress::NeedsMore && given < bytes.size()) {
        in += bytes.mid(given, piece);
        given += piece;
        outcome.progress = body.take(in);
    }
    outcome.body = body.body();
    outcome.rest = in + bytes.mid(std::min(given, bytes.size()));
    require(outcome.body.size() <= limit);
    return outcome;
}

void checkHead(const QByteArray &head)
{
    const auto request = parseHead(head, {});
    if (!request) {
        require(request.error().status >= 400 && !request.error().code.isEmpty());
        return;
    }
    require(request->path.startsWith('/') || request->path == "*");
    require(request->contentLength >= 0);
    require(!request->isChunked || request->contentLength == 0);
    for (const char c : request->path + request->query + request->token + request->method)
        require(static_cast<unsigned char>(c) > 0x20 && c != 0x7F);
    for (const auto &[name, value] : request->fields) {
        require(!name.isEmpty() && name == name.toLower());
        require(!value.contains('\r') && !value.contains('\n') && !value.contains('\0'));
    }
    const security::FoundRoute found = security::findRoute(request->method, request->path);
    require(found.row || found.restaurant.isEmpty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    checkHead(end < 0 ? bytes : bytes.first(end + 4));
    const QByteArray body = end < 0 ? bytes : bytes.sliced(end + 4);
    const Outcome whole = chunked(body, std::max<qsizetype>(1, body.size()));
    const Outcome pieces = chunked(body, 1);
    // How the network cuts it must make no difference.
    require(whole.progress == pieces.progress);
    if (whole.progress == ChunkedBody::Progress::Done)
        require(whole.body == pieces.body && whole.rest == pieces.rest);
    return 0;
}
