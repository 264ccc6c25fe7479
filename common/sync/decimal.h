// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <optional>

namespace possync::sync {

/// Exact sum of two JSON numbers as JSON number, with the decimals of the longer one:
/// 25.50 + 1 = 26.50. Whatever the order of several sums, the text is the same. Nothing if one is
/// not a number or 18 digits do not hold it.
std::optional<QByteArray> decimalSum(QByteArrayView a, QByteArrayView b);

} // namespace possync::sync
