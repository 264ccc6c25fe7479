// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/names.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <future>
#include <sys/resource.h>
#include <thread>

using namespace possync;
using namespace possync::store;
using namespace Qt::StringLiterals;

namespace {

/// What a call answers, once it does.
template<typename Call>
Outcome answerOf(Call call)
{
    auto told = std::make_shared<std::promise<Outcome>>();
    auto answer = told->get_future();
    call([told](Outcome outcome) { told->set_value(std::move(outcome)); });
    if (answer.wait_for(std::chrono::seconds(60)) != std::future_status::ready)
        qFatal("no answer");
    return answer.get();
}

Outcome set(Names &names, const QByteArray &restaurant, const QByteArray &device,
            const QByteArray &name)
{
    return answerOf(
        [&](Names::DoneCallback done) { names.set(restaurant, device, name, std::move(done)); });
}

Outcome forget(Names &names, const QByteArray &restaurant)
{
    return answerOf([&](Names::DoneCallback done) { names.forget(restaurant, std::move(done)); });
}

/// No file of this process may grow or be written while this lives.
class FullDisk
{
public:
    FullDisk()
    {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit none{0, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
};

} // namespace

/// What people call restaurants and devices, on a real disk.
class NamesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void goodNamesAreTrimmed_data();
    void goodNamesAreTrimmed();
    void badNamesAreExplained_data();
    void badNamesAreExplained();
    void namesComeBackAfterARestart();
    void emptyNameGoesBackToTheId();
    void everyChangeHasAnotherVersion();
    void forgottenNamesAreOverwritten();
    void unusableFileIsNamedAndLeftAlone_data();
    void unusableFileIsNamedAndLeftAlone();
    void fullDiskKeepsTheFormerName();
    void closedTakesNothingMore();
    void readersSeeOneOrTheOther();

private:
    QString file() const { return m_directory->filePath(u"names.db"_s); }
    QByteArray content() const
    {
        QFile opened(file());
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }
    void run(const QStringList &statements) const
    {
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"stranger"_s);
            database.setDatabaseName(file());
            QVERIFY(database.open());
            QSqlQuery query(database);
            for (const QString &statement : statements)
                QVERIFY(query.exec(statement));
        }
        QSqlDatabase::removeDatabase(u"stranger"_s);
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void NamesTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

void NamesTest::goodNamesAreTrimmed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("name");
    const auto row = [](const char *title, const QByteArray &text, const QByteArray &name) {
        QTest::newRow(title) << text << name;
    };
    row("plain", "Oh Bombay Milton", "Oh Bombay Milton");
    row("one character", "B", "B");
    row("spaces around", " \t Bar \n", "Bar");
    row("space that does not break", "\u00a0Bar\u00a0", "Bar");
    row("empty", "", "");
    row("only spaces", "  \t ", "");
    row("German", "Küche „Süd“", "Küche „Süd“");
    row("Arabic", "مطعم", "مطعم");
    row("joiners of Indic scripts", "ക്\u200dഷ", "ക്\u200dഷ");
    row("a family of emoji", "👨\u200d👩\u200d👧 Bar", "👨\u200d👩\u200d👧 Bar");
    row("markup is text", "<b>\"Bar\"</b> & co", "<b>\"Bar\"</b> & co");
    row("eighty", QByteArray(80, 'x'), QByteArray(80, 'x'));
    row("eighty of four bytes", QByteArray("🍛").repeated(80), QByteArray("🍛").repeated(80));
    row("eighty and spaces", ' ' + QByteArray(80, 'x') + ' ', QByteArray(80, 'x'));
}

void NamesTest::goodNamesAreTrimmed()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, name);
    const auto kept = displayName(text);
    QVERIFY2(kept.has_value(), kept ? "" : kept.error().constData());
    QCOMPARE(*kept, name);
}

void NamesTest::badNamesAreExplained_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char *title, const QByteArray &text, const QByteArray &reason) {
        QTest::newRow(title) << text << reason;
    };
    row("too long", QByteArray(81, 'x'), "81 characters");
    row("too long in four bytes", QByteArray("🍛").repeated(81), "81 characters");
    row("line in the middle", "Bar\nKitchen", "U+000A");
    row("zero", QByteArray("Bar\0x", 5), "U+0000");
    row("escape", "\x1b[31mBar", "U+001B");
    row("delete", "Ba\x7fr", "U+007F");
    row("control of C1", "Ba\u0085r", "U+0085");
    row("line separator", "Bar\u2028Kitchen", "U+2028");
    row("override to the left", "Bar\u202egnp.exe", "U+202E");
    row("embedding", "\u202aBar", "U+202A");
    row("isolate", "Bar\u2066", "U+2066");
    row("nothing to see", "\u200b\u200d", "shows nothing");
    row("mark alone", "\u200f", "shows nothing");
    row("not UTF-8", "Bar\xff", "UTF-8");
}

void NamesTest::badNamesAreExplained()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, reason);
    const auto kept = displayName(text);
    QVERIFY(!kept);
    QVERIFY2(kept.error().contains(reason), kept.error());
}

void NamesTest::namesComeBackAfterARestart()
{
    {
        Names names(m_directory->path());
        QVERIFY(!names.problem());
        QVERIFY(set(names, "r", {}, "Oh Bombay Milton"));
        QVERIFY(set(names, "r", "d1", "Bar"));
        QVERIFY(set(names, "r", "d1", "Bar upstairs"));
        QVERIFY(set(names, "other", "d1", "Kasse"));
        QCOMPARE(names.of("r"), (RestaurantNames{"Oh Bombay Milton", {{"d1", "Bar upstairs"}}}));
        QCOMPARE(names.of("nobody"), RestaurantNames());
    }
    const Names names(m_directory->path());
    QVERIFY(!names.problem());
    QCOMPARE(names.of("r"), (RestaurantNames{"Oh Bombay Milton", {{"d1", "Bar upstairs"}}}));
    QCOMPARE(names.of("other"), (RestaurantNames{{}, {{"d1", "Kasse"}}}));
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther;
    QVERIFY(!(QFile::permissions(file()) & others));
}

void NamesTest::emptyNameGoesBackToTheId()
{
    {
        Names names(m_directory->path());
        QVERIFY(set(names, "r", {}, "Milton"));
        QVERIFY(set(names, "r", "d1", "Bar"));
        QVERIFY(set(names, "r", {}, {}));
        QCOMPARE(names.of("r"), (RestaurantNames{{}, {{"d1", "Bar"}}}));
        QVERIFY(set(names, "r", "d1", ""));
        QVERIFY(set(names, "r", "never named", ""));
        QCOMPARE(names.of("r"), RestaurantNames());
    }
    QCOMPARE(Names(m_directory->path()).of("r"), RestaurantNames());
}

void NamesTest::everyChangeHasAnotherVersion()
{
    Names names(m_directory->path());
    const quint64 first = names.version();
    QVERIFY(set(names, "r", {}, "Milton"));
    const quint64 second = names.version();
    QVERIFY(second != first);
    QVERIFY(forget(names, "nobody"));
    QCOMPARE(names.version(), second);
    QVERIFY(forget(names, "r"));
    QVERIFY(names.version() != second && names.version() != first);
}

void NamesTest::forgottenNamesAreOverwritten()
{
    {
        Names names(m_directory->path());
        QVERIFY(set(names, "bistro", {}, "Annas Bistro"));
        QVERIFY(set(names, "bistro", "d1", "Berts Tablet"));
        QVERIFY(set(names, "other", {}, "Der Andere"));
        QVERIFY(forget(names, "bistro"));
        QCOMPARE(names.of("bistro"), RestaurantNames());
    }
    QVERIFY(!content().contains("Annas Bistro") && !content().contains("Berts Tablet"));
    QCOMPARE(Names(m_directory->path()).of("other").own, QByteArray("Der Andere"));
}

void NamesTest::unusableFileIsNamedAndLeftAlone_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("reason");
    QTest::newRow("directory") << u"directory"_s << u"names.db"_s;
    QTest::newRow("not a database") << u"text"_s << u"damaged"_s;
    QTest::newRow("of another program") << u"foreign"_s << u"not a file of names"_s;
    QTest::newRow("of a newer version") << u"newer"_s << u"newer version"_s;
}

void NamesTest::unusableFileIsNamedAndLeftAlone()
{
    QFETCH(QString, kind);
    QFETCH(QString, reason);
    if (kind == u"directory") {
        QVERIFY(QDir().mkpath(file()));
    } else if (kind == u"text") {
        QFile made(file());
        QVERIFY(made.open(QIODevice::WriteOnly));
        made.write(QByteArray("this is no database\n").repeated(500));
    } else if (kind == u"foreign") {
        // As every file is opened, so that only what would be written into it makes a difference.
        run({u"PRAGMA journal_mode=WAL"_s, u"CREATE TABLE x(y)"_s, u"PRAGMA user_version=1"_s});
    } else {
        QVERIFY(set(*std::make_unique<Names>(m_directory->path()), "r", {}, "Milton"));
        run({u"PRAGMA user_version=99"_s});
    }
    const QByteArray before = content();
    {
        Names names(m_directory->path());
        QVERIFY(names.problem());
        QVERIFY2(names.problem()->contains(file()), qPrintable(*names.problem()));
        QVERIFY2(names.problem()->contains(reason), qPrintable(*names.problem()));
        QCOMPARE(names.of("r"), RestaurantNames());
        const Outcome named = set(names, "r", {}, "Bar");
        QVERIFY(!named);
        QCOMPARE(named.error().detail, *names.problem());
        QCOMPARE(names.of("r"), RestaurantNames());
        // What cannot be read may hold some: whoever erases must hear of it.
        QVERIFY(!forget(names, "r"));
    }
    QCOMPARE(content(), before);
}

void NamesTest::fullDiskKeepsTheFormerName()
{
    {
        Names names(m_directory->path());
        QVERIFY(set(names, "r", {}, "Milton"));
        const quint64 version = names.version();
        {
            const FullDisk full;
            const Outcome named = set(names, "r", {}, "Bombay");
            QVERIFY(!named);
            QVERIFY(!named.error().detail.isEmpty());
            QVERIFY(!set(names, "r", "d1", "Bar"));
        }
        QCOMPARE(names.of("r"), (RestaurantNames{"Milton", {}}));
        QCOMPARE(names.version(), version);
        // It goes on when there is room again.
        QVERIFY(set(names, "r", "d1", "Bar"));
    }
    QCOMPARE(Names(m_directory->path()).of("r"), (RestaurantNames{"Milton", {{"d1", "Bar"}}}));
}

void NamesTest::closedTakesNothingMore()
{
    Names names(m_directory->path());
    // Asked for before: done, though nobody waits.
    names.set("r", {}, "Milton", [](const Outcome &) {});
    names.close();
    QCOMPARE(names.of("r").own, QByteArray("Milton"));
    const Outcome late = set(names, "r", {}, "Bombay");
    QVERIFY(!late);
    QCOMPARE(late.error().code, StoreErrorCode::Closed);
    QCOMPARE(names.of("r").own, QByteArray("Milton"));
    names.close();
}

void NamesTest::readersSeeOneOrTheOther()
{
    Names names(m_directory->path());
    QVERIFY(set(names, "r", "d", "even"));
    std::atomic<bool> isOver{false};
    std::atomic<int> strange{0};
    std::thread reader([&] {
        while (!isOver) {
            const QByteArray name = names.of("r").devices.value("d");
            if (name != "even" && name != "odd")
                ++strange;
        }
    });
    for (int i = 0; i < 100; ++i)
        QVERIFY(set(names, "r", "d", i % 2 ? "even" : "odd"));
    isOver = true;
    reader.join();
    QCOMPARE(strange.load(), 0);
}

QTEST_GUILESS_MAIN(NamesTest)
#include "tst_names.moc"
