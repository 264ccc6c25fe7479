// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/qrtext.h"

#include "console/remote/qrcode.h"

namespace possync::cli {

QString qrText(const QByteArray &text)
{
    const remote::QrCode code = remote::qrCode(text);
    if (code.width == 0)
        return {};
    constexpr int quiet = 2;
    QString lines;
    for (int y = -quiet; y < code.width + quiet; y += 2) {
        for (int x = -quiet; x < code.width + quiet; ++x) {
            const bool upper = code.isDark(x, y);
            const bool lower = code.isDark(x, y + 1);
            lines += upper ? (lower ? u' ' : u'▄') : (lower ? u'▀' : u'█');
        }
        lines += u'\n';
    }
    return lines;
}

} // namespace possync::cli
