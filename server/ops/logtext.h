// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringView>

namespace possync::ops {

/// Longest text of one log line, in UTF-16 units; the rest is cut off and replaced by "…".
inline constexpr qsizetype longestLogText = 4096;

/// `text` fit for a log: cut to length, secrets replaced by `***`, and control characters, line
/// separators and direction marks written as escapes, so that one event stays one honest line.
/// Secrets are the values behind keys that end in pin, password, token, secret, api key,
/// authorization or cookie (JSON, `key=value`, `key: value`), whatever follows "Bearer", and the
/// token in a path `/t/<token>`. Thread-safe.
QString logText(QStringView text);

} // namespace possync::ops
