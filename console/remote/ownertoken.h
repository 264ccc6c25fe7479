// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>
#include <QUrl>

namespace possync::remote {

/// The owner's token of a server on this computer, out of the `owner.token` it keeps in its data
/// directory. Empty unless `server` is this computer and a readable file in one of the directories
/// names the server's very port: a token must not reach another program that listens here.
QByteArray localOwnerToken(const QUrl &server, const QStringList &dataDirs);
/// Looks where servers keep their data: $POSSYNC_DATA, the user's data directory, /var/lib.
QByteArray localOwnerToken(const QUrl &server);

} // namespace possync::remote
