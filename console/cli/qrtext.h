// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace possync::cli {

/// A QR code for a terminal, two rows of modules in a line of text, its quiet zone included. Light
/// modules are the block characters, so that it reads on a dark background. Empty if the text is
/// too long for one.
QString qrText(const QByteArray &text);

} // namespace possync::cli
