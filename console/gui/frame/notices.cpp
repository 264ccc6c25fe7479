// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/notices.h"

#include "console/gui/base/words.h"

#include <QDateTime>

namespace possync::gui {

using namespace Qt::StringLiterals;

Notices::Notices(Session &session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&session, &Session::ticked, this, &Notices::look);
}

void Notices::setQuietHours(QTime from, QTime to)
{
    m_quietFrom = from;
    m_quietTo = to;
}

bool Notices::isQuiet(qint64 nowMs) const
{
    if (!m_quietFrom.isValid() || m_quietFrom == m_quietTo)
        return false;
    const QTime now = QDateTime::fromMSecsSinceEpoch(nowMs).time();
    return m_quietFrom < m_quietTo ? now >= m_quietFrom && now < m_quietTo
                                   : now >= m_quietFrom || now < m_quietTo;
}

void Notices::look(qint64 nowMs)
{
    if (!m_isEnabled || !m_session.isConnected())
        return; // what is known may no longer be so, and the window says that already
    if (m_suppressed > 0 && !isQuiet(nowMs)) {
        Q_EMIT notice(tr("The quiet hours are over"),
                      tr("%n thing(s) needed attention meanwhile.", nullptr, m_suppressed));
        m_suppressed = 0;
    }
    const QList<Attention> items = attentionOf(m_session.fleet(), {}, nowMs);
    for (const Attention &item : items) {
        // The device and the kind of trouble; the count in the words changes all the time.
        const QString key = u"%1\n%2\n%3"_s.arg(item.restaurant, item.deviceId,
                                                QString::number(int(item.tone) * 10 + item.step));
        Trouble &trouble = m_troubles[key];
        if (trouble.seenMs == 0 || nowMs - trouble.seenMs > 3000) {
            trouble.sinceMs = nowMs; // it is new, or there again
            trouble.isTold = false;
        }
        trouble.seenMs = nowMs;
        if (!trouble.isTold && nowMs - trouble.sinceMs >= lastsMs)
            tell(trouble, item, nowMs);
    }
    m_troubles.removeIf(
        [nowMs](QHash<QString, Trouble>::iterator it) { return nowMs - it->seenMs > flapSpanMs; });
}

void Notices::tell(Trouble &trouble, const Attention &item, qint64 nowMs)
{
    trouble.isTold = true;
    trouble.times.removeIf([nowMs](qint64 at) { return nowMs - at > flapSpanMs; });
    trouble.times.append(nowMs);
    if (isQuiet(nowMs)) {
        ++m_suppressed;
        return;
    }
    if (trouble.times.size() < flapsAfter) {
        trouble.isFolded = false;
        Q_EMIT notice(item.what, item.cause);
    } else if (!std::exchange(trouble.isFolded, true)) {
        Q_EMIT notice(
            tr("%1 comes and goes").arg(m_session.deviceTitle(item.restaurant, item.deviceId)),
            tr("%n time(s) in ten minutes in %1. You are not told again until it is calm.", nullptr,
               int(trouble.times.size()))
                .arg(m_session.restaurantTitle(item.restaurant)));
    }
}

} // namespace possync::gui
