// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSslCertificate>
#include <QStringList>
#include <QUrl>

namespace possync::remote {

/// The owner's token of a server on this computer, out of the `owner.token` it keeps in its data
/// directory. Empty unless `server` is this computer and a readable file in one of the directories
/// names the server's very port: a token must not reach another program that listens here.
QByteArray localOwnerToken(const QUrl &server, const QStringList &dataDirs);
/// Addresses of the servers of this computer whose directories are readable; they may not run.
QList<QUrl> localServers(const QStringList &dataDirs);
/// Certificates of the authorities that `init-tls` made in those directories.
QList<QSslCertificate> localAuthorities(const QStringList &dataDirs);
/// Where servers of this computer keep their data: $POSSYNC_DATA, the user's data directory,
/// /var/lib.
QStringList localDataDirs();
/// The same in localDataDirs().
QByteArray localOwnerToken(const QUrl &server);

} // namespace possync::remote
