// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/role.h"

#include <algorithm>

namespace possync::security {
namespace {

constexpr std::array<const char *, allRoles.size()> roleNames{
    "admin", "manager", "server", "cashier", "kitchen", "owner", "tester", "viewer"};
constexpr std::array<const char *, 3> kindNames{"device", "console", "api-key"};

template<typename Value>
std::optional<Value> valueOf(const auto &names, QByteArrayView name)
{
    const auto found = std::ranges::find_if(
        names, [name](const char *candidate) { return name == QByteArrayView(candidate); });
    if (found == names.end())
        return std::nullopt;
    return static_cast<Value>(found - names.begin());
}

} // namespace

QByteArray roleName(Role role)
{
    return roleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> roleFromName(QByteArrayView name)
{
    return valueOf<Role>(roleNames, name);
}

QByteArray tokenKindName(TokenKind kind)
{
    return kindNames[static_cast<std::size_t>(kind)];
}

std::optional<TokenKind> tokenKindFromName(QByteArrayView name)
{
    return valueOf<TokenKind>(kindNames, name);
}

bool Grant::isSignedWith(QByteArrayView kid) const
{
    return tokenId.startsWith(jwtTokenPrefix(kid));
}

QByteArray jwtTokenPrefix(QByteArrayView kid)
{
    return "jwt:" + kid.toByteArray() + ':';
}

} // namespace possync::security
