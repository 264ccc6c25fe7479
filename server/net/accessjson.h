// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/jsontext.h"
#include "server/net/restanswer.h"
#include "server/security/token.h"
#include "server/store/storeerror.h"

/// What the addresses for tokens and for pairing both tell.
namespace possync::net {

/// A token without its secret.
QByteArray tokenJson(const security::Token &token, qint64 nowMs);
/// 503: a new token could not be stored, and so is none.
QHttpServerResponse notKept(const store::StoreError &error);

} // namespace possync::net
