// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/authorities.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace possync::hooks {
namespace {

QString reasonOf(const QSslError &error, const QString &host)
{
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::HostNameMismatch:
        return u"it is not for %1"_s.arg(host);
    case QSslError::CertificateExpired:
        return u"it was valid until %1"_s.arg(certificate.expiryDate().toString(Qt::ISODate));
    case QSslError::CertificateNotYetValid:
        return u"it is valid from %1 on"_s.arg(certificate.effectiveDate().toString(Qt::ISODate));
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::CertificateUntrusted:
        return u"no authority that this server trusts vouches for it; --webhook-ca FILE names a "
               "private one"_s;
    default:
        return error.errorString();
    }
}

} // namespace

Result<QList<QSslCertificate>, QString> readAuthorities(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{
            u"authorities of webhooks: cannot read '%1': %2"_s.arg(path, file.errorString())};
    const QList<QSslCertificate> authorities = QSslCertificate::fromData(file.readAll());
    if (authorities.isEmpty())
        return Unexpected{
            u"authorities of webhooks: '%1' holds no certificate in PEM, such as ca.pem of "
            "init-tls"_s.arg(path)};
    return authorities;
}

QString refusedBecause(const QList<QSslError> &errors, const QString &host)
{
    QStringList reasons;
    for (const QSslError &error : errors) {
        const QString reason = reasonOf(error, host);
        if (!reasons.contains(reason))
            reasons.append(reason);
    }
    return reasons.join(u"; "_s);
}

} // namespace possync::hooks
