// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/data/datapage.h"
#include "tests/console/gui/liveconsole.h"

#include <QApplication>
#include <QDateTimeEdit>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// What was, on the data page, through its widgets, against the real server.
class HistoryTest : public QObject, private LiveConsole
{
    Q_OBJECT

public:
    explicit HistoryTest(const QString &server)
        : LiveConsole(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void answersAreReadStrictly();
    void whoChangedWhatIsListed();
    void recordIsShownAsItWas();
    void secretsStayOut();

private:
    bool sync(const QByteArray &device, const QByteArray &user, const QByteArray &change);
    bool choose(const QString &id);
    QString fields() const;
    QPushButton *button(const QString &text) const;

    DataPage *m_page = nullptr;
    RecordHistory *m_history = nullptr;
};

void HistoryTest::initTestCase()
{
    QVERIFY(startServer());
    QVERIFY(sync(
        "till", "meera",
        R"("data_type":"orders","action":"created","data":{"id":"o1","status":"pending","note":"<b>x</b>"})"));
    QVERIFY(sync(
        "tablet", "asha",
        R"("data_type":"orders","action":"status_changed","data":{"id":"o1","status":"ready"})"));
    QVERIFY(sync(
        "till", "meera",
        R"("data_type":"users","action":"created","data":{"id":"u1","name":"Asha","pin":"4711"})"));
    QVERIFY(sync("till", "meera",
                 R"("data_type":"users","action":"updated","data":{"id":"u1","pin":"1147"})"));
    buildWindow();
    m_page = m_window->findChild<DataPage *>();
    m_history = m_page->findChild<RecordHistory *>();
    m_window->show();
    m_link->connectTo(url());
    QTRY_COMPARE(m_session->fleet().restaurants().size(), 1);
    m_session->select(u"bistro"_s);
    m_window->showPage(u"data"_s);
}

void HistoryTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
}

bool HistoryTest::sync(const QByteArray &device, const QByteArray &user, const QByteArray &change)
{
    static int number = 0;
    return m_server
               ->post(u"/api/sync"_s, R"({"restaurant_id":"bistro","device_id":")" + device
                                          + R"(","changes":[{"type":"data_change","change_id":"h)"
                                          + QByteArray::number(++number) + R"(","user_id":")" + user
                                          + "\"," + change + "}]}")
               .status
           == 200;
}

bool HistoryTest::choose(const QString &id)
{
    auto *table = m_page->findChild<QTableView *>();
    if (!QTest::qWaitFor([&] { return m_page->records().rowOf(id) >= 0; }, 5000))
        return false;
    table->selectRow(m_page->records().rowOf(id));
    return true;
}

QString HistoryTest::fields() const
{
    QStringList all;
    for (const QTableView *table : m_page->findChildren<QTableView *>()) {
        if (table->accessibleName() != u"Fields of the record"_s)
            continue;
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            for (int column = 0; column < table->model()->columnCount(); ++column)
                all.append(table->model()->index(row, column).data().toString());
        }
    }
    return all.join(u'|');
}

QPushButton *HistoryTest::button(const QString &text) const
{
    for (QPushButton *one : m_history->findChildren<QPushButton *>()) {
        if (one->text().remove(u'&') == text)
            return one;
    }
    return nullptr;
}

void HistoryTest::answersAreReadStrictly()
{
    const auto page = decodeHistory(
        R"({"complete":false,"next":"c","versions":[{"seq":3,"received_at":"2026-06-12T20:14:00.000Z",
        "action":"updated","device_id":"till","user_id":null,
        "fields":[{"field":"total","old":25.50,"new":26.00},{"field":"note","old":"a","new":"b","old_known":false}]}]})",
        0);
    QVERIFY2(page, page ? "" : qPrintable(page.error()));
    QCOMPARE(page->next, u"c"_s);
    QVERIFY(!page->isComplete);
    QVERIFY2(page->versions.first().line.endsWith(u"till, updated: total 25.50 → 26.00, note b"_s),
             qPrintable(page->versions.first().line));
    for (const QByteArray &bad : {QByteArray("{}"), QByteArray(R"({"versions":[{}]})"),
                                  QByteArray(R"({"versions":[{"seq":1,"fields":[{}]}]})")})
        QVERIFY2(!decodeHistory(bad, 0), bad.constData());
}

void HistoryTest::whoChangedWhatIsListed()
{
    QVERIFY(choose(u"o1"_s));
    QTRY_VERIFY2(m_history->lines().value(0).contains(u"status Pending → Ready"_s),
                 qPrintable(m_history->lines().join(u'\n')));
    QCOMPARE(m_history->lines().size(), 2);
    QVERIFY(m_history->lines().first().contains(u"asha on tablet"_s));
    QVERIFY(m_history->lines().last().contains(u"meera on till"_s));
    QVERIFY(m_history->lines().last().contains(u"<b>x</b>"_s));
}

void HistoryTest::recordIsShownAsItWas()
{
    QVERIFY(choose(u"o1"_s));
    QTRY_COMPARE(m_history->lines().size(), 2);
    QTRY_VERIFY2(fields().contains(u"Ready"_s), qPrintable(fields()));
    auto *list = m_history->findChild<QListView *>();
    list->setCurrentIndex(list->model()->index(1, 0));
    QTRY_VERIFY2(fields().contains(u"Pending"_s) && !fields().contains(u"Ready"_s),
                 qPrintable(fields()));
    // What comes meanwhile does not take the past away.
    QVERIFY(sync(
        "tablet", "asha",
        R"("data_type":"orders","action":"status_changed","data":{"id":"o1","status":"served"})"));
    m_page->reload();
    QTRY_COMPARE(m_history->lines().size(), 3);
    QVERIFY(fields().contains(u"Pending"_s));
    button(u"Show as it is"_s)->click();
    QTRY_VERIFY2(fields().contains(u"Served"_s), qPrintable(fields()));
    // A moment before it was there.
    auto *moment = m_history->findChild<QDateTimeEdit *>();
    moment->setDateTime(moment->dateTime().addYears(-1));
    button(u"Show as it was"_s)->click();
    QTRY_VERIFY(!fields().contains(u"Served"_s)
                || std::ranges::any_of(m_history->findChildren<QLabel *>(), [](const QLabel *one) {
                       return one->isVisible() && !one->text().startsWith(u"Its changes"_s);
                   }));
}

void HistoryTest::secretsStayOut()
{
    m_page->chooseType(4);
    QVERIFY(choose(u"u1"_s));
    QTRY_COMPARE(m_history->lines().size(), 2);
    auto *list = m_history->findChild<QListView *>();
    list->setCurrentIndex(list->model()->index(1, 0));
    QTRY_VERIFY(fields().contains(u"Asha"_s));
    for (const QString &text : m_history->lines() + QStringList{fields()})
        QVERIFY2(!text.contains(u"4711"_s) && !text.contains(u"1147"_s), qPrintable(text));
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<possync::gui::HistoryTest, QApplication, 1>(argc, argv);
}
#include "tst_gui_history.moc"
