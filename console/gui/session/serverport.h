// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"
#include "console/gui/traffic/trafficfeed.h"
#include "console/remote/servertrust.h"
#include "console/remote/types.h"

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QUrl>
#include <functional>

namespace possync::gui {

/// A change the person composed.
struct ComposedChange {
    QString restaurant = {};
    QString dataType = {};
    QString action = {};
    QString entityId = {};
    QString userId = {};
    QByteArray data = {}; ///< JSON object text.
};

/// What pages can ask of the server. Answers come later on the GUI thread, or never if the context
/// object is gone by then; an error is a sentence for people.
class ServerPort
{
public:
    using Answer = std::function<void(const Result<QJsonObject, QString> &)>;
    using TrafficAnswer = std::function<void(const Result<QList<TrafficSample>, QString> &)>;

    virtual ~ServerPort() = default;
    virtual QUrl server() const = 0;
    /// Empty: none is needed, or none is known.
    virtual QByteArray token() const { return {}; }
    /// By which certificate it is known; with a pin if a person, not the system, vouches for it.
    virtual remote::ServerTrust trust() const { return {}; }
    virtual void push(const ComposedChange &change, QObject *context, Answer answer) = 0;
    virtual void kick(const QString &restaurant, qint64 connection, QObject *context,
                      Answer answer) = 0;
    virtual void ping(const QString &restaurant, qint64 connection, QObject *context,
                      Answer answer) = 0;
    /// What people call a device, or the restaurant itself (an empty one). An empty name: its id.
    virtual void rename(const QString &restaurant, const QString &device, const QString &name,
                        QObject *context, Answer answer) = 0;
    /// Current records: `{"data": {"orders": [...], ...}}`.
    virtual void fetchRecords(const QString &restaurant, QObject *context, Answer answer) = 0;
    /// Traffic between two moments in equal steps; of all restaurants together if none is named.
    virtual void fetchTraffic(const QString &restaurant, qint64 fromMs, qint64 toMs, qint64 stepMs,
                              QObject *context, TrafficAnswer answer) = 0;
    /// A question to the REST interface; `path` is encoded and may hold a query.
    virtual void get(const QString &path, QObject *context,
                     remote::Receiver<QByteArray> receiver) = 0;
    virtual void post(const QString &path, const QByteArray &body, QObject *context,
                      remote::Receiver<QByteArray> receiver) = 0;
    /// Has a restaurant's conflicts read again; they come through the session.
    virtual void refreshConflicts(const QString &restaurant) = 0;
};

} // namespace possync::gui
