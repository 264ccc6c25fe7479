// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/role.h"

namespace possync::security {

enum class Verdict : quint8 { Good, Unknown, Expired, Revoked };

/// What became of a token that somebody showed.
struct Checked {
    Verdict verdict = Verdict::Unknown;
    /// Only if it is good; or, fenced, of a device that was replaced.
    Grant grant;
    /// Why a token with a good signature is not taken, for whoever set it up; empty: no more is
    /// said.
    QByteArray reason{};
};

} // namespace possync::security
