// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QString>
#include <QStringList>
#include <QUrl>

namespace possync::gui {

/// What was asked for on the command line.
struct Options {
    QUrl server = {};
    QByteArray token = {}; ///< From the environment, for `server`.
    QString profile = {};
    bool demo = false;
    bool resetLayout = false;
    QString screenshots = {};
    QString printAndExit = {}; ///< Text of --help or --version.
};

/// Reads the arguments (with the program's name first) without needing a display; the error is a
/// line for stderr.
Result<Options, QString> parseOptions(const QStringList &arguments);

} // namespace possync::gui
