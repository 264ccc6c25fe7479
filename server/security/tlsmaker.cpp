// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/tlsmaker.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

using namespace Qt::StringLiterals;

namespace possync::security {
namespace {

template<typename Type, void (*Free)(Type *)>
struct Freer {
    void operator()(Type *object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO, BIO_vfree>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION, X509_EXTENSION_free>>;

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;
constexpr auto readable = ownerOnly | QFile::ReadGroup | QFile::ReadOther;
constexpr long daySeconds = 86'400;
constexpr long authorityDays = 3'650;
constexpr long certificateDays = 825;

QString opensslError()
{
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    return QString::fromLatin1(text.data());
}

QByteArray takeText(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return QByteArray(data, size);
}

QByteArray pemOf(X509 *certificate)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return takeText(bio.get());
}

QByteArray pemOf(EVP_PKEY *key)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return takeText(bio.get());
}

QByteArray contentOf(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::optional<QString> writeFile(const QString &name, const QByteArray &content,
                                 QFile::Permissions permissions)
{
    const QString part = name + u".new"_s;
    QFile::remove(part);
    QFile file(part);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, permissions)
        || file.write(content) != content.size() || !file.flush())
        return u"cannot write %1: %2"_s.arg(part, file.errorString());
    file.close();
    std::error_code error;
    std::filesystem::rename(part.toStdWString(), name.toStdWString(), error);
    if (error)
        return u"cannot write %1: %2"_s.arg(name, QString::fromStdString(error.message()));
    return std::nullopt;
}

bool extend(X509 *certificate, X509 *issuer, int nid, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.constData()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// The parts both certificates have; not signed yet.
Certificate begun(EVP_PKEY *key, const char *name, qint64 nowMs, long days)
{
    Certificate certificate(X509_new());
    std::array<unsigned char, 16> serial{};
    const bool isRandom = RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1;
    serial[0] &= 0x7F; // positive
    const std::unique_ptr<BIGNUM, Freer<BIGNUM, BN_free>> number(
        BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    time_t now = nowMs / 1000;
    // An hour back, for clocks that are a little late.
    const bool isDone =
        isRandom && certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1
        && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()))
        && X509_time_adj_ex(X509_getm_notBefore(certificate.get()), 0, -3'600, &now)
        && X509_time_adj_ex(X509_getm_notAfter(certificate.get()), 0, days * daySeconds, &now)
        && X509_set_pubkey(certificate.get(), key) == 1
        && X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char *>(name), -1, -1, 0)
               == 1;
    return isDone ? std::move(certificate) : nullptr;
}

Certificate newAuthority(EVP_PKEY *key, qint64 nowMs)
{
    Certificate authority = begun(key, "PosSync private authority", nowMs, authorityDays);
    const bool isDone =
        authority
        && X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get())) == 1
        && extend(authority.get(), authority.get(), NID_basic_constraints,
                  "critical,CA:TRUE,pathlen:0")
        && extend(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign")
        && extend(authority.get(), authority.get(), NID_subject_key_identifier, "hash")
        && X509_sign(authority.get(), key, EVP_sha256()) > 0;
    return isDone ? std::move(authority) : nullptr;
}

Certificate issued(EVP_PKEY *key, X509 *authority, EVP_PKEY *authorityKey,
                   const QByteArray &alternativeNames, qint64 nowMs)
{
    Certificate certificate = begun(key, "possync-server", nowMs, certificateDays);
    const bool isDone =
        certificate
        && X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority)) == 1
        && extend(certificate.get(), authority, NID_basic_constraints, "critical,CA:FALSE")
        && extend(certificate.get(), authority, NID_key_usage, "critical,digitalSignature")
        && extend(certificate.get(), authority, NID_ext_key_usage, "serverAuth")
        && extend(certificate.get(), authority, NID_subject_key_identifier, "hash")
        && extend(certificate.get(), authority, NID_authority_key_identifier, "keyid:always")
        && extend(certificate.get(), authority, NID_subject_alt_name, alternativeNames)
        && X509_sign(certificate.get(), authorityKey, EVP_sha256()) > 0;
    return isDone ? std::move(certificate) : nullptr;
}

/// "DNS:a,IP:b", or which name cannot be one.
Result<QByteArray, QString> alternativeNames(const QStringList &names)
{
    QByteArrayList entries;
    for (const QString &name : names) {
        const QByteArray text = name.toLatin1();
        const std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>>
            address(a2i_IPADDRESS(text.constData()));
        if (address) {
            entries += "IP:" + text;
            continue;
        }
        const bool isHostName =
            !name.isEmpty() && name.size() <= 253 && std::ranges::all_of(name, [](QChar c) {
                return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z')
                       || (c >= u'0' && c <= u'9') || c == u'-' || c == u'.';
            });
        if (!isHostName)
            return Unexpected{u"\"%1\" is no host name and no address"_s.arg(name)};
        entries += "DNS:" + text;
    }
    if (entries.isEmpty())
        return Unexpected{u"a certificate needs a name to stand for"_s};
    return entries.join(',');
}

struct Authority {
    Certificate certificate;
    Key key;
    bool isNew = false;
};

Result<Authority, QString> authorityIn(const QString &certificateFile, const QString &keyFile,
                                       qint64 nowMs)
{
    Authority authority;
    if (QFile::exists(certificateFile) || QFile::exists(keyFile)) {
        const QByteArray certificatePem = contentOf(certificateFile);
        const QByteArray keyPem = contentOf(keyFile);
        const Bio certificateBio(
            BIO_new_mem_buf(certificatePem.constData(), static_cast<int>(certificatePem.size())));
        const Bio keyBio(BIO_new_mem_buf(keyPem.constData(), static_cast<int>(keyPem.size())));
        authority.certificate.reset(
            PEM_read_bio_X509(certificateBio.get(), nullptr, nullptr, nullptr));
        authority.key.reset(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr));
        if (!authority.certificate || !authority.key
            || X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1)
            return Unexpected{
                u"%1 and %2 are not an authority's certificate and its key; move both "
                "away to make a new one"_s.arg(certificateFile, keyFile)};
        return authority;
    }
    authority.isNew = true;
    authority.key.reset(EVP_EC_gen("P-256"));
    authority.certificate = newAuthority(authority.key.get(), nowMs);
    if (!authority.key || !authority.certificate)
        return Unexpected{u"cannot make an authority: "_s + opensslError()};
    if (auto problem = writeFile(keyFile, pemOf(authority.key.get()), ownerOnly))
        return Unexpected{*problem};
    if (auto problem = writeFile(certificateFile, pemOf(authority.certificate.get()), readable))
        return Unexpected{*problem};
    return authority;
}

} // namespace

Result<TlsFiles, QString> makeTls(const QString &dir, const QStringList &names, qint64 nowMs)
{
    const auto standsFor = alternativeNames(names);
    if (!standsFor)
        return Unexpected{standsFor.error()};
    const QDir folder(dir);
    if (!QDir().mkpath(dir))
        return Unexpected{u"cannot create %1"_s.arg(dir)};
    TlsFiles files;
    files.authority = folder.filePath(u"ca.pem"_s);
    files.certificate = folder.filePath(u"server.pem"_s);
    files.key = folder.filePath(u"server.key"_s);
    auto authority = authorityIn(files.authority, folder.filePath(u"ca.key"_s), nowMs);
    if (!authority)
        return Unexpected{authority.error()};
    files.isNewAuthority = authority->isNew;
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = key ? issued(key.get(), authority->certificate.get(),
                                                 authority->key.get(), *standsFor, nowMs)
                                        : nullptr;
    if (!certificate)
        return Unexpected{u"cannot make a certificate: "_s + opensslError()};
    files.authorityHash.resize(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    X509_digest(authority->certificate.get(), EVP_sha256(),
                reinterpret_cast<unsigned char *>(files.authorityHash.data()), &size);
    files.authorityHash.resize(static_cast<qsizetype>(size));
    if (auto problem = writeFile(files.key, pemOf(key.get()), ownerOnly))
        return Unexpected{*problem};
    if (auto problem =
            writeFile(files.certificate,
                      pemOf(certificate.get()) + pemOf(authority->certificate.get()), readable))
        return Unexpected{*problem};
    return files;
}

} // namespace possync::security
