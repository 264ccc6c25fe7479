// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/types.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QUrl>

namespace possync::remote {

/// By which certificate a server is known. Without a pin whoever the system trusts is trusted; with
/// one that certificate and what it signed, and nothing else.
class ServerTrust
{
public:
    ServerTrust() = default;
    explicit ServerTrust(const QSslCertificate &pin);

    const QSslCertificate &pin() const { return m_pin; }
    /// For every connection to the server.
    QSslConfiguration configuration() const;
    /// The server showed the pinned certificate itself: then neither its issuer nor its names
    /// matter. Its dates do.
    bool answersFor(const QList<QSslError> &errors) const;
    /// Why the server is not trusted, by code: `tls_untrusted` (nobody known vouches for it),
    /// `tls_changed` (not the pinned one), `tls_expired`, `tls_name`, `tls`.
    RemoteError explain(const QUrl &server, const QList<QSslError> &errors) const;
    bool operator==(const ServerTrust &other) const { return m_pin == other.m_pin; }

private:
    QSslCertificate m_pin;
};

/// What a person should pin of a chain as it was shown: the private authority on top of it, so that
/// the server may renew its certificate, or else the certificate itself. Null for no chain.
QSslCertificate anchorOf(const QList<QSslCertificate> &chain);
/// The fingerprint in the words that `possync-server init-tls` prints.
QString fingerprintWords(const QSslCertificate &certificate);
/// SHA-256 as "AB:CD:…".
QString fingerprintText(const QSslCertificate &certificate);
/// The first certificate of PEM text; null if there is none.
QSslCertificate certificateIn(const QByteArray &pem);

} // namespace possync::remote
