// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace possync::cli {

/// Completion script for "bash" or "zsh" out of the command table; empty for another shell.
QString completionScript(const QString &shell);

} // namespace possync::cli
