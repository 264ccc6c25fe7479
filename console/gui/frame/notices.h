// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/devices/insight.h"
#include "console/gui/session/session.h"

#include <QTime>

namespace possync::gui {

/// Decides what is worth a notification: each trouble once when it has lasted for a while, a device
/// that comes and goes folded into one, nothing in quiet hours but a summary afterwards.
class Notices : public QObject
{
    Q_OBJECT

public:
    /// Shorter troubles are nobody's business.
    static constexpr qint64 lastsMs = 15'000;
    /// A device that is in trouble so often within this time is flapping.
    static constexpr int flapsAfter = 3;
    static constexpr qint64 flapSpanMs = 10 * 60'000;

    explicit Notices(Session &session, QObject *parent = nullptr);

    /// From one time of day to another, over midnight if need be; equal: never quiet.
    void setQuietHours(QTime from, QTime to);
    void setEnabled(bool enabled) { m_isEnabled = enabled; }
    bool isEnabled() const { return m_isEnabled; }
    bool isQuiet(qint64 nowMs) const;

Q_SIGNALS:
    void notice(const QString &title, const QString &text);

private:
    struct Trouble {
        qint64 sinceMs = 0;
        qint64 seenMs = 0; ///< When it was there last.
        bool isTold = false;
        QList<qint64> times; ///< When it was told, the last ten minutes.
        bool isFolded = false;
    };

    void look(qint64 nowMs);
    void tell(Trouble &trouble, const Attention &item, qint64 nowMs);

    Session &m_session;
    QHash<QString, Trouble> m_troubles;
    QTime m_quietFrom;
    QTime m_quietTo;
    int m_suppressed = 0;
    bool m_isEnabled = true;
};

} // namespace possync::gui
