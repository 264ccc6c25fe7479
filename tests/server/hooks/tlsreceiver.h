// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/tlsmaker.h"

#include <QDateTime>
#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>

namespace possync::test {

inline QByteArray contentOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return file.readAll();
}

/// A private authority in `dir` and what a receiver with a certificate of it, for `names`, speaks
/// TLS with.
struct TlsReceiver {
    QString authorityFile;
    QSslConfiguration tls;

    static TlsReceiver make(const QString &dir, const QStringList &names)
    {
        const auto files = security::makeTls(dir, names, QDateTime::currentMSecsSinceEpoch());
        if (!files)
            qFatal("%s", qPrintable(files.error()));
        TlsReceiver made{files->authority, QSslConfiguration::defaultConfiguration()};
        made.tls.setLocalCertificateChain(QSslCertificate::fromPath(files->certificate));
        made.tls.setPrivateKey(QSslKey(contentOf(files->key), QSsl::Ec));
        return made;
    }
};

} // namespace possync::test
