// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/access.h"

namespace possync::security {

/// Name of the token that programs on this computer find by themselves; kept for it.
inline constexpr QStringView ownerTokenName = u"owner.token";

/// Sees to it that `owner.token` in the data directory holds an owner's token of this server and
/// the address it serves, readable by the server's user alone. A file that is missing or holds
/// another token is written anew and its former token revoked, so removing it changes the token.
/// Waits for the disk. One line that says what is wrong, or nothing.
std::optional<QString> provideOwnerFile(Access &access, const QString &dataDir, const QString &url,
                                        qint64 nowMs);

} // namespace possync::security
