// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/qrcode.h"

#include <QWidget>

namespace possync::gui {

/// A QR code in black on white, also on a dark window: cameras want it so.
class QrView : public QWidget
{
    Q_OBJECT

public:
    explicit QrView(QWidget *parent);

    /// An empty text shows nothing.
    void setText(const QByteArray &text);
    QSize sizeHint() const override { return {240, 240}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    remote::QrCode m_code;
};

} // namespace possync::gui
