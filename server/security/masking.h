// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/role.h"

/// Pins and other secrets in records, for those who may look at records but not at these.
/// docs/security.md, "Pins". Pure; any thread.
namespace possync::security {

/// Whether a role gets records whole. Whoever may connect as a device does: devices hold the pins
/// of people, as the app compares them itself.
bool seesSecrets(Role role);

/// Whether a field of that name holds one: pin, password, token, secret or API key, as a word of
/// its own at the name's end, also in front of "code" or "hash". Of a path with `/` the last name
/// counts.
bool isSecretField(QByteArrayView name);

/// `json`, one value without a fault, with `"****"` in the place of every text, number, array or
/// object in such a field, at whatever depth; also of what a history or a conflict tells of it
/// under `old`, `new`, `kept` and `lost` behind its `field`. All other bytes stay as they are.
QByteArray maskedSecrets(const QByteArray &json);

} // namespace possync::security
