// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/timestamp.h"

#include <chrono>

namespace possync {
namespace {

void writeDigits(char *at, unsigned value, int width)
{
    for (int i = width - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

/// Reads exactly `width` digits at `*at` and moves on; -1 if there are fewer.
int readDigits(const char *&at, const char *end, int width)
{
    if (end - at < width)
        return -1;
    int value = 0;
    for (int i = 0; i < width; ++i, ++at) {
        if (*at < '0' || *at > '9')
            return -1;
        value = value * 10 + (*at - '0');
    }
    return value;
}

bool readChar(const char *&at, const char *end, char expected)
{
    if (at == end || *at != expected)
        return false;
    ++at;
    return true;
}

} // namespace

QByteArray formatTimestamp(qint64 utcMs)
{
    using namespace std::chrono;
    const sys_time<milliseconds> point{milliseconds(utcMs)};
    const auto day = floor<days>(point);
    const year_month_day date{day};
    const hh_mm_ss time{point - day};
    QByteArray text("0000-00-00T00:00:00.000Z");
    char *out = text.data();
    writeDigits(out, static_cast<unsigned>(std::max(0, static_cast<int>(date.year()))), 4);
    writeDigits(out + 5, static_cast<unsigned>(date.month()), 2);
    writeDigits(out + 8, static_cast<unsigned>(date.day()), 2);
    writeDigits(out + 11, static_cast<unsigned>(time.hours().count()), 2);
    writeDigits(out + 14, static_cast<unsigned>(time.minutes().count()), 2);
    writeDigits(out + 17, static_cast<unsigned>(time.seconds().count()), 2);
    writeDigits(out + 20, static_cast<unsigned>(time.subseconds().count()), 3);
    return text;
}

std::optional<qint64> parseTimestamp(QByteArrayView text)
{
    using namespace std::chrono;
    const char *at = text.begin();
    const char *const end = text.end();
    const int y = readDigits(at, end, 4);
    if (y < 0 || !readChar(at, end, '-'))
        return std::nullopt;
    const int mo = readDigits(at, end, 2);
    if (mo < 0 || !readChar(at, end, '-'))
        return std::nullopt;
    const int d = readDigits(at, end, 2);
    if (d < 0 || at == end || (*at != 'T' && *at != ' '))
        return std::nullopt;
    ++at;
    const int h = readDigits(at, end, 2);
    if (h < 0 || !readChar(at, end, ':'))
        return std::nullopt;
    const int mi = readDigits(at, end, 2);
    if (mi < 0 || !readChar(at, end, ':'))
        return std::nullopt;
    const int s = readDigits(at, end, 2);
    const year_month_day date{year(y), month(static_cast<unsigned>(mo)),
                              day(static_cast<unsigned>(d))};
    if (s < 0 || !date.ok() || h > 23 || mi > 59 || s > 60)
        return std::nullopt;
    qint64 ms = 0;
    if (at != end && *at == '.') {
        ++at;
        int scale = 100;
        const char *const first = at;
        for (; at != end && *at >= '0' && *at <= '9'; ++at, scale /= 10)
            ms += scale * (*at - '0');
        if (at == first)
            return std::nullopt;
    }
    qint64 zoneMinutes = 0;
    if (at != end && *at == 'Z') {
        ++at;
    } else if (at != end && (*at == '+' || *at == '-')) {
        const int sign = *at++ == '-' ? -1 : 1;
        const int zh = readDigits(at, end, 2);
        if (zh < 0 || !readChar(at, end, ':'))
            return std::nullopt;
        const int zm = readDigits(at, end, 2);
        if (zm < 0)
            return std::nullopt;
        zoneMinutes = sign * (zh * 60 + zm);
    }
    if (at != end)
        return std::nullopt;
    const auto seconds = sys_days(date).time_since_epoch() + hours(h) + minutes(mi - zoneMinutes)
                         + std::chrono::seconds(s);
    return duration_cast<milliseconds>(seconds).count() + ms;
}

} // namespace possync
