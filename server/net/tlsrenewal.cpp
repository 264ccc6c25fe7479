// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/tlsrenewal.h"

#include "server/net/tlsidentity.h"

#include <QFileInfo>
#include <QSslCertificate>

namespace possync::net {
namespace {

/// Two stat() calls: cheap, and unlike inotify they follow renames and links.
constexpr int lookMs = 2000;

} // namespace

TlsRenewal::TlsRenewal(Files files, Use use, Report report)
    : m_files(std::move(files))
    , m_use(std::move(use))
    , m_report(std::move(report))
    , m_read(stamps())
    , m_seen(m_read)
{
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { look(); });
    m_timer.start(lookMs);
}

TlsRenewal::Stamps TlsRenewal::stamps() const
{
    const auto stamp = [](const QString &path) {
        const QFileInfo file(path);
        return Stamp{file.lastModified(), file.size(), file.canonicalFilePath()};
    };
    return {stamp(m_files.certificate), stamp(m_files.key)};
}

void TlsRenewal::look()
{
    const Stamps now = stamps();
    const bool isStill = now == m_seen;
    m_seen = now;
    if (isStill && now != m_read)
        reload();
}

void TlsRenewal::reload()
{
    m_read = stamps();
    const auto identity = readTlsIdentity(m_files.certificate, m_files.key);
    if (!identity) {
        m_report(
            ops::LogLevel::Error,
            QStringLiteral("The TLS certificate was not renewed, the former one stays in use: ")
                + identity.error());
        return;
    }
    m_use(*identity);
    m_report(ops::LogLevel::Info,
             QStringLiteral("New connections get the TLS certificate %1, valid until %2")
                 .arg(m_files.certificate,
                      identity->localCertificate().expiryDate().toUTC().toString(Qt::ISODate)));
    if (const auto warning = tlsDateWarning(*identity, QDateTime::currentDateTimeUtc()))
        m_report(ops::LogLevel::Warning, *warning);
}

} // namespace possync::net
