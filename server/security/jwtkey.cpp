// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/jwtkey.h"

#include "server/security/token.h"

#include <QFileInfo>

#include <algorithm>
#include <array>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sodium.h>

using namespace Qt::StringLiterals;

namespace possync::security {
namespace {

constexpr qint64 mostFileBytes = 65'536;
constexpr qsizetype longestKid = 64;
constexpr qsizetype shortestSecret = 32;
constexpr int leastRsaBits = 2048;
constexpr qsizetype coordinateBytes = 32; // of P-256

constexpr std::array algorithmNames{"EdDSA", "ES256", "RS256", "HS256"};

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

const unsigned char *bytesOf(QByteArrayView text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

/// Stands in for OpenSSL's own, which asks on the terminal.
int noPassword(char *, int, int, void *)
{
    return -1;
}

bool isKid(const QString &text)
{
    return !text.isEmpty() && text.size() <= longestKid && std::ranges::all_of(text, [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9')
               || u"._~+/=-"_s.contains(c);
    });
}

/// ES256 signatures are two numbers of fixed width (RFC 7518 §3.4); OpenSSL wants them in DER.
QByteArray derOf(QByteArrayView pair)
{
    if (pair.size() != 2 * coordinateBytes)
        return {};
    const Signature signature(ECDSA_SIG_new());
    BIGNUM *r = BN_bin2bn(bytesOf(pair), coordinateBytes, nullptr);
    BIGNUM *s = BN_bin2bn(bytesOf(pair.sliced(coordinateBytes)), coordinateBytes, nullptr);
    if (ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char *der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    const QByteArray bytes(reinterpret_cast<const char *>(der), std::max(size, 0));
    OPENSSL_free(der);
    return bytes;
}

} // namespace

std::optional<JwtKey::Algorithm> JwtKey::algorithmOf(const QString &name)
{
    const auto found = std::ranges::find(
        algorithmNames, name, [](const char *known) { return QString::fromLatin1(known); });
    if (found == algorithmNames.end())
        return std::nullopt;
    return static_cast<Algorithm>(found - algorithmNames.begin());
}

QByteArray JwtKey::algorithmName() const
{
    return algorithmNames[static_cast<std::size_t>(m_algorithm)];
}

Result<JwtKey, QString> JwtKey::load(const QString &line)
{
    const QString kid = line.section(u':', 0, 0);
    const QString path = line.section(u':', 2);
    const auto algorithm = algorithmOf(line.section(u':', 1, 1));
    if (!isKid(kid) || !algorithm || path.isEmpty())
        return Unexpected{u"jwt.keys: \"%1\" must read kid:algorithm:file, the algorithm one of "
                          "EdDSA, ES256, RS256 and HS256, the kid at most 64 letters, digits and "
                          "._~+/=-"_s.arg(line.left(100))};
    const auto failed = [&](const QString &why) {
        return Unexpected{u"jwt.keys: the key \"%1\" in %2 %3"_s.arg(kid, path, why)};
    };
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failed(u"cannot be read: "_s + file.errorString());
    const QByteArray content = file.read(mostFileBytes + 1);
    if (content.size() > mostFileBytes)
        return failed(u"is larger than 64 KiB"_s);
    if (*algorithm == Algorithm::Hs256 && file.permissions().testFlag(QFileDevice::ReadOther))
        return failed(
            u"is a secret, but everybody on this computer can read the file: chmod 600"_s);
    JwtKey key;
    key.m_kid = kid.toLatin1();
    key.m_algorithm = *algorithm;
    const auto problem = key.take(content);
    ERR_clear_error(); // Qt would take what is left for trouble of its own
    if (problem)
        return failed(*problem);
    key.m_fingerprint = hashOfSecret(key.algorithmName() + ':' + content);
    return key;
}

std::optional<QString> JwtKey::take(const QByteArray &content)
{
    if (m_algorithm == Algorithm::Hs256) {
        m_secret = content;
        while (m_secret.endsWith('\n') || m_secret.endsWith('\r'))
            m_secret.chop(1);
        if (m_secret.startsWith("-----BEGIN"))
            return u"is PEM, but HS256 takes a plain secret"_s;
        if (m_secret.size() < shortestSecret)
            return u"is shorter than 32 bytes, which can be guessed"_s;
        return std::nullopt;
    }
    if (content.contains("PRIVATE KEY-----"))
        return u"is a private key; this server is to have the public one only"_s;
    const Bio bio(BIO_new_mem_buf(content.constData(), static_cast<int>(content.size())));
    m_key = {PEM_read_bio_PUBKEY(bio.get(), nullptr, noPassword, nullptr), EVP_PKEY_free};
    if (!m_key)
        return u"is no public key in PEM form (BEGIN PUBLIC KEY)"_s;
    const int type = EVP_PKEY_get_id(m_key.get());
    std::array<char, 32> curve{};
    EVP_PKEY_get_group_name(m_key.get(), curve.data(), curve.size(), nullptr);
    const QByteArrayView group(curve.data());
    const bool fits = m_algorithm == Algorithm::EdDsa ? type == EVP_PKEY_ED25519
                      : m_algorithm == Algorithm::Rs256
                          ? type == EVP_PKEY_RSA
                          : type == EVP_PKEY_EC && (group == "prime256v1" || group == "P-256");
    if (!fits)
        return u"is not for %1, which takes an %2 key"_s.arg(
            QString::fromLatin1(algorithmName()), m_algorithm == Algorithm::EdDsa ? u"Ed25519"_s
                                                  : m_algorithm == Algorithm::Rs256
                                                      ? u"RSA"_s
                                                      : u"EC P-256"_s);
    if (type == EVP_PKEY_RSA && EVP_PKEY_get_bits(m_key.get()) < leastRsaBits)
        return u"has fewer than 2048 bits"_s;
    return std::nullopt;
}

bool JwtKey::hasSigned(QByteArrayView text, QByteArrayView signature) const
{
    if (m_algorithm == Algorithm::Hs256) {
        crypto_auth_hmacsha256_state state;
        QByteArray expected(crypto_auth_hmacsha256_BYTES, Qt::Uninitialized);
        crypto_auth_hmacsha256_init(&state, bytesOf(m_secret),
                                    static_cast<std::size_t>(m_secret.size()));
        crypto_auth_hmacsha256_update(&state, bytesOf(text),
                                      static_cast<unsigned long long>(text.size()));
        crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char *>(expected.data()));
        return areEqual(expected, signature.toByteArray());
    }
    const QByteArray wanted =
        m_algorithm == Algorithm::Es256 ? derOf(signature) : signature.toByteArray();
    if (wanted.isEmpty())
        return false;
    const Context context(EVP_MD_CTX_new());
    // Ed25519 hashes by itself.
    const EVP_MD *digest = m_algorithm == Algorithm::EdDsa ? nullptr : EVP_sha256();
    const bool isGood =
        EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, m_key.get()) == 1
        && EVP_DigestVerify(context.get(), bytesOf(wanted), static_cast<std::size_t>(wanted.size()),
                            bytesOf(text), static_cast<std::size_t>(text.size()))
               == 1;
    ERR_clear_error();
    return isGood;
}

} // namespace possync::security
