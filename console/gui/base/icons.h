// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>

namespace possync::gui {

/// Icon drawn from `resources/icons/<name>.svg` in the text colour of the moment, sharp at any
/// scale, so that a change of theme needs no reload. An unknown name gives an empty icon.
QIcon icon(const QString &name);
/// The program's own icon, in its own colours.
QIcon applicationIcon();

} // namespace possync::gui
