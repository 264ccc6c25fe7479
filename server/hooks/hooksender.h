// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/delivery.h"
#include "server/hooks/hookstore.h"

#include <QNetworkAccessManager>
#include <QSslConfiguration>
#include <functional>

class QNetworkReply;

namespace possync::hooks {

/// What came of one try.
struct Attempt {
    bool isTaken = false; ///< The receiver answered 2xx.
    int status = 0;       ///< HTTP; 0: none came.
    QString error;        ///< One line; empty if it was taken.
};

/// Sends deliveries. Resolves the receiver's name itself and connects to the very address that it
/// has judged; follows no redirect, uses no proxy, keeps no cookie, and stops reading after 64 KiB
/// or `patience`. Lives on one thread with an event loop.
class HookSender : public QObject
{
    Q_OBJECT
public:
    /// `authorities` are trusted beside those of the system.
    HookSender(AllowedHosts allowed, std::chrono::milliseconds patience,
               const QList<QSslCertificate> &authorities, QObject *parent = nullptr);

    using Done = std::function<void(const Attempt &)>;
    /// `done` is called once, later.
    void send(const Hook &hook, const Delivery &delivery, qint64 nowMs, Done done);

private:
    class Try;

    /// Made when the first receiver needs it: most restaurants have none with TLS, and taking the
    /// system's authorities in takes a moment.
    const QSslConfiguration &tls();

    QNetworkAccessManager m_network;
    const QList<QSslCertificate> m_authorities;
    std::optional<QSslConfiguration> m_tls;
    const AllowedHosts m_allowed;
    const std::chrono::milliseconds m_patience;
};

} // namespace possync::hooks
