// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/theme.h"

#include <QLabel>

namespace possync::gui {

/// Plain text in the colour of what it means, in dark as in light, and when that changes.
class ToneLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ToneLabel(QWidget *parent);

    void say(const QString &words, Tone tone);
    Tone tone() const { return m_tone; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void tint();

    Tone m_tone = Tone::Neutral;
};

} // namespace possync::gui
