// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>

class QApplication;

/// Palettes, tones and the application style sheet. GUI thread only.
namespace possync::gui {

/// What the person chose in View > Theme.
enum class Scheme { System, Light, Dark };

/// Meaning of a colour. Never the only carrier of a state: a shape and a word go with it.
enum class Tone { Neutral, Good, Busy, Warn, Bad, Muted, Accent };

/// True if text on this palette is light on dark.
bool isDark(const QPalette &palette);

/// Colour of a tone that is readable (4.5:1 or better) on the window and base of this palette.
QColor toneColour(Tone tone, const QPalette &palette);
/// Pale background that goes with toneColour().
QColor toneBackground(Tone tone, const QPalette &palette);
/// Hairline between areas.
QColor lineColour(const QPalette &palette);
/// Colour number `index` of a chart; the six data types use 0 to 5.
QColor chartColour(int index, const QPalette &palette);

QPalette lightPalette();
QPalette darkPalette();

/// Sets Fusion, the palette and the style sheet. With Scheme::System the desktop's palette decides.
void applyScheme(QApplication &application, Scheme scheme);

} // namespace possync::gui
