// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QBitArray>
#include <QByteArray>

namespace possync::remote {

/// A QR code without its quiet zone.
struct QrCode {
    int width = 0;       ///< Modules in a row; 0 if the text is too long for a code.
    QBitArray modules{}; ///< Row by row; set is dark.

    /// Outside of the code all is light.
    bool isDark(int x, int y) const
    {
        return x >= 0 && y >= 0 && x < width && y < width && modules.testBit(y * width + x);
    }
};

QrCode qrCode(const QByteArray &text);

} // namespace possync::remote
