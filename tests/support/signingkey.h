// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <memory>

struct evp_pkey_st;

namespace possync::test {

/// A key of an identity provider, made anew, with which tests sign tokens.
class SigningKey
{
public:
    enum class Kind { Ed25519, P256, P384, Rsa, ShortRsa, Secret };
    explicit SigningKey(Kind kind);

    /// As the header of a token names it; of keys that PosSync does not take the nearest.
    QByteArray algorithm() const;
    /// What the server is given: a public key in PEM form, or the secret.
    QByteArray publicText() const;
    QByteArray privateText() const;
    QByteArray sign(const QByteArray &text) const;

    /// The token with this header and these claims, both JSON.
    QByteArray token(const QByteArray &header, const QByteArray &claims) const;
    /// With the header that belongs to the key.
    QByteArray tokenOf(const QByteArray &kid, const QByteArray &claims) const;

private:
    Kind m_kind;
    QByteArray m_secret;
    std::shared_ptr<evp_pkey_st> m_key;
};

QByteArray base64Url(const QByteArray &bytes);

} // namespace possync::test
