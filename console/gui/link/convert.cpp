// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/link/convert.h"

#include "console/gui/link/servererrors.h"
#include "console/remote/restclient.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Convert)
};

} // namespace

RestaurantFacts factsOf(const remote::RestaurantSummary &summary)
{
    return {.id = summary.id,
            .name = summary.name,
            .deviceCount = summary.deviceCount,
            .head = summary.head,
            .epoch = summary.epoch,
            .changesPerSecond = std::max(0.0, summary.changesPerSecond),
            .lastChangeMs = summary.lastChangeMs,
            .warnings = summary.warnings};
}

DeviceFacts factsOf(const remote::DeviceStatus &status)
{
    return {.restaurant = status.restaurant,
            .connection = status.connection,
            .deviceId = status.deviceId,
            .name = status.name,
            .userId = status.userId,
            .protocol = status.protocol,
            .address = status.address,
            .connectedMs = status.connectedMs,
            .lastSeenMs = status.lastSeenMs,
            .roundTripMs = status.roundTripMs,
            .clockSkewMs = status.clockSkewMs,
            .position = status.position,
            .lag = status.lag,
            .queuedBytes = status.queuedBytes,
            .isShared = status.isShared,
            .isConnected = status.isConnected,
            .isCatchingUp = status.isCatchingUp};
}

ChangeEntry entryOf(const remote::ChangeEntry &change)
{
    return {change.seq,      change.sentMs,   change.receivedMs, change.restaurant,
            change.changeId, change.dataType, change.action,     change.entityId,
            change.deviceId, change.userId,   change.outcome,    change.data};
}

TrafficSample sampleOf(const remote::TrafficSample &from)
{
    TrafficSample sample{.atMs = from.atMs, .intervalMs = std::max<qint64>(from.intervalMs, 1)};
    const auto rate = [&sample](qint64 count) {
        return float(double(std::max<qint64>(count, 0)) * 1000 / double(sample.intervalMs));
    };
    for (std::size_t type = 0; type < from.changes.size(); ++type)
        sample.values[type] = rate(from.changes[type]);
    sample[TrafficLine::Deliveries] = rate(from.deliveries);
    sample[TrafficLine::BytesIn] = rate(from.bytesIn);
    sample[TrafficLine::BytesOut] = rate(from.bytesOut);
    sample[TrafficLine::Rejected] = rate(from.rejected);
    sample[TrafficLine::Connections] = float(from.connections);
    // Without a change there was no latency to measure: a gap, not a zero.
    const auto latency = [](qint64 us) { return us > 0 ? float(us) : -1.0F; };
    sample[TrafficLine::LatencyP50] = latency(from.latencyP50Us);
    sample[TrafficLine::LatencyP99] = latency(from.latencyP99Us);
    return sample;
}

LogLine lineOf(const remote::LogLine &line)
{
    const LogLevel level = line.level == "debug"_L1     ? LogLevel::Debug
                           : line.level == "warning"_L1 ? LogLevel::Warning
                           : line.level == "error"_L1   ? LogLevel::Error
                                                        : LogLevel::Info;
    return {line.no, line.atMs, level, line.component, line.text};
}

QJsonObject recordsOf(const remote::RecordList &records)
{
    QJsonObject data;
    for (const auto &[type, list] : records) {
        QJsonArray array;
        for (const remote::EntityRecord &record : list) {
            QJsonObject object = QJsonDocument::fromJson(record.data).object();
            if (!object.contains("id"_L1))
                object.insert(u"id"_s, QString::fromUtf8(record.id));
            array.append(object);
        }
        data.insert(QString::fromUtf8(type), array);
    }
    return {{u"data"_s, data}};
}

QString messageOf(const remote::RemoteError &error)
{
    return error.sentence.isEmpty() ? serverMessage(error.code, error.message)
                                    : error.sentence.translated();
}

QString sentenceOf(const remote::RemoteError &error)
{
    const QString message = messageOf(error);
    const bool isAboutTrust = error.code == "tls_untrusted"_L1 || error.code == "tls_changed"_L1;
    const QString hint =
        !error.advice.isEmpty() ? error.advice.translated()
        : !error.hint.isEmpty() ? error.hint
        : remote::isAboutToken(error)
            ? Words::tr("“Connect to a server” in the menu “File” takes another token.")
        : isAboutTrust ? Words::tr("“Connect to a server” in the menu “File” shows it, to compare.")
                       : QString();
    const bool isSentence = message.endsWith(u'.') || hint.isEmpty();
    const QString words =
        hint.isEmpty() ? message : message + (isSentence ? u" "_s : u". "_s) + hint;
    const bool isEnded = words.isEmpty() || u".!?"_s.contains(words.back());
    return isEnded ? words : words + u'.';
}

} // namespace possync::gui
