// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/servertrust.h"

#include "common/model/spokenwords.h"
#include "console/remote/restclient.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QLocale>
#include <QSslSocket>
#include <algorithm>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

bool isAboutTime(const QSslError &error)
{
    return error.error() == QSslError::CertificateExpired
           || error.error() == QSslError::CertificateNotYetValid;
}

bool isAboutIssuer(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::CertificateUntrusted:
    case QSslError::CertificateRejected:
    case QSslError::InvalidCaCertificate:
    case QSslError::CertificateSignatureFailed:
        return true;
    default:
        return false;
    }
}

/// "localhost, 127.0.0.1"
QString namesOf(const QSslCertificate &certificate)
{
    QStringList names = certificate.subjectAlternativeNames().values();
    if (names.isEmpty())
        names = certificate.subjectInfo(QSslCertificate::CommonName);
    names.sort();
    return names.mid(0, 6).join(u", "_s);
}

} // namespace

ServerTrust::ServerTrust(const QSslCertificate &pin)
    : m_pin(pin)
{
}

QSslConfiguration ServerTrust::configuration() const
{
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!m_pin.isNull())
        tls.setCaCertificates({m_pin});
    return tls;
}

bool ServerTrust::answersFor(const QList<QSslError> &errors) const
{
    return !m_pin.isNull() && std::ranges::all_of(errors, [this](const QSslError &error) {
        return error.certificate() == m_pin
               && (error.error() == QSslError::HostNameMismatch || isAboutIssuer(error));
    });
}

RemoteError ServerTrust::explain(const QUrl &server, const QList<QSslError> &errors) const
{
    const QString host = hostText(server);
    // The pinned one is known; that nobody vouches for it as well is no news.
    const auto issuer = std::ranges::find_if(errors, [this](const QSslError &error) {
        return isAboutIssuer(error) && (m_pin.isNull() || error.certificate() != m_pin);
    });
    if (issuer != errors.end() && !m_pin.isNull())
        return trouble(
            u"tls_changed"_s,
            {QT_TRANSLATE_NOOP("possync::remote",
                               "%1 shows another certificate than the one trusted for it."),
             {host}});
    if (issuer != errors.end())
        return trouble(
            u"tls_untrusted"_s,
            {QT_TRANSLATE_NOOP("possync::remote",
                               "Nobody this computer knows vouches for the certificate of %1."),
             {host}});
    const auto time = std::ranges::find_if(errors, isAboutTime);
    // Qt leaves an authority that is over out, and says no more than that it is not known.
    const bool isPinOver = !m_pin.isNull() && m_pin.expiryDate() < QDateTime::currentDateTime();
    if (time != errors.end() || isPinOver) {
        const QSslCertificate certificate = isPinOver ? m_pin : time->certificate();
        const auto day = [](const QDateTime &moment) {
            return QLocale::c().toString(moment.toLocalTime().date(), u"d MMM yyyy"_s);
        };
        return trouble(
            u"tls_expired"_s,
            {QT_TRANSLATE_NOOP("possync::remote",
                               "The certificate of %1 holds from %2 to %3 only."),
             {host, day(certificate.effectiveDate()), day(certificate.expiryDate())}},
            {QT_TRANSLATE_NOOP(
                "possync::remote",
                "possync-server init-tls makes a new one; also check this computer's clock.")});
    }
    const auto name = std::ranges::find(errors, QSslError::HostNameMismatch, &QSslError::error);
    if (name != errors.end())
        return trouble(
            u"tls_name"_s,
            {QT_TRANSLATE_NOOP("possync::remote", "The certificate of %1 is for %2, not for %3."),
             {host, namesOf(name->certificate()), server.host()}},
            {QT_TRANSLATE_NOOP(
                 "possync::remote",
                 "Use one of those names, or have possync-server init-tls %1 add this one."),
             {server.host()}});
    if (errors.isEmpty())
        return trouble(u"tls"_s,
                       {QT_TRANSLATE_NOOP("possync::remote",
                                          "Could not speak TLS with %1: the connection broke."),
                        {host}});
    return trouble(u"tls"_s,
                   {QT_TRANSLATE_NOOP("possync::remote", "Could not speak TLS with %1: %2."),
                    {host, errors.first().errorString()}});
}

QSslCertificate anchorOf(const QList<QSslCertificate> &chain)
{
    if (chain.isEmpty())
        return QSslCertificate();
    // Names prove nothing yet; whether the one signed the other is seen when it is pinned.
    const QSslCertificate &top = chain.last();
    return top.isSelfSigned() ? top : chain.first();
}

QString fingerprintWords(const QSslCertificate &certificate)
{
    return spokenWords(certificate.digest(QCryptographicHash::Sha256).first(spokenBytes));
}

QString fingerprintText(const QSslCertificate &certificate)
{
    return QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex(':').toUpper());
}

QSslCertificate certificateIn(const QByteArray &pem)
{
    return pem.isEmpty() ? QSslCertificate() : QSslCertificate::fromData(pem).value(0);
}

} // namespace possync::remote
