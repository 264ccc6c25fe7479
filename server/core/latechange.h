// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "common/model/v2message.h"

#include <vector>

namespace possync::core {

/// Code of the changes that wait for somebody to decide on them; docs/protocol.md, "Late changes".
inline constexpr char inReview[] = "in_review";

/// A change of a device that has been replaced.
struct LateChange {
    /// A change of the app.
    explicit LateChange(classic::Change &&ofTheApp)
        : change(std::move(ofTheApp))
    {
    }
    /// A change of a v2 device.
    explicit LateChange(const v2::PushedChange &pushed);

    classic::Change change; ///< Of a v2 device without a text.
    QByteArray sentV2{};    ///< As a v2 device sent it; empty: it is of the app.
    qint64 madeAtMs = 0;    ///< By the device's clock; 0: it did not say.
};

/// What such a device has sent in one go.
struct LateBatch {
    QByteArray deviceId;
    std::vector<Result<LateChange, classic::Refusal>> changes;
};

} // namespace possync::core
