// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"

namespace possync::sync {

/// The record as a device shows it with one of its own pending changes on top; nothing: there is
/// none. `record` is what it shows without.
std::optional<QByteArray> withChange(const std::optional<QByteArray> &record,
                                     const v2::PushedChange &change);

} // namespace possync::sync
