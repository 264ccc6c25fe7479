// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslConfiguration>

namespace possync::test {

/// A fresh self-signed certificate for 127.0.0.1 and its P-256 key, as PEM.
struct TlsPair {
    QByteArray certificate;
    QByteArray key;

    /// Valid from and until so many days from now.
    static TlsPair make(int fromDays = -1, int untilDays = 30);
    /// `key` as it looks behind a password.
    QByteArray lockedKey() const;
    /// For clients that trust this certificate and no other.
    QSslConfiguration trust() const;
    /// Writes both to `<base>.crt` and `<base>.key`.
    bool write(const QString &base) const;
};

/// Replaces the file at once, as a careful program does.
bool writeFile(const QString &path, const QByteArray &content);

} // namespace possync::test
