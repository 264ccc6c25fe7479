// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Taking text apart that was checked before: nothing here can meet a mistake.
#include "common/model/jsontext.h"

#include "common/model/jsonscan.h"

#include <array>
#include <bit>
#include <cstring>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace possync::json {
namespace {

const char *skipRestOfText(const char *at, const char *end, bool &escapes)
{
    while (*at != '"') {
        if (*at == '\\') {
            escapes = true;
            ++at;
        }
        at = skipPlainText<true>(at + 1, end);
    }
    return at + 1;
}

/// Moves behind the closing quote of a string of which `at` is inside; tells of escapes.
inline const char *skipCheckedText(const char *at, const char *end, bool &escapes)
{
    at = skipPlainText<true>(at, end);
    if (*at == '"') [[likely]]
        return at + 1;
    return skipRestOfText(at, end, escapes);
}

const char *skipCheckedString(const char *at, const char *end)
{
    bool escapes = false;
    return skipCheckedText(at + 1, end, escapes);
}

/// A set of bytes; to ask costs the same whatever is in it.
struct Bytes {
    std::array<bool, 256> has{};
    constexpr explicit Bytes(std::string_view all)
    {
        for (const char c : all)
            has[static_cast<unsigned char>(c)] = true;
    }
    bool operator()(char c) const { return has[static_cast<unsigned char>(c)]; }
};
constexpr Bytes isBetweenValues(" \n\r\t,:");
constexpr Bytes endsPlainValue(" \n\r\t,}]");

const char *skipCheckedSpace(const char *at, const char *end)
{
    while (at != end && isBetweenValues(*at))
        ++at;
    return at;
}

/// Moves behind the end of the object or array that is open `depth` deep at `at`.
const char *skipToEnd(const char *at, const char *end, int depth)
{
    while (true) {
        if (*at == '"') {
            at = skipCheckedString(at, end);
            continue;
        }
        if (*at == '{' || *at == '[')
            ++depth;
        else if ((*at == '}' || *at == ']') && --depth == 0)
            return at + 1;
        ++at;
    }
}

#ifdef __SSE2__

/// Of 64 bytes: which are quotes, which open and close an object or array, which escape.
struct Marks {
    std::uint64_t quotes = 0;
    std::uint64_t opening = 0;
    std::uint64_t closing = 0;
    std::uint64_t escapes = 0;

    explicit Marks(const char *at)
    {
        for (unsigned part = 0; part < 4; ++part) {
            const __m128i text =
                _mm_loadu_si128(reinterpret_cast<const __m128i *>(at + std::size_t(part) * 16));
            // Sets the bit in which brackets and braces differ.
            const __m128i folded = _mm_or_si128(text, _mm_set1_epi8(0x20));
            const auto bits = [&](__m128i in, char c) {
                const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(in, _mm_set1_epi8(c)));
                return std::uint64_t(static_cast<unsigned>(mask)) << (part * 16);
            };
            quotes |= bits(text, '"');
            escapes |= bits(text, '\\');
            opening |= bits(folded, '{');
            closing |= bits(folded, '}');
        }
    }
};

/// Bit n: whether an odd number of the bits up to n is set.
std::uint64_t oddSoFar(std::uint64_t bits)
{
    for (int by = 1; by < 64; by *= 2)
        bits ^= bits << by;
    return bits;
}

/// As skipToEnd(), by blocks: records hold long lists that most readers only step over.
const char *skipBlocks(const char *at, const char *end)
{
    int depth = 1;
    std::uint64_t carried = 0; // All ones while a string reaches into the block.
    while (end - at >= 64) {
        const Marks marks(at);
        if (marks.escapes != 0)
            break;
        const std::uint64_t inString = oddSoFar(marks.quotes) ^ carried;
        const std::uint64_t opening = marks.opening & ~inString;
        const std::uint64_t closing = marks.closing & ~inString;
        int closed = 0;
        for (std::uint64_t left = closing; left != 0; left &= left - 1) {
            const int place = std::countr_zero(left);
            const std::uint64_t before = (std::uint64_t(1) << place) - 1;
            if (depth + std::popcount(opening & before) == ++closed)
                return at + place + 1;
        }
        depth += std::popcount(opening) - closed;
        carried = 0 - (inString >> 63);
        at += 64;
    }
    if (carried != 0)
        at = skipCheckedString(at - 1, end);
    return skipToEnd(at, end, depth);
}

#else

const char *skipBlocks(const char *at, const char *end)
{
    return skipToEnd(at, end, 1);
}

#endif

/// Moves over one value.
const char *skipCheckedValue(const char *at, const char *end, Type &type)
{
    switch (*at) {
    case '"':
        type = Type::String;
        return skipCheckedString(at, end);
    case '{':
    case '[':
        type = *at == '{' ? Type::Object : Type::Array;
        return skipBlocks(at + 1, end);
    default:
        type = *at == 't'   ? Type::True
               : *at == 'f' ? Type::False
               : *at == 'n' ? Type::Null
                            : Type::Number;
        while (at != end && !endsPlainValue(*at))
            ++at;
        return at;
    }
}

} // namespace

bool splitObject(QByteArrayView checkedObject, Members &members, QByteArrayView inner)
{
    members.clear();
    if (members.capacity() == 0)
        members.reserve(24); // what most records have; growing costs more than the room
    const char *const end = checkedObject.end();
    const char *at = skipCheckedSpace(checkedObject.begin(), end);
    if (at == end || *at != '{')
        return false;
    for (at = skipCheckedSpace(at + 1, end); at != end && *at == '"';
         at = skipCheckedSpace(at, end)) {
        const char *const keyStart = at + 1;
        bool escapes = false;
        at = skipCheckedText(keyStart, end, escapes);
        const QByteArrayView key(keyStart, at - 1 - keyStart);
        at = skipCheckedSpace(at, end);
        const char *const valueStart = at;
        Type type = Type::Object;
        at = at == inner.begin() ? inner.end() : skipCheckedValue(at, end, type);
        members.push_back({key, QByteArrayView(valueStart, at - valueStart), type, escapes});
    }
    return true;
}

bool splitArray(QByteArrayView checkedArray, std::vector<QByteArrayView> &elements)
{
    elements.clear();
    const char *const end = checkedArray.end();
    const char *at = skipCheckedSpace(checkedArray.begin(), end);
    if (at == end || *at != '[')
        return false;
    for (at = skipCheckedSpace(at + 1, end); at != end && *at != ']';
         at = skipCheckedSpace(at, end)) {
        const char *const valueStart = at;
        Type type{};
        at = skipCheckedValue(at, end, type);
        elements.emplace_back(valueStart, at - valueStart);
    }
    return true;
}

} // namespace possync::json
