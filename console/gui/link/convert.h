// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"
#include "console/remote/types.h"

#include <QJsonObject>

/// From what the server tells to what the pages show. Pure.
namespace possync::gui {

RestaurantFacts factsOf(const remote::RestaurantSummary &summary);
DeviceFacts factsOf(const remote::DeviceStatus &status);
ChangeEntry entryOf(const remote::ChangeEntry &change);
/// Counts become rates; a latency of nothing is "not measured".
TrafficSample sampleOf(const remote::TrafficSample &sample);
LogLine lineOf(const remote::LogLine &line);
/// `{"data": {"orders": [...], ...}}`
QJsonObject recordsOf(const remote::RecordList &records);
/// What happened, in the language of the console where the words are ours.
QString messageOf(const remote::RemoteError &error);
/// The same with the hint, if there is one: what to do about it.
QString sentenceOf(const remote::RemoteError &error);

} // namespace possync::gui
