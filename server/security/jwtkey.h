// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QByteArray>
#include <QString>
#include <memory>

struct evp_pkey_st;

namespace possync::security {

/// A key of an identity provider and the one algorithm it is for (RFC 7518, RFC 8037). Immutable;
/// any thread.
class JwtKey
{
public:
    /// Reads what `line` names, "kid:algorithm:file": a public key in PEM form or, for HS256, the
    /// secret itself. The error is one line that names the key and its file.
    static Result<JwtKey, QString> load(const QString &line);

    const QByteArray &kid() const { return m_kid; }
    /// As tokens spell it.
    QByteArray algorithmName() const;
    /// Differs for another algorithm and for another key.
    const QByteArray &fingerprint() const { return m_fingerprint; }
    bool hasSigned(QByteArrayView text, QByteArrayView signature) const;

private:
    enum class Algorithm : quint8 { EdDsa, Es256, Rs256, Hs256 };

    JwtKey() = default;
    static std::optional<Algorithm> algorithmOf(const QString &name);
    std::optional<QString> take(const QByteArray &content);

    QByteArray m_kid;
    QByteArray m_fingerprint;
    QByteArray m_secret; ///< Of HS256.
    std::shared_ptr<evp_pkey_st> m_key;
    Algorithm m_algorithm = Algorithm::EdDsa;
};

} // namespace possync::security
