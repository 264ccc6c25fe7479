// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/jwt.h"

#include "common/model/jsontext.h"
#include "server/security/token.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace possync::security {
namespace {

constexpr int mostKnown = 4096;
constexpr qsizetype longestSubject = 128;
constexpr qsizetype longestId = 256;
constexpr qint64 latestSecond = 253'402'300'799; // the end of the year 9999

/// Base64url without padding, and only the one spelling that these bytes have.
std::optional<QByteArray> decoded(QByteArrayView text)
{
    const QByteArray given = text.toByteArray();
    constexpr auto form = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    const auto bytes =
        QByteArray::fromBase64Encoding(given, form | QByteArray::AbortOnBase64DecodingErrors);
    if (given.isEmpty() || !bytes || (*bytes).toBase64(form) != given)
        return std::nullopt;
    return *bytes;
}

std::optional<QByteArray> stringIn(const json::Members &members, QByteArrayView name)
{
    const json::Member *member = json::find(members, name);
    if (!member || member->type != json::Type::String)
        return std::nullopt;
    return json::unquoted(member->value);
}

/// Reads claims one after the other and keeps the first thing that is wrong.
class ClaimReader
{
public:
    explicit ClaimReader(const json::Members &members)
        : m_members(members)
    {
    }

    void fail(QByteArrayView claim, const char *how)
    {
        if (m_problem.isEmpty())
            m_problem = "its " + json::quoted(claim) + ' ' + how;
    }
    const QByteArray &problem() const { return m_problem; }
    bool has(QByteArrayView claim) const { return json::find(m_members, claim) != nullptr; }

    QByteArray text(QByteArrayView claim, qsizetype most)
    {
        const auto value = stringIn(m_members, claim);
        if (!value || value->isEmpty() || value->size() > most || value->contains('\0'))
            fail(claim, "is missing, no text, or too long");
        return value.value_or(QByteArray());
    }
    /// A text or an array of texts; at most so many.
    QByteArrayList texts(QByteArrayView claim, qsizetype most)
    {
        QByteArrayList values;
        const json::Member *member = json::find(m_members, claim);
        std::vector<QByteArrayView> elements;
        if (member && member->type == json::Type::Array)
            json::splitArray(member->value, elements);
        else if (member)
            elements.push_back(member->value);
        for (const QByteArrayView element : elements) {
            if (!element.startsWith('"')) {
                fail(claim, "holds what is no text");
                return {};
            }
            values += json::unquoted(element);
        }
        if (values.isEmpty() || values.size() > most)
            fail(claim, "is missing, empty, or too long");
        return values;
    }
    /// Whole seconds since 1970, in milliseconds.
    qint64 time(QByteArrayView claim)
    {
        const json::Member *member = json::find(m_members, claim);
        bool ok = member && member->type == json::Type::Number;
        const qint64 seconds = ok ? member->value.toByteArray().toLongLong(&ok) : 0;
        if (!ok || seconds < 0 || seconds > latestSecond)
            fail(claim, "must be whole seconds since 1970");
        return ok ? seconds * 1000 : 0;
    }

private:
    const json::Members &m_members;
    QByteArray m_problem;
};

Checked refused(const QByteArray &reason)
{
    return {Verdict::Unknown, {}, reason};
}

} // namespace

Jwt::Jwt(const JwtOptions &options)
    : m_issuer(options.issuer.toUtf8())
    , m_audience(options.audience.toUtf8())
    , m_claimPrefix(options.claimPrefix.toUtf8())
    , m_known(mostKnown)
{
}

Result<std::shared_ptr<Jwt>, QString> Jwt::load(const JwtOptions &options)
{
    if (options.keys.isEmpty())
        return std::shared_ptr<Jwt>();
    if (options.issuer.isEmpty() || options.audience.isEmpty())
        return Unexpected{u"jwt.%1 is missing: with jwt.keys it must say which \"%2\" a token has "
                          "to have"_s.arg(options.issuer.isEmpty() ? u"issuer"_s : u"audience"_s,
                                          options.issuer.isEmpty() ? u"iss"_s : u"aud"_s)};
    std::shared_ptr<Jwt> jwt(new Jwt(options));
    for (const QString &line : options.keys) {
        auto key = JwtKey::load(line);
        if (!key)
            return Unexpected{key.error()};
        if (std::ranges::find(jwt->m_keys, key->kid(), &JwtKey::kid) != jwt->m_keys.end())
            return Unexpected{
                u"jwt.keys: two keys have the kid \"%1\""_s.arg(QString::fromLatin1(key->kid()))};
        jwt->m_keys.push_back(std::move(*key));
    }
    return jwt;
}

QByteArrayList Jwt::kids() const
{
    QByteArrayList kids;
    for (const JwtKey &key : m_keys)
        kids += key.kid();
    return kids;
}

QByteArrayList Jwt::kidsMissingIn(const Jwt *later) const
{
    const bool isOther = !later || later->m_issuer != m_issuer || later->m_audience != m_audience;
    QByteArrayList missing;
    for (const JwtKey &key : m_keys) {
        const auto same = [&key](const JwtKey &theirs) {
            return theirs.kid() == key.kid() && theirs.fingerprint() == key.fingerprint();
        };
        if (isOther || std::ranges::none_of(later->m_keys, same))
            missing += key.kid();
    }
    return missing;
}

Checked Jwt::check(QByteArrayView token, qint64 nowMs)
{
    if (token.size() > mostBytes)
        return {};
    const QByteArray hash = hashOfSecret(token);
    std::optional<Claims> claims;
    {
        const std::lock_guard lock(m_mutex);
        if (const Claims *known = m_known.object(hash))
            claims = *known;
    }
    if (!claims) {
        const Read read = verified(token);
        if (!read)
            return refused(read.error());
        claims = *read;
        const std::lock_guard lock(m_mutex);
        m_known.insert(hash, new Claims(*claims));
    }
    if (claims->grant.expiresAtMs <= nowMs)
        return {Verdict::Expired, {}, {}};
    if (claims->notBeforeMs > nowMs + leewayMs)
        return refused("it is not valid yet; are the clocks of both computers right?");
    return {Verdict::Good, claims->grant, {}};
}

std::optional<qint64> Jwt::endOf(const QByteArray &jti)
{
    std::optional<qint64> end;
    const std::lock_guard lock(m_mutex);
    for (const QByteArray &hash : m_known.keys()) {
        const Grant &grant = m_known.object(hash)->grant;
        if (grant.jti == jti)
            end = std::max(end.value_or(0), grant.expiresAtMs);
    }
    return end;
}

const JwtKey *Jwt::keyFor(QByteArrayView header) const
{
    json::Members members;
    if (!json::parseObject(header, members))
        return nullptr;
    // Whatever would have a key fetched, brought along or another procedure followed.
    for (const char *name : {"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc", "cty"}) {
        if (json::find(members, name))
            return nullptr;
    }
    if (json::find(members, "typ")) {
        const QByteArray type = stringIn(members, "typ").value_or(QByteArray()).toLower();
        if (type != "jwt" && type != "at+jwt" && type != "application/at+jwt")
            return nullptr;
    }
    const auto kid = stringIn(members, "kid");
    const auto algorithm = stringIn(members, "alg");
    const auto key = std::ranges::find_if(
        m_keys, [&](const JwtKey &candidate) { return kid && candidate.kid() == *kid; });
    // The key says how it is used; the token may only agree.
    return key != m_keys.end() && algorithm && *algorithm == key->algorithmName() ? &*key : nullptr;
}

Jwt::Read Jwt::verified(QByteArrayView token) const
{
    const Unexpected<QByteArray> noToken{QByteArray()};
    const qsizetype first = token.indexOf('.');
    const qsizetype second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0)
        return noToken;
    const auto header = decoded(token.first(first));
    const auto payload = decoded(token.sliced(first + 1, second - first - 1));
    const auto signature = decoded(token.sliced(second + 1));
    if (!header || !payload || !signature)
        return noToken;
    const JwtKey *key = keyFor(*header);
    if (!key || !key->hasSigned(token.first(second), *signature))
        return noToken;
    return claimsIn(*payload, key->kid());
}

Jwt::Read Jwt::claimsIn(const QByteArray &payload, const QByteArray &kid) const
{
    json::Members members;
    if (const auto parsed = json::parseObject(payload, members); !parsed)
        return Unexpected{"its claims are no JSON object: " + parsed.error().detail};
    ClaimReader reader(members);
    const QByteArray subject = reader.text("sub", longestSubject);
    if (reader.text("iss", longestId) != m_issuer)
        reader.fail("iss", "is not the one that jwt.issuer names");
    if (!reader.texts("aud", mostRestaurants).contains(m_audience))
        reader.fail("aud", "does not name this server, see jwt.audience");
    Claims claims;
    claims.grant.expiresAtMs = reader.time("exp") + leewayMs;
    for (const char *claim : {"nbf", "iat"}) {
        if (reader.has(claim))
            claims.notBeforeMs = std::max(claims.notBeforeMs, reader.time(claim));
    }
    const QByteArray roleClaim = m_claimPrefix + "role";
    const auto role = roleFromName(reader.text(roleClaim, longestId));
    if (!role)
        reader.fail(roleClaim, "is none of this server's");
    const QByteArray oneClaim = m_claimPrefix + "restaurant";
    const QByteArray manyClaim = m_claimPrefix + "restaurants";
    const bool isOne = reader.has(oneClaim);
    if (isOne && reader.has(manyClaim))
        reader.fail(oneClaim, "and \"restaurants\" exclude each other");
    QByteArrayList restaurants = reader.texts(isOne ? oneClaim : manyClaim, mostRestaurants);
    const QByteArray deviceClaim = m_claimPrefix + "device_id";
    if (reader.has(deviceClaim))
        claims.grant.deviceId = reader.text(deviceClaim, longestId);
    if (reader.has("jti"))
        claims.grant.jti = reader.text("jti", longestId);
    claims.grant.subject = subject;
    if (reader.has("iat"))
        claims.grant.issuedAtMs = reader.time("iat");
    if (!reader.problem().isEmpty())
        return Unexpected{reader.problem()};

    const bool isDevice = deviceRoles.has(*role);
    const bool isAll = restaurants == QByteArrayList{"*"} && !isDevice;
    for (const QByteArray &restaurant : restaurants) {
        const TokenSpec spec{
            isDevice ? TokenKind::Device : TokenKind::Console, *role, restaurant, {}, 0};
        const bool isOneOf = !restaurant.isEmpty() && restaurant != "*" && !problemOf(spec, 0);
        if (!isAll && !isOneOf)
            return Unexpected{"its " + json::quoted(isOne ? oneClaim : manyClaim)
                              + " must hold ids of restaurants without '/', or \"*\" alone for the "
                                "roles of consoles"};
    }
    if (isAll)
        restaurants = {QByteArray()};
    claims.grant.role = *role;
    claims.grant.restaurant = restaurants.takeFirst();
    claims.grant.others = restaurants;
    claims.grant.tokenId = jwtTokenPrefix(kid) + subject.toPercentEncoding();
    return claims;
}

} // namespace possync::security
