// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/tonelabel.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Words in the colour of what they mean.
class ToneTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsTheScheme();
    void plainWordsLookAsAroundThem();

private:
    static QColor colourOf(const ToneLabel &label)
    {
        return label.palette().color(QPalette::WindowText);
    }
};

void ToneTest::followsTheScheme()
{
    QWidget page;
    page.setPalette(lightPalette());
    ToneLabel label(&page);
    label.say(u"<b>lost</b>"_s, Tone::Bad);
    QCOMPARE(label.textFormat(), Qt::PlainText); // what devices sent may be in it
    const QColor onLight = toneColour(Tone::Bad, lightPalette());
    const QColor onDark = toneColour(Tone::Bad, darkPalette());
    QVERIFY(onLight != onDark);
    QCOMPARE(colourOf(label), onLight);
    page.setPalette(darkPalette());
    QCOMPARE(colourOf(label), onDark);
    label.say(u"found"_s, Tone::Good);
    QCOMPARE(colourOf(label), toneColour(Tone::Good, darkPalette()));
}

void ToneTest::plainWordsLookAsAroundThem()
{
    QWidget page;
    page.setPalette(lightPalette());
    ToneLabel label(&page);
    label.say(u"wrong"_s, Tone::Bad);
    label.say(u"all of it"_s, Tone::Neutral);
    QCOMPARE(colourOf(label), page.palette().color(QPalette::WindowText));
    // As a page does when its server is gone.
    QPalette grey = page.palette();
    grey.setColor(QPalette::WindowText, toneColour(Tone::Muted, grey));
    page.setPalette(grey);
    QCOMPARE(colourOf(label), toneColour(Tone::Muted, grey));
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::ToneTest)
#include "tst_gui_tone.moc"
