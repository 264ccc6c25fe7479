// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"

/// Believable data for pictures and page tests.
namespace possync::gui::fixture {

/// The moment all fixtures play at.
qint64 nowMs();
/// Six restaurants on a Friday evening, one with a device behind and one lost, an hour of traffic
/// with an outage, some hundred changes, a log.
void fill(Session &session);
/// Many changes that differ in all fields; `first` numbers them on.
std::vector<ChangeEntry> manyChanges(quint64 first, quint64 count);
/// Answer of the records request for the first restaurant.
QJsonObject records();

} // namespace possync::gui::fixture
