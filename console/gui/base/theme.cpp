// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/theme.h"

#include "console/gui/base/consolestyle.h"

#include <QApplication>
#include <array>

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

struct Shades {
    QRgb window, base, alternate, text, muted, line, button, accent, accentText, selection;
    QRgb good, busy, warn, bad;
    std::array<QRgb, 8> chart;
};

constexpr Shades lightShades{0xfff3f5f8,
                             0xffffffff,
                             0xfff8f9fb,
                             0xff1a2027,
                             0xff57626e,
                             0xffd9dee5,
                             0xffffffff,
                             0xff0b5cad,
                             0xffffffff,
                             0xffdbeafa,
                             0xff14733f,
                             0xff0b5cad,
                             0xff8f4b00,
                             0xffb3261e,
                             {0xff1f6fc0, 0xffc2620a, 0xff2a8a4a, 0xff8a4bb8, 0xff0f8f96,
                              0xff8a6d1f, 0xffb3265e, 0xff57626e}};

constexpr Shades darkShades{0xff14181d,
                            0xff1b2027,
                            0xff20262e,
                            0xffe7ebef,
                            0xff9fabb7,
                            0xff333c46,
                            0xff262d36,
                            0xff62aef7,
                            0xff0b1117,
                            0xff24405c,
                            0xff52c98a,
                            0xff62aef7,
                            0xfff2ad4e,
                            0xfff58a83,
                            {0xff62aef7, 0xfff2a65a, 0xff5fce8f, 0xffc19af0, 0xff4fcbd1, 0xffd9c063,
                             0xfff08bb4, 0xff9fabb7}};

const Shades &shadesOf(const QPalette &palette)
{
    return isDark(palette) ? darkShades : lightShades;
}

QPalette paletteOf(const Shades &s)
{
    QPalette palette(QColor(s.button), QColor(s.window));
    const auto set = [&palette](QPalette::ColorRole role, QRgb rgb) {
        palette.setColor(role, QColor(rgb));
    };
    set(QPalette::Window, s.window);
    set(QPalette::WindowText, s.text);
    set(QPalette::Base, s.base);
    set(QPalette::AlternateBase, s.alternate);
    set(QPalette::Text, s.text);
    set(QPalette::Button, s.button);
    set(QPalette::ButtonText, s.text);
    set(QPalette::PlaceholderText, s.muted);
    set(QPalette::BrightText, s.accentText);
    set(QPalette::ToolTipBase, s.base);
    set(QPalette::ToolTipText, s.text);
    set(QPalette::Highlight, s.selection);
    set(QPalette::HighlightedText, s.text);
    set(QPalette::Link, s.accent);
    set(QPalette::LinkVisited, s.accent);
    set(QPalette::Mid, s.line);
    set(QPalette::Midlight, s.line);
    set(QPalette::Dark, s.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        QColor faint(s.muted);
        faint.setAlphaF(0.65F);
        palette.setColor(QPalette::Disabled, role, faint);
    }
    return palette;
}

// Only what Fusion cannot be told by palette: flat headers, rounded fields, quiet buttons.
constexpr auto sheetTemplate = R"(
QToolTip { color: %text; background: %base; border: 1px solid %line; padding: 3px; }
QTableView, QTreeView, QListView, QPlainTextEdit { background: %base; border: 1px solid %line; border-radius: 6px; }
QTableView { gridline-color: transparent; selection-background-color: %sel; selection-color: %text; }
QHeaderView { background: %base; border: none; border-top-left-radius: 6px; }
QHeaderView::section { background: %alt; color: %muted; border: none; border-bottom: 1px solid %line; border-right: 1px solid %line; padding: 5px 8px; font-weight: 600; }
QLineEdit { background: %base; border: 1px solid %line; border-radius: 6px; padding: 4px 8px; min-height: 1.3em; selection-background-color: %accent; selection-color: %onaccent; }
QLineEdit:focus, QPlainTextEdit:focus, QTableView:focus { border: 1px solid %accent; }
QLineEdit[verdict="good"] { background: %goodbg; border: 1px solid %good; }
QLineEdit[verdict="bad"] { background: %badbg; border: 1px solid %bad; }
QPlainTextEdit { padding: 4px 6px; }
QListView[roomy="true"] { padding: 4px; }
QListView[roomy="true"]::item { padding: 4px 6px; border-radius: 4px; }
QListView[roomy="true"]::item:selected { background: %sel; color: %text; }
QTreeView::item { min-height: 1.75em; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QPushButton { background: %button; border: 1px solid %line; border-radius: 6px; padding: 5px 12px; min-height: 1.3em; }
QPushButton, QToolButton { qproperty-iconSize: 20px 16px; }
QPushButton:hover { border-color: %accent; }
QPushButton:pressed, QPushButton:checked { background: %sel; }
QPushButton:focus { border: 1px solid %accent; }
QPushButton:disabled { color: %muted; background: %window; }
QPushButton[primary="true"] { background: %accent; color: %onaccent; border: 1px solid %accent; font-weight: 600; }
QPushButton[primary="true"]:disabled { background: %line; color: %muted; border-color: %line; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px 8px; }
QToolButton:hover { background: %hover; }
QToolButton:checked { background: %sel; }
QToolButton:focus { border: 1px solid %accent; }
QToolButton[framed="true"] { background: %button; border: 1px solid %line; }
QToolButton[framed="true"]:checked { background: %sel; border-color: %accent; }
QToolButton[page="true"] { border: none; border-bottom: 3px solid transparent; border-radius: 0; padding: 9px 9px 7px 9px; color: %muted; background: transparent; }
QToolButton[page="true"]:hover { color: %text; background: %hover; }
QToolButton[page="true"]:checked { color: %text; border-bottom: 3px solid %accent; font-weight: 600; }
QToolButton[page="true"]:focus { background: %hover; }
QTabWidget::pane { border: none; border-top: 1px solid %line; top: -1px; }
QTabBar::tab { padding: 6px 10px; color: %muted; border-bottom: 2px solid transparent; background: transparent; }
QTabBar::tab:selected { color: %text; border-bottom: 2px solid %accent; }
QTabBar::tab:focus { background: %hover; }
QSplitter::handle { background: transparent; }
QStatusBar { border-top: 1px solid %line; color: %muted; }
QStatusBar::item { border: none; }
QMenuBar { background: %window; } QMenuBar::item { padding: 4px 9px; background: transparent; } QMenuBar::item:selected { background: %hover; border-radius: 4px; }
QMenu { background: %base; border: 1px solid %line; padding: 4px; } QMenu::item { padding: 5px 26px 5px 22px; border-radius: 4px; } QMenu::item:selected { background: %sel; color: %text; } QMenu::separator { height: 1px; background: %line; margin: 4px 6px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; } QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: %scroll; border-radius: 4px; margin: 2px; } QScrollBar::handle:vertical { min-height: 32px; } QScrollBar::handle:horizontal { min-width: 32px; } QScrollBar::handle:hover { background: %muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; } QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; }
QWidget#frame[unlocked="true"] { border: 5px solid %bad; }
QWidget#guard { background: %bad; } QWidget#guard QLabel { color: %base; font-weight: 600; }
)";

QString styleSheetOf(const Shades &s, const QPalette &palette)
{
    const auto name = [](const QColor &c) { return c.name(); };
    QColor hover(s.text);
    hover.setAlphaF(0.07F);
    QColor scroll(s.muted);
    scroll.setAlphaF(0.45F);
    QString sheet = QString::fromLatin1(sheetTemplate);
    // Longer names first: %goodbg would otherwise be read as %good.
    const std::pair<QLatin1StringView, QString> values[]{
        {"%goodbg"_L1, name(toneBackground(Tone::Good, palette))},
        {"%badbg"_L1, name(toneBackground(Tone::Bad, palette))},
        {"%onaccent"_L1, name(QColor(s.accentText))},
        {"%accent"_L1, name(QColor(s.accent))},
        {"%window"_L1, name(QColor(s.window))},
        {"%button"_L1, name(QColor(s.button))},
        {"%scroll"_L1, scroll.name(QColor::HexArgb)},
        {"%hover"_L1, hover.name(QColor::HexArgb)},
        {"%muted"_L1, name(QColor(s.muted))},
        {"%text"_L1, name(QColor(s.text))},
        {"%base"_L1, name(QColor(s.base))},
        {"%line"_L1, name(QColor(s.line))},
        {"%good"_L1, name(QColor(s.good))},
        {"%alt"_L1, name(QColor(s.alternate))},
        {"%sel"_L1, name(QColor(s.selection))},
        {"%bad"_L1, name(QColor(s.bad))},
    };
    for (const auto &[key, value] : values)
        sheet.replace(key, value);
    return sheet;
}

} // namespace

bool isDark(const QPalette &palette)
{
    QColor window = palette.color(QPalette::Active, QPalette::Window);
    if (window.alpha() < 255) // a style sheet made this widget see-through
        window = QGuiApplication::palette().color(QPalette::Active, QPalette::Window);
    return window.lightness() < 128;
}

QColor toneColour(Tone tone, const QPalette &palette)
{
    const Shades &s = shadesOf(palette);
    switch (tone) {
    case Tone::Good:
        return QColor(s.good);
    case Tone::Busy:
        return QColor(s.busy);
    case Tone::Warn:
        return QColor(s.warn);
    case Tone::Bad:
        return QColor(s.bad);
    case Tone::Muted:
        return QColor(s.muted);
    case Tone::Accent:
        return QColor(s.accent);
    case Tone::Neutral:
        break;
    }
    return QColor(s.text);
}

QColor toneBackground(Tone tone, const QPalette &palette)
{
    const Shades &s = shadesOf(palette);
    const QColor base(s.base);
    const QColor front = toneColour(tone, palette);
    const double part = isDark(palette) ? 0.20 : 0.11;
    const auto mix = [part](int back, int fore) { return int(back * (1 - part) + fore * part); };
    return QColor(mix(base.red(), front.red()), mix(base.green(), front.green()),
                  mix(base.blue(), front.blue()));
}

QColor lineColour(const QPalette &palette)
{
    return QColor(shadesOf(palette).line);
}

QColor chartColour(int index, const QPalette &palette)
{
    const auto &colours = shadesOf(palette).chart;
    return QColor(colours[static_cast<std::size_t>(index) % colours.size()]);
}

QPalette lightPalette()
{
    return paletteOf(lightShades);
}

QPalette darkPalette()
{
    return paletteOf(darkShades);
}

void applyScheme(QApplication &application, Scheme scheme)
{
    if (!application.property("possyncStyle").toBool()) {
        // Lets a page's palette reach its children although a style sheet is in force.
        QCoreApplication::setAttribute(Qt::AA_UseStyleSheetPropagationInWidgetStyles);
        QApplication::setStyle(new ConsoleStyle);
        application.setProperty("possyncStyle", true);
    }
    bool dark = scheme == Scheme::Dark;
    if (scheme == Scheme::System) {
        QApplication::setPalette(QPalette()); // back to what the desktop says, to read it
        dark = isDark(QApplication::palette());
    }
    const QPalette palette = dark ? darkPalette() : lightPalette();
    QApplication::setPalette(palette);
    application.setStyleSheet(styleSheetOf(shadesOf(palette), palette));
}

} // namespace possync::gui
