// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/tlspair.h"

#include <QSaveFile>
#include <QSslCertificate>
#include <QSslSocket>
#include <memory>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string>

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
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

QByteArray textOf(const Bio &bio)
{
    char *data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, size);
}

} // namespace

TlsPair TlsPair::make(int fromDays, int untilDays)
{
    constexpr long daySeconds = 86'400;
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    std::uint32_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char *>(&serial), sizeof serial);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), fromDays * daySeconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), untilDays * daySeconds);
    X509_NAME *name = X509_get_subject_name(certificate.get());
    // Names of their own: among two of one name a client may try the wrong one.
    const std::string commonName = "possync test " + std::to_string(serial);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char *>(commonName.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(certificate.get(), name);
    X509_set_pubkey(certificate.get(), key.get());
    const Extension address(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
    X509_add_ext(certificate.get(), address.get(), -1);
    X509_sign(certificate.get(), key.get(), EVP_sha256());

    const Bio certificateBio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificateBio.get(), certificate.get());
    const Bio keyBio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(keyBio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {textOf(certificateBio), textOf(keyBio)};
}

QByteArray TlsPair::lockedKey() const
{
    const Bio in(BIO_new_mem_buf(key.constData(), static_cast<int>(key.size())));
    const Key plain(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    const Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), plain.get(), EVP_aes_256_cbc(),
                             reinterpret_cast<const unsigned char *>("secret"), 6, nullptr,
                             nullptr);
    return textOf(out);
}

QSslConfiguration TlsPair::trust() const
{
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromData(certificate));
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    return tls;
}

bool TlsPair::write(const QString &base) const
{
    return writeFile(base + QStringLiteral(".crt"), certificate)
           && writeFile(base + QStringLiteral(".key"), key);
}

bool writeFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size()
           && file.commit();
}

} // namespace possync::test
