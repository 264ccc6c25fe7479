// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace possync::gui {

/// What the server said, for people: in the language of the console by its code, with the server's
/// own words, which tell more, behind it. In English, and for a code that is not known, the
/// server's words alone.
QString serverMessage(const QString &code, const QString &said);

} // namespace possync::gui
