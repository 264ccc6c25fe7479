// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/messagefields.h"
#include "common/model/v2message.h"

/// What both directions of the v2 decoder read alike. For common/model only.
namespace possync::v2 {

/// A JSON object among the members; `required` or absent (then empty).
Result<QByteArray, Refusal> objectText(const json::Members &members, QByteArrayView field,
                                       bool required);
/// The elements of an array; absent or null: nothing.
Result<std::optional<std::vector<QByteArrayView>>, Refusal>
optionalArray(const json::Members &members, QByteArrayView field);
/// Plain text of any length; absent or null: empty.
Result<QByteArray, Refusal> optionalText(const json::Members &members, QByteArrayView field);
Result<std::optional<Position>, Refusal> optionalPosition(const json::Members &members);
Result<Capabilities, Refusal> readCapabilities(const json::Members &members);
Result<DataType, Refusal> dataTypeNamed(QByteArrayView name, QByteArrayView field);
/// Members whose keys are not among `known`, as text.
QByteArray otherMembersOf(const json::Members &members, std::span<const QByteArrayView> known);

} // namespace possync::v2
