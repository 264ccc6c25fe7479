// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"
#include "console/gui/session/session.h"

#include <QJsonObject>
#include <variant>
#include <vector>

/// Reading of `possync.admin.v1` frames and REST answers. Pure; strict about what is used, blind to
/// what is not. Errors name the field.
namespace possync::gui::wire {

struct Welcome {
    QString version;
    int protocol = 0;
    qint64 serverMs = 0;
};

struct DeviceList {
    QString restaurant;
    QList<DeviceFacts> devices;
};

struct ChangeBatch {
    QString restaurant;
    std::vector<ChangeEntry> changes;
};

struct Traffic {
    QString restaurant; ///< Empty: all.
    TrafficSample sample;
};

struct Gap {
    QString topic;
    qint64 missed = 0;
};

struct CommandResult {
    QString id;
    bool isOk = false;
    QJsonObject result;
    QString error;
};

/// A frame of a type this console does not know; newer servers may send them.
struct Unknown {
    QString type;
};

using Frame = std::variant<Welcome, QList<RestaurantFacts>, DeviceList, ChangeBatch, Traffic,
                           QList<LogLine>, Gap, CommandResult, Unknown>;

Result<Frame, QString> decode(const QByteArray &frame);

/// Answer of `GET …/changes`.
struct ChangePage {
    std::vector<ChangeEntry> changes;
    quint64 next = 0;
    bool hasMore = false;
};
Result<ChangePage, QString> decodeChangePage(const QByteArray &body, const QString &restaurant);

} // namespace possync::gui::wire
