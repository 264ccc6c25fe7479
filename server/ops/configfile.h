// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/ops/config.h"

namespace possync::ops {

/// Lays the values of the TOML file `path` over `loaded`. The error is one line, starting with
/// file:line:column where there is a place to name.
Result<Done, QString> readConfigFile(const QString &path, LoadedConfig &loaded);
/// The same for the content of a file; `path` only names it.
Result<Done, QString> readConfigText(const QString &path, const QByteArray &content,
                                     LoadedConfig &loaded);

} // namespace possync::ops
