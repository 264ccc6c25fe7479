// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tokens of an identity provider. The first byte says what the rest is: a token as a stranger sends
// it, a header, or claims; the latter two are signed, so that what is behind the signature is
// reached.
#include "server/security/jwt.h"
#include "server/security/token.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/signingkey.h"

#include <QTemporaryFile>

using namespace possync;
using namespace possync::security;

namespace {

constexpr qint64 now = 1'800'000'000'000;

struct Provider {
    test::SigningKey key{test::SigningKey::Kind::Secret};
    std::shared_ptr<Jwt> jwt;

    Provider()
    {
        QTemporaryFile file; // for its owner only
        require(file.open() && file.write(key.publicText()) > 0 && file.flush());
        const auto loaded = Jwt::load({{QStringLiteral("k:HS256:") + file.fileName()},
                                       QStringLiteral("i"),
                                       QStringLiteral("a"),
                                       {}});
        require(loaded.has_value());
        jwt = *loaded;
    }
};

void checkGood(const Grant &grant)
{
    require(grant.isSignedWith("k") && !grant.tokenId.contains(' '));
    require(grant.expiresAtMs > now);
    const bool isDevice = deviceRoles.has(grant.role);
    require(!isDevice || !grant.restaurant.isEmpty());
    require(!grant.restaurant.isEmpty() || grant.others.isEmpty());
    require(grant.others.size() < Jwt::mostRestaurants && !grant.others.contains(""));
    require(!grant.mayTouch("a/b") || grant.restaurant.isEmpty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static Provider provider;
    if (size == 0)
        return 0;
    const QByteArray rest(reinterpret_cast<const char *>(data) + 1,
                          static_cast<qsizetype>(size) - 1);
    const QByteArray claims =
        R"({"iss":"i","aud":"a","sub":"s","exp":1900000000,"role":"server","restaurant":"r"})";
    const QByteArray token = data[0] == 'h'   ? provider.key.token(rest, claims)
                             : data[0] == 'c' ? provider.key.tokenOf("k", rest)
                                              : rest;
    const Checked checked = provider.jwt->check(token, now);
    require(checked.verdict != Verdict::Revoked);
    if (checked.verdict == Verdict::Good)
        checkGood(checked.grant);
    else
        require(checked.grant == Grant());
    return 0;
}
