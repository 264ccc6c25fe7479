// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>

/// Names of the values that conflicts are about: `note`, `items/l1`, `items/l1/note`. In a part `~`
/// is written `~0` and `/` is written `~1`, as in RFC 6901. docs/protocol-v2.md, "ack". Pure; any
/// thread.
namespace possync::sync {

QByteArray fieldPath(QByteArrayView field);
/// Of an order line.
QByteArray linePath(QByteArrayView lineId);
/// Of a field of an order line.
QByteArray linePath(QByteArrayView lineId, QByteArrayView field);

/// The parts as they are without their writing: one for a field, two for a line, three for a field
/// of a line. Names that an earlier version wrote had no such writing: of those the middle part
/// takes whatever slashes there are.
QByteArrayList pathParts(QByteArrayView path);

} // namespace possync::sync
