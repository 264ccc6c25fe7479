// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/session/session.h"
#include "console/remote/replay.h"

/// Believable data for pictures and page tests.
namespace possync::gui::fixture {

/// The moment all fixtures play at.
qint64 nowMs();
/// Six restaurants on a Friday evening, one with a device behind and one lost, an hour of traffic
/// with an outage, some hundred changes, a log.
void fill(Session &session);
/// Many changes that differ in all fields; `first` numbers them on.
std::vector<ChangeEntry> manyChanges(quint64 first, quint64 count);
/// Answer of a question about tokens, pairings or the audit log.
QByteArray accessAnswer(const QString &path);

/// A server that is asked and mostly keeps silent; the pictures need no network.
class QuietServer : public ServerPort
{
public:
    QUrl server() const override { return QUrl(QStringLiteral("http://192.168.1.10:3000")); }
    void push(const ComposedChange &, QObject *, Answer) override {}
    void kick(const QString &, qint64, QObject *, Answer) override {}
    void ping(const QString &, qint64, QObject *, Answer) override {}
    void rename(const QString &, const QString &, const QString &, QObject *, Answer) override {}
    void fetchRecords(const QString &, QObject *, Answer) override {}
    void fetchTraffic(const QString &, qint64, qint64, qint64, QObject *, TrafficAnswer) override {}
    void get(const QString &path, QObject *, remote::Receiver<QByteArray> receiver) override
    {
        if (path.startsWith(QStringLiteral("/api/admin/")))
            receiver(accessAnswer(path));
    }
    void post(const QString &path, const QByteArray &, QObject *,
              remote::Receiver<QByteArray> receiver) override
    {
        if (path == QStringLiteral("/api/admin/pairings"))
            receiver(accessAnswer(path + QStringLiteral("/new")));
    }
    void refreshConflicts(const QString &) override {}
};

/// The first thing on a page that is seen and cut off: a table that scrolls sideways, a heading, a
/// tab, a moment. Empty if all is whole.
QString whatIsCut(const Page &page);

/// PEM of two authorities of the same name, for pictures; nobody has their keys.
QByteArray certificate(int number);

/// How a replay went in which one record came out otherwise.
remote::ReplayReport replayed();

/// Answer of the records request for the first restaurant.
QJsonObject records();

} // namespace possync::gui::fixture
