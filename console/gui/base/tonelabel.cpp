// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/tonelabel.h"

#include <QEvent>

namespace possync::gui {

ToneLabel::ToneLabel(QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
}

void ToneLabel::say(const QString &words, Tone tone)
{
    m_tone = tone;
    setText(words);
    tint();
}

void ToneLabel::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        tint();
    QLabel::changeEvent(event);
}

void ToneLabel::tint()
{
    QPalette tinted; // what is not set comes from the parent
    if (m_tone != Tone::Neutral)
        tinted.setColor(QPalette::WindowText, toneColour(m_tone, palette()));
    setPalette(tinted); // comes back here with a palette that is the same
}

} // namespace possync::gui
