// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/qrtext.h"

#include <memory>
#include <qrencode.h>

namespace possync::cli {

QString qrText(const QByteArray &text)
{
    const std::unique_ptr<QRcode, void (*)(QRcode *)> code(
        QRcode_encodeString8bit(text.constData(), 0, QR_ECLEVEL_L), QRcode_free);
    if (!code)
        return {};
    constexpr int quiet = 2;
    const auto isDark = [&code](int x, int y) {
        const bool isInside = x >= 0 && y >= 0 && x < code->width && y < code->width;
        return isInside && (code->data[y * code->width + x] & 1);
    };
    QString lines;
    for (int y = -quiet; y < code->width + quiet; y += 2) {
        for (int x = -quiet; x < code->width + quiet; ++x) {
            const bool upper = isDark(x, y);
            const bool lower = isDark(x, y + 1);
            lines += upper ? (lower ? u' ' : u'▄') : (lower ? u'▀' : u'█');
        }
        lines += u'\n';
    }
    return lines;
}

} // namespace possync::cli
