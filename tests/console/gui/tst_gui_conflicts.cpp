// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/tabletools.h"
#include "console/gui/conflicts/conflictspage.h"
#include "console/remote/restclient.h"
#include "tests/console/gui/liveconsole.h"
#include "tests/server/program/v2client.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// The conflicts page, through its widgets, against the real server.
class ConflictsTest : public QObject, private LiveConsole
{
    Q_OBJECT

public:
    explicit ConflictsTest(const QString &server)
        : LiveConsole(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void answersAreReadStrictly();
    void rowsSayWhatStaysAndWhy();
    void modelKeepsRowsWhileOthersCome();
    void namesAndIdsBothFindAConflict();
    void conflictShowsUpWithoutReload();
    void refusalAndHostileTextAreShownPlain();
    void theOtherValueIsPutBack();
    void aRuleThatForbidsIsTold();
    void lateChangesAreDecided();
    void olderOnesStayWhileNewOnesCome();
    void olderOnesAreLoaded();

private:
    /// Sends changes of one device and waits for their outcome.
    bool sync(const QByteArray &device, const QByteArray &changes);
    QString detail() const;
    QPushButton *restoreButton() const { return m_page->findChild<QPushButton *>(u"restore"_s); }

    QUrl m_url;
    ConflictsPage *m_page = nullptr;
    QTableView *m_table = nullptr;
};

void ConflictsTest::initTestCase()
{
    QVERIFY(startServer());
    m_url = url();
    buildWindow();
    m_page = m_window->findChild<ConflictsPage *>();
    m_table = m_page->findChild<QTableView *>();
    m_window->show();
    m_link->connectTo(m_url);
    QTRY_VERIFY(m_session->isConnected());
}

void ConflictsTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
}

bool ConflictsTest::sync(const QByteArray &device, const QByteArray &changes)
{
    remote::RestClient rest(m_url);
    bool isDone = false;
    rest.post(u"/api/sync"_s,
              "{\"restaurant_id\":\"bistro\",\"device_id\":\"" + device + "\",\"changes\":["
                  + changes + "]}",
              this, [&isDone](const auto &answer) { isDone = answer.has_value(); });
    return QTest::qWaitFor([&isDone] { return isDone; }, 5000);
}

QString ConflictsTest::detail() const
{
    QStringList all;
    for (const QLabel *label : m_page->findChildren<QLabel *>()) {
        if (label->isVisible())
            all.append(label->text());
    }
    return all.join(u'\n');
}

void ConflictsTest::answersAreReadStrictly()
{
    const auto page = remote::wire::decodeConflicts(
        R"({"total":7,"conflicts":[{"change_id":"c","data_type":"orders","entity_id":"o","code":null,
        "state":"restored","restored":{"at":"2026-06-12T20:14:00.000Z","by":"ps_1","seq":9},
        "kept":[{"field":"total","kept":25.50,"lost":null,"kept_by":"a","kept_at_ms":5}]}]})");
    QVERIFY2(page, page ? "" : qPrintable(page.error()));
    QCOMPARE(page->total, 7U);
    const remote::Conflict &conflict = page->conflicts.first();
    QCOMPARE(conflict.kept.first().kept, QByteArray("25.50"));
    QCOMPARE(conflict.kept.first().lost, QByteArray());
    QCOMPARE(conflict.restoredBy, u"ps_1"_s);
    QVERIFY(conflict.restoredMs > 0);
    for (const QByteArray &bad :
         {QByteArray("{}"), QByteArray("[]"),
          QByteArray(R"({"conflicts":[{"data_type":"orders"}]})"),
          QByteArray(
              R"({"conflicts":[{"change_id":"c","data_type":"orders","kept":[{"kept":1}]}]})"),
          QByteArray(
              R"({"conflicts":[{"change_id":"c","data_type":"orders","restored":{"at":5}}]})")})
        QVERIFY2(!remote::wire::decodeConflicts(bad), bad.constData());
}

void ConflictsTest::rowsSayWhatStaysAndWhy()
{
    remote::Conflict conflict{
        .changeId = u"c"_s, .dataType = "users", .deviceId = u"b"_s, .userId = u"u"_s};
    conflict.kept = {{"pin", "\"1234\"", "\"9876\"", u"a"_s, u"b"_s, 2, 1}};
    conflict.replaced = {{"name", "\"New\"", "\"Old\"", u"b"_s, u"a"_s, 4, 3}};
    const QList<ConflictRow> rows = rowsOf(u"r"_s, conflict);
    QCOMPARE(rows.size(), 2);
    QVERIFY(!rows[0].stays.contains(u"1234"_s) && !rows[0].lost.contains(u"9876"_s));
    QCOMPARE(rows[0].lostUser, u"u"_s);
    QCOMPARE(rows[1].stays, u"New"_s);
    QCOMPARE(rows[1].staysUser, u"u"_s);
    QCOMPARE(rows[1].lostUser, QString());
    conflict = {
        .changeId = u"d"_s, .dataType = "orders", .action = "completed", .code = u"already_paid"_s};
    QCOMPARE(rowsOf(u"r"_s, conflict).size(), 1);
    QVERIFY(rowsOf(u"r"_s, conflict).first().rule.contains(u"paid once"_s));
}

void ConflictsTest::modelKeepsRowsWhileOthersCome()
{
    ConflictModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto conflict = [](int n) {
        return remote::Conflict{.changeId = QString::number(n),
                                .dataType = "orders",
                                .receivedMs = n,
                                .state = u"open"_s};
    };
    model.setConflicts(u"r"_s, {conflict(2), conflict(1)});
    model.setConflicts(u"s"_s, {conflict(1)});
    const QPersistentModelIndex second(model.index(2, 0));
    QCOMPARE(model.row(2).changeId, u"1"_s);
    QCOMPARE(model.unseen(), 3);
    QCOMPARE(model.unseen(u"s"_s), 1);
    remote::Conflict restored = conflict(2);
    restored.state = u"restored"_s;
    model.setConflicts(u"r"_s, {conflict(3), restored, conflict(1)});
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(model.row(second.row()).changeId, u"1"_s);
    QCOMPARE(model.unseen(u"r"_s), 2); // what was put back needs nobody
    model.markSeen();
    QCOMPARE(model.unseen(), 0);
    model.setConflicts(u"r"_s, {conflict(4), conflict(3)});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.unseen(), 1);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void ConflictsTest::namesAndIdsBothFindAConflict()
{
    ConflictModel model;
    model.setTitles([](const QString &id) { return id == u"r1" ? u"Aunt Mary"_s : id; },
                    [](const QString &, const QString &device) {
                        return device == u"pad1" ? u"Bar"_s : device;
                    });
    model.setConflicts(u"r1"_s, {{.changeId = u"1"_s,
                                  .dataType = "orders",
                                  .deviceId = u"pad1"_s,
                                  .userId = u"asha"_s,
                                  .code = u"already_paid"_s}});
    const auto cell = [&model](int column, int role = Qt::DisplayRole) {
        return model.index(0, column).data(role).toString();
    };
    QCOMPARE(cell(ConflictModel::Restaurant), u"Aunt Mary"_s);
    QCOMPARE(cell(ConflictModel::LostWho), u"asha on Bar"_s);
    QVERIFY(cell(ConflictModel::Restaurant, Qt::ToolTipRole).contains(u"Aunt Mary · r1"_s));
    QVERIFY(cell(ConflictModel::LostWho, Qt::ToolTipRole).contains(u"asha on Bar · pad1"_s));
    QCOMPARE(cell(ConflictModel::Restaurant, RawRole), u"r1"_s);
    QCOMPARE(cell(ConflictModel::LostWho, RawRole), u"asha on pad1"_s);
    ConflictProxy proxy(nullptr);
    proxy.setSourceModel(&model);
    for (const QString &needle : {u"mary"_s, u"r1"_s, u"bar"_s, u"PAD1"_s}) {
        proxy.setNeedle(needle);
        QVERIFY2(proxy.rowCount() == 1, qPrintable(needle));
    }
    proxy.setNeedle(u"pad2"_s);
    QCOMPARE(proxy.rowCount(), 0);
}

void ConflictsTest::conflictShowsUpWithoutReload()
{
    const QAbstractItemModelTester tester(&m_session->conflicts(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(sync(
        "till",
        R"({"type":"data_change","data_type":"orders","action":"created","change_id":"n1","user_id":"meera",
                 "data":{"id":"o1","status":"ready","total":25.50}})"));
    QTRY_COMPARE(m_session->changes().rowCount(), 1);
    QVERIFY(sync(
        "tablet",
        R"({"type":"data_change","data_type":"orders","action":"status_changed","change_id":"n2","user_id":"asha",
                 "data":{"id":"o1","status":"preparing"}})"));
    // The page is not in view: badge and overview tell.
    QTRY_COMPARE_WITH_TIMEOUT(m_session->conflicts().unseen(), 1, 10000);
    QToolButton *tab = nullptr;
    for (QToolButton *button : m_window->findChildren<QToolButton *>()) {
        if (button->text().startsWith(m_page->title()))
            tab = button;
    }
    QVERIFY(tab);
    QCOMPARE(tab->text(), u"Conflicts · 1"_s);
    m_window->showPage(u"overview"_s);
    QPushButton *look = nullptr;
    for (QPushButton *button : m_window->findChildren<QPushButton *>()) {
        if (button->text() == u"Show conflicts"_s)
            look = button;
    }
    QVERIFY(look);
    look->click();
    QVERIFY(m_page->isVisible());
    QTRY_COMPARE(tab->text(), u"Conflicts"_s);
    m_table->selectRow(0);
    const QString told = detail();
    QVERIFY2(told.contains(u"“Ready” stays. Entered by meera on till"_s), qPrintable(told));
    QVERIFY2(told.contains(u"“Preparing” gave way. Entered by asha on tablet"_s), qPrintable(told));
    QVERIFY2(told.contains(u"only go forward"_s), qPrintable(told));
    // One that comes while it is in view.
    QVERIFY(sync(
        "tablet",
        R"({"type":"data_change","data_type":"orders","action":"status_changed","change_id":"n3","user_id":"asha",
                 "data":{"id":"o1","status":"pending"}})"));
    QTRY_COMPARE_WITH_TIMEOUT(m_table->model()->rowCount(), 2, 10000);
    QCOMPARE(m_table->model()
                 ->index(m_table->currentIndex().row(), ConflictModel::Lost)
                 .data()
                 .toString(),
             u"Preparing"_s); // the chosen one stays chosen
}

void ConflictsTest::refusalAndHostileTextAreShownPlain()
{
    const QByteArray hostile = "<img src=x>\u202e";
    QVERIFY(
        sync("till",
             R"({"type":"data_change","data_type":"menu_items","action":"created","change_id":"h1",
                 "data":{"id":"<b>dish</b>","name":"Soup"}})"));
    QVERIFY(
        sync("till",
             R"({"type":"data_change","data_type":"menu_items","action":"deleted","change_id":"h2",
                 "data":{"id":"<b>dish</b>"}})"));
    QVERIFY(
        sync(hostile,
             R"({"type":"data_change","data_type":"menu_items","action":"updated","change_id":"h3",
                 "data":{"id":"<b>dish</b>","name":"Stew"}})"));
    auto *filter = m_page->findChild<QLineEdit *>();
    filter->setText(u"was deleted by till"_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_table->model()->rowCount(), 1, 10000);
    m_table->selectRow(0);
    QVERIFY2(detail().contains(u"<b>dish</b>"_s), qPrintable(detail()));
    QVERIFY2(detail().contains(u"<img src=x>"_s), qPrintable(detail()));
    QVERIFY(!detail().contains(QChar(0x202e)));
    for (const QLabel *label : m_page->findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
    filter->setText(u"no such thing"_s);
    QCOMPARE(m_table->model()->rowCount(), 0);
    filter->clear();
    QCOMPARE(m_table->model()->rowCount(), 3);
}

void ConflictsTest::theOtherValueIsPutBack()
{
    test::V2Client a(*m_server, "a", "bistro"), b(*m_server, "b", "bistro");
    QVERIFY(a.join() && b.join());
    const auto blind = [](int secondsAgo) {
        return "\"base_rev\":0,\"hlc\":\""
               + QByteArray::number(QDateTime::currentMSecsSinceEpoch() - secondsAgo * 1000)
               + "-0\"";
    };
    a.push({a.change("orders", "updated", "o9", R"("note":"extra hot")", blind(10))});
    QTRY_COMPARE(a.results().size(), 1U);
    b.push({b.change("orders", "updated", "o9", R"("note":"no onions")", blind(60))});
    QTRY_COMPARE(b.results().size(), 1U);
    m_page->findChild<QLineEdit *>()->setText(u"o9"_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_table->model()->rowCount(), 1, 10000);
    m_table->selectRow(0);
    QTRY_VERIFY(restoreButton()->isEnabled());
    const auto guard = [this] { return m_page->findChild<QMessageBox *>(u"liveGuard"_s); };
    restoreButton()->click();
    QVERIFY(guard());
    guard()->reject();
    QTRY_VERIFY(!guard());
    QVERIFY(!m_session->isUnlocked(u"bistro"_s));
    restoreButton()->click();
    for (QAbstractButton *one : guard()->buttons()) {
        if (guard()->buttonRole(one) == QMessageBox::AcceptRole)
            one->click();
    }
    QTRY_COMPARE(a.replica().text(DataType::Orders, "o9"),
                 QByteArray(R"({"id":"o9","note":"no onions"})"));
    QTRY_VERIFY2(detail().contains(u"put back"_s), qPrintable(detail()));
    QVERIFY(!restoreButton()->isVisible());
    QVERIFY(m_session->isUnlocked(u"bistro"_s));
}

void ConflictsTest::aRuleThatForbidsIsTold()
{
    QString news;
    const auto heard =
        connect(m_page, &Page::said, this, [&news](const QString &said) { news = said; });
    m_page->findChild<QLineEdit *>()->setText(u"o1"_s);
    QVERIFY(m_table->model()->rowCount() > 0);
    m_table->selectRow(0);
    restoreButton()->click(); // it is unlocked already: no question
    QTRY_VERIFY2(news.startsWith(u"Not put back"_s), qPrintable(news));
    disconnect(heard);
    QVERIFY(detail().contains(u"gave way"_s));
}

/// A tablet that was replaced still had something to send: it waits for a person.
void ConflictsTest::lateChangesAreDecided()
{
    test::ServerProcess server(m_program);
    QVERIFY(server.start({u"--auth"_s, u"required"_s}) >= 0);
    const QByteArray owner = server.ownerToken();
    const auto object = [](const test::ServerProcess::HttpAnswer &answer) {
        return QJsonDocument::fromJson(answer.body).object();
    };
    const auto pair = [&](const QByteArray &offer) {
        const QJsonObject code = object(server.post(u"/api/admin/pairings"_s, offer, owner));
        return object(server.post(u"/api/pair"_s,
                                  "{\"code\":\"" + code["code"_L1].toString().toUtf8() + "\"}"));
    };
    const QJsonObject former = pair(R"({"restaurant":"bistro","role":"server"})");
    pair(R"({"replaces":")" + former["token"_L1]["id"_L1].toString().toUtf8() + "\"}");
    const auto late = [](const QByteArray &id, const QByteArray &data) {
        return R"({"type":"data_change","data_type":"orders","action":"created","change_id":")" + id
               + R"(","data":{"id":")" + id + "\"," + data + "}}";
    };
    const auto sent = server.post(u"/api/sync"_s,
                                  R"({"restaurant_id":"bistro","device_id":"bar","changes":[)"
                                      + late("late-1", R"("total":25.50,"pin":"9876")") + ','
                                      + late("late-2", R"("total":7)") + "]}",
                                  former["secret"_L1].toString().toUtf8());
    QVERIFY2(sent.body.contains("in_review"), sent.body);

    Session session;
    ServerLink link(session);
    ConflictsPage page(session, nullptr);
    page.resize(1100, 600);
    page.show();
    link.connectTo(QUrl(u"http://127.0.0.1:%1"_s.arg(server.port())), owner);
    const auto *table = page.findChild<QTableView *>();
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, 10000);
    page.findChild<QTableView *>()->sortByColumn(ConflictModel::Record, Qt::AscendingOrder);
    const auto text = [&](int row, int column) {
        return table->model()->index(row, column).data().toString();
    };
    const auto told = [&page] {
        QStringList all;
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible())
                all.append(label->text());
        }
        return all.join(u'\n');
    };
    QCOMPARE(text(0, ConflictModel::State), u"waits for a decision"_s);
    QVERIFY2(text(0, ConflictModel::Lost).startsWith(u"created: total: 25.50, pin: "_s),
             qPrintable(text(0, ConflictModel::Lost)));
    QVERIFY(!text(0, ConflictModel::Lost).contains(u"9876"_s));
    page.findChild<QTableView *>()->selectRow(0);
    auto *restore = page.findChild<QPushButton *>(u"restore"_s);
    auto *discard = page.findChild<QPushButton *>(u"discard"_s);
    QVERIFY(told().contains(u"A late change of a replaced tablet."_s));
    QVERIFY(told().contains(u"until somebody decides"_s));
    QTRY_VERIFY(restore->isEnabled() && discard->isVisible() && discard->isEnabled());
    QCOMPARE(restore->text(), u"&Take it over…"_s);
    const auto agree = [&page](const QString &name) {
        auto *question = page.findChild<QMessageBox *>(name);
        QVERIFY(question);
        for (QAbstractButton *one : question->buttons()) {
            if (question->buttonRole(one) == QMessageBox::AcceptRole)
                one->click();
        }
    };
    restore->click();
    agree(u"liveGuard"_s);
    QTRY_VERIFY2(text(0, ConflictModel::State).startsWith(u"taken over"_s),
                 qPrintable(text(0, ConflictModel::State)));
    QVERIFY(server.get(u"/api/restaurants/bistro/data"_s, owner).body.contains("25.50"));
    QVERIFY(!restore->isVisible() && !discard->isVisible());
    page.findChild<QTableView *>()->selectRow(1);
    discard->click();
    page.findChild<QMessageBox *>(u"discardQuestion"_s)->reject();
    QTRY_VERIFY(!page.findChild<QMessageBox *>(u"discardQuestion"_s));
    QCOMPARE(text(1, ConflictModel::State), u"waits for a decision"_s);
    discard->click();
    agree(u"discardQuestion"_s);
    QTRY_VERIFY2(text(1, ConflictModel::State).startsWith(u"left out"_s),
                 qPrintable(text(1, ConflictModel::State)));
    QVERIFY(told().contains(u"The change was left out"_s));
    QVERIFY(!restore->isVisible() && !discard->isVisible());
    QVERIFY(!server.get(u"/api/restaurants/bistro/data"_s, owner).body.contains("late-2"));
    QCOMPARE(session.conflicts().unseen(), 0);
    page.findChild<QCheckBox *>()->setChecked(true);
    QCOMPARE(table->model()->rowCount(), 0);
}

void ConflictsTest::olderOnesStayWhileNewOnesCome()
{
    ConflictModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto conflicts = [](int from, int to) { // newest first
        QList<remote::Conflict> list;
        for (int n = from; n >= to; --n)
            list.append({.changeId = QString::number(n),
                         .dataType = "orders",
                         .receivedMs = n,
                         .state = u"open"_s});
        return list;
    };
    model.setConflicts(u"r"_s, conflicts(10, 8), 10);
    QCOMPARE(model.missing(), 7U);
    QCOMPARE(model.incomplete(), QStringList(u"r"_s));
    QCOMPARE(model.oldest(u"r"_s), u"8"_s);
    model.addOlder(u"r"_s, conflicts(8, 5)); // one comes twice
    QCOMPARE(model.rowCount(), 6);
    QCOMPARE(model.missing(u"r"_s), 4U);
    QCOMPARE(model.missing(u"elsewhere"_s), 0U);
    model.setConflicts(u"r"_s, conflicts(11, 9), 11);
    QCOMPARE(model.rowCount(), 7);
    QCOMPARE(model.oldest(u"r"_s), u"5"_s);
    remote::Conflict decided = conflicts(6, 6).first();
    decided.state = u"restored"_s;
    model.renew(u"r"_s, {decided});
    QCOMPARE(model.unseen(), 6);
    // More at once than are read: what lies between would be missing, unseen.
    model.setConflicts(u"r"_s, conflicts(20, 18), 20);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.oldest(u"r"_s), u"18"_s);
    // A server that has dropped the others, or knows no pages.
    model.addOlder(u"r"_s, {});
    QCOMPARE(model.missing(), 0U);
    QVERIFY(model.incomplete().isEmpty());
}

void ConflictsTest::olderOnesAreLoaded()
{
    test::ServerProcess server(m_program);
    QVERIFY(server.start() >= 0);
    // An order that is ready does not go back.
    const auto status = [](const QByteArray &id, const QByteArray &to) {
        return R"({"type":"data_change","data_type":"orders","action":"status_changed","change_id":")"
               + id + R"(","data":{"id":"o1","status":")" + to + "\"}}";
    };
    const auto sent = [&](const QByteArrayList &changes) {
        return server
            .post(u"/api/sync"_s, R"({"restaurant_id":"bistro","device_id":"bar","changes":[)"
                                      + changes.join(',') + "]}")
            .status;
    };
    QCOMPARE(sent({status("first", "ready")}), 200);
    for (int batch = 0; batch < 13; ++batch) {
        QByteArrayList changes;
        for (int i = 0; i < 50; ++i)
            changes.append(status("c-" + QByteArray::number(batch * 50 + i), "pending"));
        QCOMPARE(sent(changes), 200);
    }

    Session session;
    ServerLink link(session);
    ConflictsPage page(session, nullptr);
    page.resize(1100, 600);
    page.show();
    link.connectTo(QUrl(u"http://127.0.0.1:%1"_s.arg(server.port())), {});
    auto *table = page.findChild<QTableView *>();
    QPushButton *older = nullptr;
    for (QPushButton *button : page.findChildren<QPushButton *>()) {
        if (button->text() == u"Load &older ones"_s)
            older = button;
    }
    QVERIFY(older && !older->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 300, 20000);
    QTRY_VERIFY(older->isVisible() && older->isEnabled());
    QCOMPARE(session.conflicts().missing(), 350U);
    older->click();
    QVERIFY(!older->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 600, 20000);
    // Whoever scrolls to the end gets the rest.
    QTRY_VERIFY(older->isEnabled());
    table->scrollToBottom();
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 650, 20000);
    QTRY_VERIFY(!older->isVisible());
    const QAbstractItemModel *rows = table->model();
    QCOMPARE(rows->index(649, ConflictModel::Lost).data().toString(), u"Pending"_s);
    // They stay when another one comes, and can be decided as the others.
    QCOMPARE(sent({status("last", "confirmed")}), 200);
    QTRY_COMPARE_WITH_TIMEOUT(rows->rowCount(), 651, 20000);
    const auto changeOf = [&](int row) {
        const auto *proxy = static_cast<const QAbstractProxyModel *>(rows);
        return session.conflicts().row(proxy->mapToSource(proxy->index(row, 0)).row()).changeId;
    };
    int row = 0;
    while (row < rows->rowCount() && changeOf(row) != u"c-0"_s)
        ++row;
    table->selectRow(row);
    QCOMPARE(changeOf(table->currentIndex().row()), u"c-0"_s);
    auto *restore = page.findChild<QPushButton *>(u"restore"_s);
    QTRY_VERIFY(restore->isEnabled());
    QString news;
    connect(&page, &Page::said, this, [&news](const QString &said) { news = said; });
    restore->click();
    if (auto *guard = page.findChild<QMessageBox *>(u"liveGuard"_s)) {
        for (QAbstractButton *one : guard->buttons()) {
            if (guard->buttonRole(one) == QMessageBox::AcceptRole)
                one->click();
        }
    }
    QTRY_VERIFY_WITH_TIMEOUT(news.startsWith(u"Not put back"_s), 20000); // only forward
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<possync::gui::ConflictsTest, QApplication, 1>(argc, argv);
}
#include "tst_gui_conflicts.moc"
