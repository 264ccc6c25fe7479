// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/messages.h"
#include "tests/bench/report.h"
#include "tests/bench/scenarios.h"

#include <cstdio>
#include <set>

namespace possync::bench {
namespace {

int failures = 0;

void check(bool holds, const char *what, std::size_t which = 0)
{
    if (holds)
        return;
    ++failures;
    std::fprintf(stderr, "FAIL: %s (%zu)\n", what, which);
}

void checkFrames()
{
    for (const std::size_t size :
         {0UL, 1UL, 7UL, 125UL, 126UL, 700UL, 65535UL, 65536UL, 200000UL}) {
        std::string payload(size, 'x');
        for (std::size_t i = 0; i < size; ++i)
            payload[i] = static_cast<char>('a' + i % 23);
        std::string masked;
        appendFrame(masked, Opcode::Text, payload, 0xa1b2c3d4U);
        const std::size_t head = masked.size() - size;
        for (std::size_t part = 0; part < head + std::min<std::size_t>(size, 1); ++part) {
            if (part < masked.size())
                check(!readFrame(std::string_view(masked).substr(0, part)), "part of a frame",
                      part);
        }
        masked.append("next");
        const std::optional<Frame> frame = readFrame(masked);
        check(frame && frame->size == head + size && frame->final && frame->mask, "masked", size);
        if (!frame)
            continue;
        check(size == 0 || frame->payload != payload, "the mask changes the payload", size);
        applyMask(masked.data() + head, size, *frame->mask);
        check(frame->payload == payload, "unmasked payload", size);

        std::string plain;
        appendFrame(plain, Opcode::Ping, payload);
        const std::optional<Frame> ping = readFrame(plain);
        check(ping && ping->opcode == Opcode::Ping && !ping->mask && ping->payload == payload,
              "plain frame", size);
    }
    // The example of RFC 6455 §5.7: "Hello", masked.
    const std::string hello("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
    std::string own;
    appendFrame(own, Opcode::Text, "Hello", 0x3d21fa37U); // its bytes in memory order
    check(own == hello, "example of the RFC");
}

void checkHttp()
{
    const std::string_view answer = "HTTP/1.1 200 OK\r\nX-Other: 1\r\ncontent-length:  12\r\n"
                                    "Connection: close\r\n\r\nhello world!";
    const std::optional<ResponseHead> head = readResponseHead(answer);
    check(head && head->status == 200 && head->contentLength == 12U && !head->keepAlive
              && !head->chunked && answer.substr(head->size) == "hello world!",
          "answer with a length");
    check(!readResponseHead(answer.substr(0, 40)), "part of a head");
    const std::optional<ResponseHead> chunks =
        readResponseHead("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n");
    check(chunks && chunks->status == 404 && chunks->chunked && !chunks->contentLength, "chunked");
    check(postRequest("h:1", "/p", "{}").ends_with("Content-Length: 2\r\n\r\n{}"), "POST");
    const std::optional<Endpoint> at = parseUrl("http://127.0.0.1:3000/ws");
    check(at && at->port == 3000 && at->path == "/ws" && at->host == "127.0.0.1:3000", "URL");
    check(!parseUrl("127.0.0.1:3000") && !parseUrl("http://127.0.0.1:x/"), "bad URLs");
}

/// Braces, brackets and quotes pair up, which a wrong comma-and-quote builder does not manage.
bool isBalanced(std::string_view text)
{
    std::string open;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (c == '{' || c == '[')
            open.push_back(c == '{' ? '}' : ']');
        else if ((c == '}' || c == ']') && (open.empty() || open.back() != c))
            return false;
        else if (c == '}' || c == ']')
            open.pop_back();
    }
    return open.empty() && !quoted && text.find(",,") == std::string_view::npos
           && text.find(",}") == std::string_view::npos
           && text.find(",]") == std::string_view::npos;
}

void checkMessages()
{
    const Identity who{.run = "t", .room = 41, .index = 7};
    std::set<std::string> seen;
    for (std::uint32_t number = 0; number < 2000; ++number) {
        std::string message;
        appendOrderUpdate(message, who, number);
        check(message.size() > 600 && message.size() < 800, "size", message.size());
        check(orderMark(message) == Mark{.room = 41, .sender = 7, .number = number}, "mark",
              number);
        check(isBalanced(message), "order_update is well formed", number);
        check(seen.insert(message.substr(0, message.find("\"updated_at\""))).second, "differs",
              number);
    }
    std::string change;
    appendDataChange(change, who, 12);
    check(isBalanced(change) && isOfType(change, "data_change"), "data_change");
    check(!orderMark(change), "a data_change is not counted as a typed message");
    const std::string body = syncBody(who, 0, 100);
    check(isBalanced(body) && body.size() < 100 * 1024, "100 changes fit the old body limit");
    check(isOfType(registerMessage(who), "register"), "register");
    check(deviceTarget("/ws", who) == "/ws?device_id=pos_device_41_7&restaurant_id=restaurant_t_41",
          "target");
    Identity shown = who;
    shown.token = "ps_1";
    check(deviceTarget("/", shown).starts_with("/t/ps_1/?device_id="), "target with a token");
}

void checkReport()
{
    Report report("x");
    report.number("n", 1.5);
    check(report.line() == R"({"scenario":"x","n":1.5,"ok":true})", "report");
    report.problem("say \"no\"");
    report.problem("second");
    check(report.line() == R"({"scenario":"x","n":1.5,"ok":false,"problem":"say \"no\""})",
          "report with a problem");
    Durations times;
    for (int i = 100; i > 0; --i)
        times.add(i * 1'000'000);
    check(times.percentileMs(0.5) == 50 && times.percentileMs(0.99) == 99
              && times.percentileMs(1) == 100 && Durations().percentileMs(0.5) == 0,
          "percentiles");
}

} // namespace

int selfTest()
{
    checkFrames();
    checkHttp();
    checkMessages();
    checkReport();
    std::printf("%d checks failed\n", failures);
    return failures == 0 ? 0 : 1;
}

} // namespace possync::bench
