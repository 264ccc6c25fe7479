// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <optional>

namespace possync {

/// UTC milliseconds as `2024-01-01T12:00:00.000Z`, the form the server writes on the wire.
QByteArray formatTimestamp(qint64 utcMs);

/// Reads `YYYY-MM-DDTHH:MM:SS[.fraction][Z|±HH:MM]` into milliseconds; empty if it is not one.
/// A time without a zone, as the classic app writes it, is read as if it were UTC: good for
/// differences between two times of one device, not for telling when something happened.
std::optional<qint64> parseTimestamp(QByteArrayView text);

} // namespace possync
