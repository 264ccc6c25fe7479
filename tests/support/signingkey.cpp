// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/signingkey.h"

#include <QMessageAuthenticationCode>
#include <QRandomGenerator>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace possync::test {
namespace {

template<auto free>
struct Free {
    template<typename T>
    void operator()(T *object) const
    {
        free(object);
    }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

QByteArray textOf(const Bio &bio)
{
    char *data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, size);
}

EVP_PKEY *made(SigningKey::Kind kind)
{
    switch (kind) {
    case SigningKey::Kind::Ed25519:
        return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case SigningKey::Kind::P256:
        return EVP_EC_gen("P-256");
    case SigningKey::Kind::P384:
        return EVP_EC_gen("P-384");
    case SigningKey::Kind::Rsa:
        return EVP_RSA_gen(2048);
    case SigningKey::Kind::ShortRsa:
        return EVP_RSA_gen(1024);
    case SigningKey::Kind::Secret:
        break;
    }
    return nullptr;
}

/// Two numbers of fixed width, as tokens have them.
QByteArray pairOf(const QByteArray &der)
{
    const auto *data = reinterpret_cast<const unsigned char *>(der.constData());
    const Signature signature(d2i_ECDSA_SIG(nullptr, &data, der.size()));
    QByteArray pair(64, '\0');
    auto *out = reinterpret_cast<unsigned char *>(pair.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + 32, 32);
    return pair;
}

} // namespace

SigningKey::SigningKey(Kind kind)
    : m_kind(kind)
    , m_key(made(kind), EVP_PKEY_free)
{
    if (kind != Kind::Secret)
        return;
    for (int i = 0; i < 8; ++i)
        m_secret += QByteArray::number(QRandomGenerator::global()->generate(), 16);
    m_secret = m_secret.leftJustified(64, '0');
}

QByteArray SigningKey::algorithm() const
{
    switch (m_kind) {
    case Kind::Ed25519:
        return "EdDSA";
    case Kind::P256:
    case Kind::P384:
        return "ES256";
    case Kind::Rsa:
    case Kind::ShortRsa:
        return "RS256";
    case Kind::Secret:
        break;
    }
    return "HS256";
}

QByteArray SigningKey::publicText() const
{
    if (m_kind == Kind::Secret)
        return m_secret;
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(bio.get(), m_key.get());
    return textOf(bio);
}

QByteArray SigningKey::privateText() const
{
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return textOf(bio);
}

QByteArray SigningKey::sign(const QByteArray &text) const
{
    if (m_kind == Kind::Secret)
        return QMessageAuthenticationCode::hash(text, m_secret, QCryptographicHash::Sha256);
    const Context context(EVP_MD_CTX_new());
    const auto *data = reinterpret_cast<const unsigned char *>(text.constData());
    const auto length = static_cast<std::size_t>(text.size());
    EVP_DigestSignInit(context.get(), nullptr, m_kind == Kind::Ed25519 ? nullptr : EVP_sha256(),
                       nullptr, m_key.get());
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, data, length);
    QByteArray signature(static_cast<qsizetype>(size), '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, data,
                   length);
    signature.truncate(static_cast<qsizetype>(size));
    return m_kind == Kind::P256 ? pairOf(signature) : signature;
}

QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray SigningKey::token(const QByteArray &header, const QByteArray &claims) const
{
    const QByteArray text = base64Url(header) + '.' + base64Url(claims);
    return text + '.' + base64Url(sign(text));
}

QByteArray SigningKey::tokenOf(const QByteArray &kid, const QByteArray &claims) const
{
    return token(R"({"alg":")" + algorithm() + R"(","typ":"JWT","kid":")" + kid + R"("})", claims);
}

} // namespace possync::test
