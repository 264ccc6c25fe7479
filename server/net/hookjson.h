// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/hookdesk.h"

/// What the addresses for webhooks and the export both tell.
namespace possync::net {

/// A webhook without its secrets.
QByteArray webhookJson(const hooks::HookDesk::Shown &shown);

} // namespace possync::net
