// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUrl>

namespace possync::remote {

/// Where other machines reach a server that is addressed as this one: its first address that is
/// not only its own.
QUrl seenFromOutside(QUrl server);

/// The page on which a device types its code; with the code in the fragment it types it itself.
QUrl pairingPage(const QUrl &server, const QString &code = {});

} // namespace possync::remote
