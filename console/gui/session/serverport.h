// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QString>
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

    virtual ~ServerPort() = default;
    virtual void push(const ComposedChange &change, QObject *context, Answer answer) = 0;
    virtual void kick(const QString &restaurant, qint64 connection, QObject *context,
                      Answer answer) = 0;
    virtual void ping(const QString &restaurant, qint64 connection, QObject *context,
                      Answer answer) = 0;
    /// Current records: `{"data": {"orders": [...], ...}}`.
    virtual void fetchRecords(const QString &restaurant, QObject *context, Answer answer) = 0;
};

} // namespace possync::gui
