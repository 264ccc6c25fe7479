// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace possync::security {

/// Files of a private authority and of the certificate it issued.
struct TlsFiles {
    QString authority;        ///< PEM; what consoles and devices are to trust.
    QString certificate;      ///< PEM, the server's and the authority's.
    QString key;              ///< PEM, readable by its owner alone.
    QByteArray authorityHash; ///< SHA-256 of the authority's certificate, 32 bytes.
    bool isNewAuthority = false;
};

/// Makes a private authority in `dir`, unless there is one already, and has it issue a certificate
/// for `names`: host names and addresses. P-256 keys; the authority holds ten years, the
/// certificate 825 days. Existing server files are replaced as a whole; the authority's never. The
/// error is one line.
Result<TlsFiles, QString> makeTls(const QString &dir, const QStringList &names, qint64 nowMs);

} // namespace possync::security
