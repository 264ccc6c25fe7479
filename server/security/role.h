// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <array>
#include <optional>

namespace possync::security {

/// Who somebody is to PosSync. The first five are the app's and belong to devices, the other three
/// to people at a console.
enum class Role : quint8 { Admin, Manager, Server, Cashier, Kitchen, Owner, Tester, Viewer };

inline constexpr std::array allRoles{Role::Admin,   Role::Manager, Role::Server, Role::Cashier,
                                     Role::Kitchen, Role::Owner,   Role::Tester, Role::Viewer};

/// A set of roles.
class Roles
{
public:
    constexpr Roles() = default;
    constexpr Roles(Role role)
        : m_bits(static_cast<quint16>(1U << static_cast<unsigned>(role)))
    {
    }
    constexpr Roles operator|(Roles other) const
    {
        Roles both;
        both.m_bits = static_cast<quint16>(m_bits | other.m_bits);
        return both;
    }
    constexpr bool has(Role role) const { return (m_bits & Roles(role).m_bits) != 0; }
    constexpr bool isEmpty() const { return m_bits == 0; }
    constexpr bool operator==(const Roles &) const = default;

private:
    quint16 m_bits = 0;
};

constexpr Roles operator|(Role a, Role b)
{
    return Roles(a) | Roles(b);
}

inline constexpr Roles deviceRoles =
    Role::Admin | Role::Manager | Role::Server | Role::Cashier | Role::Kitchen;
inline constexpr Roles consoleRoles = Role::Owner | Role::Tester | Role::Viewer;

/// What a token was made for.
enum class TokenKind : quint8 { Device, Console, ApiKey };

QByteArray roleName(Role role);
std::optional<Role> roleFromName(QByteArrayView name);
/// "device", "console" or "api-key".
QByteArray tokenKindName(TokenKind kind);
std::optional<TokenKind> tokenKindFromName(QByteArrayView name);

/// What a caller may do: a role, and where.
struct Grant {
    Role role = Role::Owner;
    QByteArray restaurant;  ///< The only one it may touch; empty: all of them, and the server.
    QByteArray tokenId;     ///< Empty: no token was asked for.
    qint64 expiresAtMs = 0; ///< UTC; 0: never.
    QByteArrayList others{}; ///< Further restaurants it may touch.
    QByteArray deviceId{};   ///< The only device that may come with it; empty: any.
    bool isFenced = false;   ///< Of a device that was replaced: it may send for review only.
    // Of the identity provider's token it came with.
    QByteArray jti{};       ///< Empty: it has none.
    QByteArray subject{};   ///< Empty: it is no such token.
    qint64 issuedAtMs = 0;  ///< 0: it does not say.

    bool mayTouch(QByteArrayView restaurantId) const
    {
        return restaurant.isEmpty() || restaurant == restaurantId || others.contains(restaurantId);
    }
    bool mayBeDevice(QByteArrayView id) const { return deviceId.isEmpty() || deviceId == id; }
    /// Whether it came with a token that the identity provider signed with this key.
    bool isSignedWith(QByteArrayView kid) const;
    bool operator==(const Grant &) const = default;
};

/// How the ids of an identity provider's tokens begin; behind it comes the subject.
QByteArray jwtTokenPrefix(QByteArrayView kid);

} // namespace possync::security
