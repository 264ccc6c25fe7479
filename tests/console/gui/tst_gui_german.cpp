// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/console.h"
#include "console/gui/base/language.h"
#include "console/gui/base/page.h"
#include "console/gui/base/words.h"
#include "console/gui/connect/connectdialog.h"
#include "console/gui/frame/banner.h"
#include "console/gui/frame/commandpalette.h"
#include "console/gui/frame/connectionpill.h"
#include "console/gui/lab/labmodels.h"
#include "console/gui/lab/labpage.h"
#include "console/gui/lab/replaypane.h"
#include "console/gui/link/convert.h"
#include "console/remote/fields.h"
#include "console/remote/restclient.h"
#include "console/remote/scenarioreport.h"
#include "console/remote/secretstore.h"
#include "tests/console/gui/fixture.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QProcess>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

namespace possync::gui {

namespace {

/// Writes down what is asked for and translates nothing.
class Recorder : public QTranslator
{
public:
    struct Asked {
        QByteArray context;
        QByteArray source;
        QByteArray comment;
        bool isCounted = false;
    };

    QString translate(const char *context, const char *source, const char *comment,
                      int n) const override
    {
        if (QByteArrayView(context).startsWith("possync::"))
            asked.insert(QByteArray(context) + '\0' + source + '\0' + comment,
                         {context, source, comment, n >= 0});
        return {};
    }
    bool isEmpty() const override { return false; }

    mutable QHash<QByteArray, Asked> asked;
};

/// Sources in a file of translations, and those that have one.
struct Sources {
    QStringList all;
    QHash<QString, QStringList> done;
};

Sources sourcesIn(const QString &name)
{
    Sources sources;
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return sources;
    QXmlStreamReader xml(&file);
    QString source;
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement())
            continue;
        if (xml.name() == "source"_L1) {
            source = xml.readElementText();
            sources.all.append(source);
        } else if (xml.name() == "translation"_L1) {
            const bool isOpen = xml.attributes().hasAttribute("type"_L1);
            QStringList forms;
            while (!(xml.isEndElement() && xml.name() == "translation"_L1) && !xml.atEnd()) {
                if (xml.isStartElement() && xml.name() == "numerusform"_L1)
                    forms.append(xml.readElementText());
                else if (xml.isCharacters() && !xml.isWhitespace())
                    forms.append(xml.text().toString());
                xml.readNext();
            }
            if (!isOpen && !forms.isEmpty() && !forms.contains(QString()))
                sources.done.insert(source, forms);
        }
    }
    return sources;
}

} // namespace

/// The console in German: whole, in the right places, and where it has the room.
class GermanTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everythingAskedForIsTranslated();
    void everySourceStringIsTranslated();
    void placesOfValuesAgree();
    void languageIsChosenInTheMenu();
    void consoleStartsInGerman();

private:
    struct Stage {
        QTemporaryDir dir;
        QSettings settings{dir.filePath(u"s.ini"_s), QSettings::IniFormat};
        fixture::QuietServer server;
        Session session;
    };

    /// Shows all there is.
    static void visitAll(Stage &stage, MainWindow &window);
};

void GermanTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void GermanTest::visitAll(Stage &stage, MainWindow &window)
{
    stage.session.setPort(&stage.server);
    fixture::fill(stage.session);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_COMPARE_EQ(stage.session.changes().rowCount(), 480);
    for (Page *page : window.pages()) {
        window.showPage(page->id());
        Q_EMIT stage.session.ticked(fixture::nowMs());
        QCoreApplication::processEvents();
        page->grab();
    }
    window.openPalette()->close();
    remote::SecretStore secrets;
    ConnectDialog dialog({}, {}, secrets, &window);
    dialog.askAbout(QSslCertificate::fromData(fixture::certificate(0)).value(0),
                    QSslCertificate::fromData(fixture::certificate(1)).value(0));
    for (const auto phase : {LinkStatus::NoServer, LinkStatus::Connecting, LinkStatus::Waiting,
                             LinkStatus::Refused, LinkStatus::Connected}) {
        stage.session.setLink({.phase = phase, .host = u"127.0.0.1:3000"_s, .lostMs = 1});
        Q_EMIT stage.session.ticked(fixture::nowMs());
    }
}

void GermanTest::everythingAskedForIsTranslated()
{
    Recorder recorder;
    QCoreApplication::installTranslator(&recorder);
    {
        Stage stage;
        MainWindow window(stage.session, stage.settings);
        visitAll(stage, window);
    }
    QCoreApplication::removeTranslator(&recorder);
    QCOMPARE_GT(recorder.asked.size(), 300);
    QTranslator german;
    QVERIFY(german.load(u":/possync/translations/possync_console_de.qm"_s));
    QStringList missing;
    for (const Recorder::Asked &asked : std::as_const(recorder.asked)) {
        const QString text =
            german.translate(asked.context, asked.source,
                             asked.comment.isEmpty() ? nullptr : asked.comment.constData(),
                             asked.isCounted ? 2 : -1);
        if (text.isEmpty())
            missing.append(QString::fromUtf8(asked.context + ": " + asked.source));
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
}

void GermanTest::everySourceStringIsTranslated()
{
    const QTemporaryDir dir;
    const QString found = dir.filePath(u"all.ts"_s);
    QProcess lupdate;
    lupdate.start(QStringLiteral(POSSYNC_LUPDATE),
                  {QStringLiteral(POSSYNC_SOURCES) + u"/console/gui"_s,
                   QStringLiteral(POSSYNC_SOURCES) + u"/console/remote"_s, u"-ts"_s, found});
    QVERIFY(lupdate.waitForFinished(60000));
    const Sources sources = sourcesIn(found);
    QCOMPARE_GT(sources.all.size(), 700);
    const Sources german = sourcesIn(QStringLiteral(POSSYNC_SOURCES)
                                     + u"/console/gui/translations/possync_console_de.ts"_s);
    QStringList missing;
    for (const QString &source : sources.all) {
        if (!german.done.contains(source))
            missing.append(source);
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
}

void GermanTest::placesOfValuesAgree()
{
    static const QRegularExpression place(u"%(\\d|n)"_s);
    const auto placesIn = [](const QString &text) {
        QSet<QString> places;
        for (const QRegularExpressionMatch &match : place.globalMatch(text))
            places.insert(match.captured());
        return places;
    };
    const Sources german = sourcesIn(QStringLiteral(POSSYNC_SOURCES)
                                     + u"/console/gui/translations/possync_console_de.ts"_s);
    for (auto it = german.done.cbegin(); it != german.done.cend(); ++it) {
        for (const QString &form : it.value()) {
            QSet<QString> wanted = placesIn(it.key());
            if (!placesIn(form).contains(u"%n"_s))
                wanted.remove(u"%n"_s); // “the only one”
            QVERIFY2(placesIn(form) == wanted, qPrintable(it.key() + u'\n' + form));
        }
    }
}

void GermanTest::languageIsChosenInTheMenu()
{
    Stage stage;
    MainWindow window(stage.session, stage.settings);
    QAction *german = nullptr;
    for (QAction *action : window.findChildren<QAction *>()) {
        if (action->text() == "Deutsch"_L1)
            german = action;
    }
    QVERIFY(german && !german->isChecked());
    german->trigger();
    QCOMPARE(stage.settings.value("view/language").toString(), u"de"_s);
    QVERIFY(window.statusBar()->currentMessage().contains("started again"_L1));
}

void GermanTest::consoleStartsInGerman()
{
    installLanguage(*qApp, u"de"_s);
    Stage stage;
    MainWindow window(stage.session, stage.settings);
    window.setScheme(Scheme::Light);
    visitAll(stage, window);
    QCOMPARE(window.page(u"overview"_s)->title(), u"Überblick"_s);
    QCOMPARE(window.pill().text(), u"Verbunden mit 127.0.0.1:3000"_s);
    QCOMPARE(agoText(5 * 60 * 1000), u"vor 5 min"_s);
    QCOMPARE(countText(1234567), u"1.234.567"_s);
    // What the room without widgets says as well.
    QCOMPARE(sentenceOf(remote::unreachable(QUrl(u"http://127.0.0.1:1"_s), remote::noAnswer())),
             u"127.0.0.1:1 ist nicht zu erreichen: Dort antwortet nichts. Läuft possync-server? "
             u"Gestartet wird er mit: possync-server."_s);
    // What the server refuses is told by its code, with its own words behind.
    QCOMPARE(messageOf({u"forbidden"_s, u"A viewer may not push."_s, {}}),
             u"Die Rolle Ihres Tokens erlaubt das nicht. (Der Server sagt: A viewer may not "
             u"push.)"_s);
    QCOMPARE(messageOf({u"brand_new_code"_s, u"Something new."_s, {}}), u"Something new."_s);
    remote::Fields odd(R"({"seq":"x"})");
    odd.integer("seq");
    QCOMPARE(odd.error(), u"„seq“ muss eine ganze Zahl sein"_s);
    // So are the verdicts of scenarios, which reports tell in English.
    const remote::ScenarioReport nothing;
    const auto lines = remote::verdictLines(nothing);
    QCOMPARE(lines[2].what.translated(), u"verloren"_s);
    QCOMPARE(lines.last().value.translated(), u"auf allen Geräten und dem Server gleich"_s);
    QVERIFY(remote::reportJunit(nothing).contains("\"lost\""));
    remote::ScenarioReport missed;
    missed.checks.append({.text = {"%1 of %2 reaches %3 within %4 ms",
                                   {u"o1"_s, u"Till"_s, u"Bar"_s, u"800"_s}},
                          .state = remote::ScenarioCheck::Missed,
                          .detail = {"not in time at %1", {u"Bar"_s}}});
    CheckModel checks;
    checks.setChecks(missed.checks);
    QCOMPARE(checks.index(0, CheckModel::Expectation).data().toString(),
             u"o1 von Till erreicht Bar binnen 800 ms"_s);
    QCOMPARE(checks.index(0, CheckModel::Detail).data().toString(), u"nicht rechtzeitig bei Bar"_s);
    // Longer words, the same window.
    QCOMPARE_LE(window.minimumSizeHint().width(), 1360);
    window.resize(1360, 860);
    const QDir dir(QStringLiteral(POSSYNC_SCREENSHOTS));
    QVERIFY(dir.mkpath(u"."_s));
    for (Page *page : window.pages()) {
        window.showPage(page->id());
        Q_EMIT stage.session.ticked(fixture::nowMs());
        for (int pass = 0; pass < 3; ++pass)
            QCoreApplication::processEvents();
        QVERIFY(window.grab().save(dir.filePath(u"de-%1.png"_s.arg(page->id()))));
        QCOMPARE(fixture::whatIsCut(*page), QString());
        if (auto *lab = qobject_cast<LabPage *>(page)) {
            lab->showRecordings();
            lab->replay().showReport(fixture::replayed());
            bool isNoted = false;
            for (const QLabel *label : lab->replay().findChildren<QLabel *>())
                isNoted |= label->text().startsWith(u"Benutzer wurden nicht verglichen:"_s);
            QVERIFY(isNoted);
            for (int pass = 0; pass < 3; ++pass)
                QCoreApplication::processEvents();
            QVERIFY(window.grab().save(dir.filePath(u"de-lab-recordings.png"_s)));
            QCOMPARE(fixture::whatIsCut(*page), QString());
        }
    }
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    // No test may ask for, or leave anything in, the keychain of whoever runs it.
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    QLocale::setDefault(QLocale::c());
    QApplication application(argc, argv);
    possync::gui::GermanTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_gui_german.moc"
