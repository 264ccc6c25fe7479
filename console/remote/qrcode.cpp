// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/qrcode.h"

#include <memory>
#include <qrencode.h>

namespace possync::remote {

QrCode qrCode(const QByteArray &text)
{
    const std::unique_ptr<QRcode, void (*)(QRcode *)> code(
        QRcode_encodeString8bit(text.constData(), 0, QR_ECLEVEL_L), QRcode_free);
    if (!code)
        return {};
    QrCode result{code->width, QBitArray(code->width * code->width)};
    for (int i = 0; i < result.modules.size(); ++i)
        result.modules.setBit(i, code->data[i] & 1);
    return result;
}

} // namespace possync::remote
