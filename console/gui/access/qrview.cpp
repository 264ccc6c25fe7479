// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/qrview.h"

#include <QPainter>

namespace possync::gui {

QrView::QrView(QWidget *parent)
    : QWidget(parent)
{
    setFixedSize(sizeHint());
    setAccessibleName(tr("QR code"));
}

void QrView::setText(const QByteArray &text)
{
    m_code = text.isEmpty() ? remote::QrCode() : remote::qrCode(text);
    update();
}

void QrView::paintEvent(QPaintEvent *)
{
    if (m_code.width == 0)
        return;
    constexpr int quiet = 4; // modules of light around the code, as the standard asks
    QPainter painter(this);
    painter.fillRect(rect(), Qt::white);
    const int side = std::min(width(), height()) / (m_code.width + 2 * quiet);
    const int left = (width() - side * m_code.width) / 2;
    const int top = (height() - side * m_code.width) / 2;
    for (int y = 0; y < m_code.width; ++y) {
        for (int x = 0; x < m_code.width; ++x) {
            if (m_code.isDark(x, y))
                painter.fillRect(left + x * side, top + y * side, side, side, Qt::black);
        }
    }
}

} // namespace possync::gui
