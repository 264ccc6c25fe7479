// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/token.h"

#include <algorithm>
#include <sodium.h>

namespace possync::security {
namespace {

constexpr QByteArrayView prefix = "ps_";
constexpr qsizetype idSize = 10;
constexpr qsizetype secretBytes = 32;
constexpr qsizetype secretSize = 43; // in base64
constexpr qsizetype textSize = prefix.size() + idSize + 1 + secretSize;
/// Without the letters and digits that look alike.
constexpr QByteArrayView idAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
constexpr qsizetype longestName = 100;

bool isIdCharacter(char c)
{
    return idAlphabet.contains(c);
}

bool isSecretCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_';
}

} // namespace

std::optional<SpecError> problemOf(const TokenSpec &spec, qint64 nowMs)
{
    const bool isDeviceRole = deviceRoles.has(spec.role);
    if (spec.kind == TokenKind::Device && !isDeviceRole)
        return SpecError{"role", "a device is admin, manager, server, cashier or kitchen"};
    if (spec.kind == TokenKind::Console && isDeviceRole)
        return SpecError{"role", "at a console one is owner, tester or viewer"};
    if (spec.kind == TokenKind::ApiKey && spec.role == Role::Owner)
        return SpecError{"role", "an API key is never an owner; give it the least role that does"};
    if (isDeviceRole && spec.restaurant.isEmpty())
        return SpecError{"restaurant", "this role belongs to one restaurant; name it"};
    // A slash would make an address that two readers cut differently.
    if (spec.restaurant.contains('/') || spec.restaurant.contains('\0')
        || spec.restaurant.size() > 256)
        return SpecError{"restaurant",
                         "a restaurant with a token has an id of at most 256 bytes without '/'"};
    if (spec.name.size() > longestName
        || std::ranges::any_of(spec.name, [](QChar c) { return !c.isPrint(); }))
        return SpecError{"name", "a name is at most 100 printable characters"};
    if (spec.expiresAtMs != 0 && spec.expiresAtMs <= nowMs)
        return SpecError{"expires_at", "it would be over before it began"};
    return std::nullopt;
}

NewSecret newSecret()
{
    NewSecret made;
    for (qsizetype i = 0; i < idSize; ++i)
        made.id += idAlphabet[randombytes_uniform(static_cast<uint32_t>(idAlphabet.size()))];
    QByteArray secret(secretBytes, Qt::Uninitialized);
    randombytes_buf(secret.data(), static_cast<std::size_t>(secret.size()));
    made.text = prefix.toByteArray() + made.id + '_'
                + secret.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    sodium_memzero(secret.data(), static_cast<std::size_t>(secret.size()));
    made.hash = hashOfSecret(made.text);
    return made;
}

QByteArray idInSecret(QByteArrayView text)
{
    if (text.size() != textSize || !text.startsWith(prefix) || text[prefix.size() + idSize] != '_')
        return {};
    const QByteArrayView id = text.sliced(prefix.size(), idSize);
    if (!std::ranges::all_of(id, isIdCharacter)
        || !std::ranges::all_of(text.last(secretSize), isSecretCharacter))
        return {};
    return id.toByteArray();
}

QByteArray hashOfSecret(QByteArrayView text)
{
    QByteArray hash(crypto_generichash_BYTES, Qt::Uninitialized);
    crypto_generichash(reinterpret_cast<unsigned char *>(hash.data()), crypto_generichash_BYTES,
                       reinterpret_cast<const unsigned char *>(text.data()),
                       static_cast<unsigned long long>(text.size()), nullptr, 0);
    return hash;
}

bool areEqual(const QByteArray &hash, const QByteArray &other)
{
    return hash.size() == other.size()
           && sodium_memcmp(hash.constData(), other.constData(),
                            static_cast<std::size_t>(hash.size()))
                  == 0;
}

} // namespace possync::security
