// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/devices/insight.h"

#include "console/gui/base/words.h"

#include <QCoreApplication>

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Insight)
};

int asCount(quint64 n)
{
    return int(std::min<quint64>(n, 1000000000));
}

bool hasBadClock(const DeviceFacts &device)
{
    return device.clockSkewMs && std::abs(*device.clockSkewMs) > clockSkewLimitMs;
}

QString clockReason(const DeviceFacts &device)
{
    const QString span = spanText(std::abs(*device.clockSkewMs));
    return *device.clockSkewMs < 0
               ? Words::tr("Its clock is %1 behind: set the time on the tablet to automatic.")
                     .arg(span)
               : Words::tr("Its clock is %1 ahead: set the time on the tablet to automatic.")
                     .arg(span);
}

QString behindReason(const DeviceFacts &device)
{
    if (device.queuedBytes > 64 * 1024)
        return Words::tr("It reads too slowly: %1 wait in its connection. Check its Wi-Fi, or "
                         "disconnect it so that it starts afresh.")
            .arg(bytesText(device.queuedBytes));
    if (device.roundTripMs && *device.roundTripMs > 1000)
        return Words::tr("Its network is very slow: an answer takes %1. Check its Wi-Fi.")
            .arg(spanText(*device.roundTripMs));
    return Words::tr("It is connected but confirms nothing. Wake the tablet and open the app; if "
                     "that does not help, disconnect it.");
}

} // namespace

QString titleWithId(const DeviceFacts &device)
{
    const QString id = plainLine(device.deviceId, 60);
    return device.name.isEmpty()
               ? id
               : Words::tr("%1 (%2)", "name, id").arg(plainLine(device.name, 60), id);
}

State deviceState(const DeviceFacts &device, qint64 nowMs)
{
    if (!device.isConnected)
        return device.lag > 0 ? State::Lost : State::Away;
    if (device.lag > 0 && nowMs - device.movedMs >= stuckAfterMs)
        return State::Behind;
    return device.isCatchingUp || device.lag > usualLag ? State::CatchingUp : State::InSync;
}

QString deviceStateText(const DeviceFacts &device, qint64 nowMs)
{
    switch (deviceState(device, nowMs)) {
    case State::CatchingUp:
        return Words::tr("Catching up, %1 to go").arg(countText(qint64(device.lag)));
    case State::Behind:
        return Words::tr("Behind, %1 waiting for %2")
            .arg(countText(qint64(device.lag)), spanText(nowMs - device.movedMs));
    case State::Lost:
        return device.lastSeenMs > 0 ? Words::tr("Lost %1").arg(agoText(nowMs - device.lastSeenMs))
                                     : Words::tr("Lost");
    case State::Away:
        return device.lastSeenMs > 0
                   ? Words::tr("Away since %1").arg(clockText(device.lastSeenMs, nowMs))
                   : Words::tr("Away");
    default:
        return stateWord(State::InSync);
    }
}

QString deviceReason(const DeviceFacts &device, qint64 nowMs)
{
    QStringList reasons;
    switch (deviceState(device, nowMs)) {
    case State::Lost:
        reasons.append(
            Words::tr(
                "Not connected since %1. %n change(s) wait for it and are sent when it returns.",
                nullptr, asCount(device.lag))
                .arg(clockText(device.lastSeenMs, nowMs)));
        break;
    case State::Away:
        reasons.append(Words::tr("Not connected, and it has missed nothing."));
        break;
    case State::Behind:
        reasons.append(behindReason(device));
        break;
    case State::CatchingUp:
        reasons.append(Words::tr("Receiving what it missed; nothing to do."));
        break;
    default:
        break;
    }
    if (device.isConnected && device.isShared)
        reasons.append(Words::tr(
            "Another tablet uses the same device id: re-register one of them in the app."));
    if (device.isConnected && hasBadClock(device))
        reasons.append(clockReason(device));
    if (!reasons.isEmpty())
        return reasons.join(u' ');
    return device.lag == 0 ? Words::tr("Everything has reached it.")
                           : Words::tr("%n change(s) are on the way to it.", nullptr,
                                       asCount(device.lag));
}

State restaurantState(const QList<DeviceFacts> &devices, qint64 nowMs)
{
    State worst = State::Idle;
    bool anyConnected = false;
    for (const DeviceFacts &device : devices) {
        worst = worseOf(worst, deviceState(device, nowMs));
        anyConnected |= device.isConnected;
    }
    return !anyConnected && worst != State::Lost ? State::Idle : worst;
}

QString restaurantVerdict(const RestaurantFacts &restaurant, const QList<DeviceFacts> &devices,
                          qint64 nowMs)
{
    const QString last =
        restaurant.lastChangeMs > 0
            ? Words::tr("last change %1").arg(agoText(nowMs - restaurant.lastChangeMs))
            : Words::tr("no change yet");
    int inSync = 0;
    int connected = 0;
    QStringList troubled;
    for (const DeviceFacts &device : devices) {
        const State state = deviceState(device, nowMs);
        connected += device.isConnected ? 1 : 0;
        inSync += state == State::InSync ? 1 : 0;
        if (state == State::Behind || state == State::Lost || state == State::CatchingUp)
            troubled.append(
                state == State::Lost
                    ? Words::tr("%1 is offline and misses %2")
                          .arg(plainLine(device.title(), 40), countText(qint64(device.lag)))
                    : Words::tr("%1 has %2 waiting")
                          .arg(plainLine(device.title(), 40), countText(qint64(device.lag))));
    }
    if (!troubled.isEmpty()) {
        const auto total = int(troubled.size()) + inSync;
        const QString rest = troubled.size() > 2
                                 ? Words::tr(" and %n more", nullptr, int(troubled.size()) - 2)
                                 : QString();
        return Words::tr("%1 of %2 devices behind: %3%4.")
            .arg(troubled.size())
            .arg(total)
            .arg(troubled.first(std::min<qsizetype>(2, troubled.size())).join(u"; "_s), rest);
    }
    if (connected == 0 && restaurant.deviceCount == 0)
        return devices.isEmpty()
                   ? Words::tr("No device has connected; %1.").arg(last)
                   : Words::tr("No device is connected; nothing is waiting; %1.").arg(last);
    const int shown = std::max(connected, restaurant.deviceCount);
    return shown == 1 ? Words::tr("Its one device is in sync; %1.").arg(last)
                      : Words::tr("All %1 devices in sync; %2.").arg(shown).arg(last);
}

QList<JourneyStop> journeyOf(const QList<DeviceFacts> &devices, const QString &sender, quint64 seq,
                             qint64 nowMs)
{
    QList<JourneyStop> stops;
    for (const DeviceFacts &device : devices) {
        JourneyStop stop{.device = plainLine(device.title(), 60)};
        const bool isSender = device.deviceId == sender;
        stop.hasIt = isSender || device.position >= seq;
        stop.words = isSender     ? Words::tr("made it")
                     : stop.hasIt ? Words::tr("has it")
                     : !device.isConnected
                         ? Words::tr("not yet: not connected since %1")
                               .arg(clockText(device.lastSeenMs, nowMs))
                         : Words::tr("not yet: %n change(s) behind", nullptr, asCount(device.lag));
        stops.append(stop);
    }
    std::ranges::stable_sort(stops, {}, &JourneyStop::hasIt);
    return stops;
}

QList<Attention> attentionOf(const Fleet &fleet, const QString &onlyRestaurant, qint64 nowMs)
{
    QList<Attention> all;
    for (const RestaurantFacts &restaurant : fleet.restaurants()) {
        if (!onlyRestaurant.isEmpty() && restaurant.id != onlyRestaurant)
            continue;
        const QString title = plainLine(restaurant.title(), 60);
        for (const DeviceFacts &device : fleet.devices(restaurant.id)) {
            const State state = deviceState(device, nowMs);
            Attention item{.restaurant = restaurant.id,
                           .deviceId = device.deviceId,
                           .connection = device.connection,
                           .cause = deviceReason(device, nowMs)};
            const QString name = plainLine(device.title(), 40);
            if (state == State::Lost) {
                item.tone = Tone::Bad;
                item.what = Words::tr("%1: %2 is offline and misses %n change(s).", nullptr,
                                      asCount(device.lag))
                                .arg(title, name);
            } else if (state == State::Behind) {
                item.what =
                    Words::tr("%1: %2 is %n change(s) behind.", nullptr, asCount(device.lag))
                        .arg(title, name);
                item.step = Attention::Ping;
            } else if (device.isConnected && device.isShared) {
                item.what = Words::tr("%1: two tablets call themselves %2.").arg(title, name);
            } else if (device.isConnected && hasBadClock(device)) {
                item.what = Words::tr("%1: the clock of %2 is wrong.").arg(title, name);
            } else {
                continue;
            }
            all.append(item);
        }
        for (const QString &warning : restaurant.warnings)
            all.append({.restaurant = restaurant.id,
                        .what = title + u": "_s + plainLine(warning, 200),
                        .cause = Words::tr("Reported by the server."),
                        .step = Attention::ShowChanges});
    }
    std::ranges::stable_sort(all, {},
                             [](const Attention &a) { return a.tone == Tone::Bad ? 0 : 1; });
    return all;
}

} // namespace possync::gui
