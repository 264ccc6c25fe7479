// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/ops/log.h"

#include <QDateTime>
#include <QSslConfiguration>
#include <QTimer>

namespace possync::net {

/// Keeps a port's certificate and key as they are on disk. Lives on the gate's thread.
class TlsRenewal
{
public:
    struct Files {
        QString certificate;
        QString key;
    };
    using Use = std::function<void(const QSslConfiguration &)>;
    using Report = std::function<void(ops::LogLevel, const QString &text)>;

    /// Hands a new pair to `use` once both files have kept still for a moment, since they are
    /// replaced one after the other. Both calls come on this thread.
    TlsRenewal(Files files, Use use, Report report);

    /// Reads the files now. A pair that cannot serve is reported, and the one in use stays.
    void reload();

private:
    struct Stamp {
        QDateTime modified;
        qint64 size = 0;
        QString target; ///< Behind links: another file may be as old and as long.
        bool operator==(const Stamp &) const = default;
    };
    using Stamps = std::array<Stamp, 2>;

    Stamps stamps() const;
    void look();

    const Files m_files;
    const Use m_use;
    const Report m_report;
    Stamps m_read; ///< Of the files when they were last read.
    Stamps m_seen; ///< Of the files at the last look.
    QTimer m_timer;
};

} // namespace possync::net
