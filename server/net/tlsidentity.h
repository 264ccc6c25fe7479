// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QSslConfiguration>
#include <optional>

class QDateTime;

namespace possync::net {

/// Reads a certificate chain (the server's own first) and its private key from PEM files and makes
/// sure that they belong together, which QSslSocket only finds out in a client's handshake. The
/// error is one line that names the file or both and says what to do.
Result<QSslConfiguration, QString> readTlsIdentity(const QString &certificateFile,
                                                   const QString &keyFile);

/// One line if clients will refuse the certificate because of its dates, otherwise nothing.
std::optional<QString> tlsDateWarning(const QSslConfiguration &identity, const QDateTime &now);

} // namespace possync::net
