// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/decimal.h"

#include <algorithm>

namespace possync::sync {
namespace {

constexpr int maxDigits = 18; // of a qint64, all of them usable

struct Decimal {
    qint64 mantissa = 0;
    int decimals = 0;
};

bool scale(Decimal &number, int decimals)
{
    for (; number.decimals < decimals; ++number.decimals) {
        if (__builtin_mul_overflow(number.mantissa, qint64(10), &number.mantissa))
            return false;
    }
    return true;
}

std::optional<Decimal> parsed(QByteArrayView text)
{
    Decimal number;
    const char *at = text.begin();
    const bool negative = at != text.end() && *at == '-';
    at += negative ? 1 : 0;
    bool point = false;
    bool any = false;
    for (; at != text.end() && *at != 'e' && *at != 'E'; ++at) {
        if (*at == '.' && !point) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9')
            return std::nullopt;
        any = true;
        if (__builtin_mul_overflow(number.mantissa, qint64(10), &number.mantissa)
            || __builtin_add_overflow(number.mantissa, qint64(*at - '0'), &number.mantissa))
            return std::nullopt;
        number.decimals += point ? 1 : 0;
    }
    if (!any)
        return std::nullopt;
    if (at != text.end()) {
        bool ok = false;
        const int exponent = QByteArray(at + 1, text.end() - at - 1).toInt(&ok);
        if (!ok || exponent < -maxDigits || exponent > maxDigits)
            return std::nullopt;
        number.decimals -= exponent;
    }
    if (!scale(number, 0))
        return std::nullopt;
    if (negative)
        number.mantissa = -number.mantissa;
    return number;
}

} // namespace

std::optional<QByteArray> decimalSum(QByteArrayView a, QByteArrayView b)
{
    auto first = parsed(a);
    auto second = parsed(b);
    if (!first || !second)
        return std::nullopt;
    const int decimals = std::max(first->decimals, second->decimals);
    qint64 sum = 0;
    if (decimals > maxDigits || !scale(*first, decimals) || !scale(*second, decimals)
        || __builtin_add_overflow(first->mantissa, second->mantissa, &sum))
        return std::nullopt;
    QByteArray text =
        QByteArray::number(sum < 0 ? 0 - static_cast<quint64>(sum) : static_cast<quint64>(sum));
    if (decimals > 0) {
        text = text.rightJustified(decimals + 1, '0');
        text.insert(text.size() - decimals, '.');
    }
    return sum < 0 ? '-' + text : text;
}

} // namespace possync::sync
