// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/hookdesk.h"
#include "server/net/journalwalk.h"

namespace possync::net {

/// Queues the events that were not when the server was killed, one restaurant after the other, on
/// the store's thread for the past. Restaurants whose events are all queued cost nothing.
void catchUpHooks(store::Journal &journal, const std::shared_ptr<WalkDesk> &desk,
                  hooks::HookDesk &hooks);

} // namespace possync::net
