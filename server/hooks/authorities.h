// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QList>
#include <QSslCertificate>
#include <QSslError>

namespace possync::hooks {

/// The certificates of private authorities in a PEM file, which receivers of webhooks may have
/// theirs from. The error is one line that names the file. Any thread.
Result<QList<QSslCertificate>, QString> readAuthorities(const QString &file);

/// Why a receiver's certificate was refused, for its owner: the errors that say most, in one
/// phrase. `host` is how the receiver is called.
QString refusedBecause(const QList<QSslError> &errors, const QString &host);

} // namespace possync::hooks
