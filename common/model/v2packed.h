// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QByteArray>

/// Compressed messages of protocol v2: docs/protocol-v2.md, "Compressed messages". Pure; any
/// thread, each with some hundred kilobytes of working memory once it has used them.
namespace possync::v2 {

/// Shorter texts are not worth it.
inline constexpr qsizetype packedFrom = 1024;
/// Longest text in a compressed message, on either side.
inline constexpr qsizetype maxPackedText = 256 * 1024;

/// The text as content of a binary message. Empty if it is too short or too long, or if that would
/// not save a quarter of it: then it goes out as it is.
QByteArray packed(QByteArrayView text);

/// The text in a binary message, or what is wrong with it. Never needs more memory than the longest
/// text, whatever the message claims.
Result<QByteArray, QByteArray> unpacked(QByteArrayView message);

} // namespace possync::v2
