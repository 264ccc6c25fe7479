// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/// The inside of jsontext.h; for common/model only.
namespace possync::json {

/// Moves over the plain text of a string, several bytes at once: to its closing quote, to the next
/// byte that needs a look, or to one of the last bytes before `end`. Never reads at or behind
/// `end`. In text that was checked before only escapes need a look; elsewhere also control
/// characters and bytes with more than seven bits.
template<bool isChecked>
const char *skipPlainText(const char *at, const char *end)
{
#ifdef __SSE2__
    while (end - at >= 16) {
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(text, _mm_set1_epi8('\\')));
        // Signed: bytes with the eighth bit are negative, so less than a space, too.
        if constexpr (!isChecked)
            stop = _mm_or_si128(stop, _mm_cmplt_epi8(text, _mm_set1_epi8(0x20)));
        if (const auto stops = static_cast<unsigned>(_mm_movemask_epi8(stop)); stops != 0)
            return at + std::countr_zero(stops);
        at += 16;
    }
#endif
    constexpr std::uint64_t ones = 0x0101010101010101ULL;
    constexpr std::uint64_t highs = 0x8080808080808080ULL;
    while (end - at >= 8) {
        std::uint64_t x;
        std::memcpy(&x, at, sizeof x);
        const auto zeroBytes = [](std::uint64_t v) { return (v - ones) & ~v; };
        std::uint64_t stops = zeroBytes(x ^ (ones * '"')) | zeroBytes(x ^ (ones * '\\'));
        if constexpr (!isChecked)
            stops |= x | ((x - ones * 0x20) & ~x);
        if (stops & highs)
            break;
        at += 8;
    }
    return at;
}

/// The first byte that cannot stand in a JSON string as it is, or `end`.
inline const char *firstToEscape(const char *at, const char *end)
{
    while (true) {
        at = skipPlainText<false>(at, end);
        if (at == end)
            return end;
        const auto c = static_cast<unsigned char>(*at);
        if (c < 0x20 || c == '"' || c == '\\')
            return at;
        ++at;
    }
}

} // namespace possync::json
