// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/tlsidentity.h"

#include <QDateTime>
#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <memory>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace possync::net {
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

Bio bioOf(const QByteArray &bytes)
{
    return Bio(BIO_new_mem_buf(bytes.constData(), static_cast<int>(bytes.size())));
}

/// Stands in for OpenSSL's own, which asks on the terminal.
int noPassword(char *, int, int, void *)
{
    return -1;
}

Result<QByteArray, QString> contentOf(const QString &what, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{
            QStringLiteral("cannot read the TLS %1 %2: %3").arg(what, path, file.errorString())};
    return file.readAll();
}

/// Why the two cannot serve together, or nothing.
std::optional<QString> mismatch(const QByteArray &certificatePem, const QString &certificateFile,
                                const QByteArray &keyPem, const QString &keyFile)
{
    const Bio keyBio = bioOf(keyPem);
    const Key key(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, noPassword, nullptr));
    if (!key)
        return QStringLiteral("%1 holds no private key that can be read without a password")
            .arg(keyFile);
    const Bio chain = bioOf(certificatePem);
    for (int place = 0;; ++place) {
        const Certificate certificate(PEM_read_bio_X509(chain.get(), nullptr, noPassword, nullptr));
        if (!certificate)
            break;
        if (X509_check_private_key(certificate.get(), key.get()) != 1)
            continue;
        if (place == 0)
            return std::nullopt;
        return QStringLiteral("the TLS key %1 belongs to certificate %2 of %3; put that one first "
                              "in the file")
            .arg(keyFile)
            .arg(place + 1)
            .arg(certificateFile);
    }
    return QStringLiteral("the TLS key %1 does not belong to the certificate %2; use the key with "
                          "which this certificate was requested")
        .arg(keyFile, certificateFile);
}

} // namespace

Result<QSslConfiguration, QString> readTlsIdentity(const QString &certificateFile,
                                                   const QString &keyFile)
{
    const auto certificatePem = contentOf(QStringLiteral("certificate"), certificateFile);
    if (!certificatePem)
        return Unexpected{certificatePem.error()};
    const QList<QSslCertificate> chain = QSslCertificate::fromData(*certificatePem);
    if (chain.isEmpty())
        return Unexpected{
            QStringLiteral("%1 holds no certificate in PEM form").arg(certificateFile)};
    const auto keyPem = contentOf(QStringLiteral("key"), keyFile);
    if (!keyPem)
        return Unexpected{keyPem.error()};
    const auto wrong = mismatch(*certificatePem, certificateFile, *keyPem, keyFile);
    ERR_clear_error(); // Qt would take what is left for trouble of its own
    if (wrong)
        return Unexpected{*wrong};
    QSslKey key(*keyPem, QSsl::Rsa);
    if (key.isNull())
        key = QSslKey(*keyPem, QSsl::Ec);
    if (key.isNull())
        return Unexpected{QStringLiteral("%1 holds no RSA or EC key in PEM form").arg(keyFile)};
    QSslConfiguration identity = QSslConfiguration::defaultConfiguration();
    identity.setLocalCertificateChain(chain);
    identity.setPrivateKey(key);
    identity.setProtocol(QSsl::TlsV1_2OrLater);
    identity.setPeerVerifyMode(QSslSocket::VerifyNone);
    return identity;
}

std::optional<QString> tlsDateWarning(const QSslConfiguration &identity, const QDateTime &now)
{
    const QSslCertificate certificate = identity.localCertificate();
    if (now > certificate.expiryDate())
        return QStringLiteral("The TLS certificate expired on %1: clients refuse it until it is "
                              "renewed")
            .arg(certificate.expiryDate().toUTC().toString(Qt::ISODate));
    if (now < certificate.effectiveDate())
        return QStringLiteral("The TLS certificate is not valid before %1: clients refuse it until "
                              "then; is this computer's clock right?")
            .arg(certificate.effectiveDate().toUTC().toString(Qt::ISODate));
    return std::nullopt;
}

} // namespace possync::net
