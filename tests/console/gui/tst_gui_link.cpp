// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/page.h"
#include "console/gui/charts/chartpane.h"
#include "console/gui/charts/decimate.h"
#include "console/gui/compose/composepage.h"
#include "console/gui/connect/connectdialog.h"
#include "console/gui/frame/banner.h"
#include "console/gui/frame/connectionpill.h"
#include "console/gui/frame/mainwindow.h"
#include "console/gui/link/serverlink.h"
#include "console/gui/traffic/trafficpage.h"
#include "tests/console/gui/fixture.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>
#include <QUrlQuery>
#include <QWebSocket>
#include <QWebSocketServer>
#include <random>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// The console against a server that goes, comes back, is slow, and talks nonsense.
class LinkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin|QStandardPaths).*"_s));
    }
    void dataArrives();
    void whatOthersDecideIsTold();
    void lostConnectionHealsWithoutAHole();
    void silentServerIsNoticed();
    void anotherProtocolIsExplained();
    void garbageNeverCrashes();
    void commandsAreAnsweredOnce();
    void sendingAsksFirst();
    void sentChangesShowWhoHasThem();
    void trafficOfThePastIsFetched();
    void aStrangerIsNotAServer();
    void connectionTestExplainsEachStep();
};

namespace {

constexpr remote::AdminTiming fast{.firstRetry = 20, .lastRetry = 100, .answer = 2000, .ping = 50};
/// Where the server here, of the same thread, must answer in time, however busy the computer is.
constexpr remote::AdminTiming patient{.firstRetry = 20, .lastRetry = 100};

QByteArray changeText(quint64 seq, const QByteArray &entity)
{
    return R"({"seq":)" + QByteArray::number(seq) + R"(,"change_id":"c)" + QByteArray::number(seq)
           + R"(","data_type":"orders","action":"created","entity_id":")" + entity
           + R"(","data":{"total_amount":25.50},"device_id":"till-1","user_id":"asha","timestamp":"2026-06-12T20:14:00.000",)"
             R"("received_at":"2026-06-12T20:14:00.000Z","outcome":"applied"})";
}

/// Admin endpoint on a real port: WebSocket and the two REST answers the console asks for.
class AdminServer : public QObject
{
public:
    explicit AdminServer(quint16 port = 0)
        : m_upgrade(u"admin"_s, QWebSocketServer::NonSecureMode)
    {
        m_isListening = m_tcp.listen(QHostAddress::LocalHost, port);
        connect(&m_tcp, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = m_tcp.nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { route(socket); });
        });
        connect(&m_upgrade, &QWebSocketServer::newConnection, this, [this] {
            m_client = m_upgrade.nextPendingConnection();
            m_client->setParent(this);
            connect(m_client, &QWebSocket::textMessageReceived, this, &AdminServer::answer);
        });
    }

    bool isListening() const { return m_isListening; }
    quint16 port() const { return m_tcp.serverPort(); }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(port())); }
    QWebSocket *client() const { return m_client; }
    void send(const QByteArray &text) { m_client->sendTextMessage(QString::fromUtf8(text)); }
    void sendRestaurants(quint64 head)
    {
        send(
            R"({"type":"restaurants","restaurants":[{"id":"r1","name":"Oh Bombay","device_count":1,"head":)"
            + QByteArray::number(head)
            + R"(,"epoch":"e1","changes_per_second":1.5,"last_change_at":"2026-06-12T20:14:00.000Z","state":"online","warnings":[]}]})");
        send(
            R"({"type":"devices","restaurant":"r1","devices":[{"connection":7,"device_id":"till-1","user_id":null,"protocol":"classic",)"
            R"("address":"127.0.0.1:5000","connected_at":"2026-06-12T20:00:00.000Z","last_seen_at":"2026-06-12T20:14:00.000Z",)"
            R"("round_trip_ms":3,"clock_skew_ms":null,"position":1,"lag":0,"queued_bytes":0,"shared_id":false,"state":"live","connected":true}]})");
    }

    QByteArray stored; ///< Elements of the change feed.
    quint64 storedHead = 0;
    QList<QJsonObject> commands;
    QByteArray lastPush;
    QByteArray trafficSamples; ///< Of the past, for whoever asks.
    QByteArray trafficStepMs = "10000";
    int trafficAsked = 0;
    int protocol = 1;
    bool isSilent = false;
    QStringList conflicts; ///< Change ids, newest first.
    QSet<QString> decided;     ///< Those of them that somebody left out.
    QStringList conflictsAsked; ///< Queries for them.

private:
    QByteArray conflictsFor(const QByteArray &head)
    {
        const QUrlQuery query(QUrl(QString::fromLatin1(head.split(' ').value(1))));
        conflictsAsked.append(query.query());
        const qsizetype from = conflicts.indexOf(query.queryItemValue(u"before"_s)) + 1;
        QByteArrayList list;
        for (const QString &id : conflicts.mid(from, query.queryItemValue(u"limit"_s).toInt()))
            list.append(R"({"change_id":")" + id.toLatin1() + R"(","outcome":"rejected","data_type":)"
                        R"("orders","action":"updated","entity_id":"o1","device_id":"till-1",)"
                        R"("received_at":"2026-06-12T20:14:00.000Z","code":"deleted","state":")"
                        + (decided.contains(id) ? "discarded" : "open") + "\"}");
        return R"({"restaurant_id":"r1","conflicts":[)" + list.join(',') + R"(],"total":)"
               + QByteArray::number(conflicts.size()) + R"(,"more":false})";
    }

    void route(QTcpSocket *socket)
    {
        const QByteArray head = socket->peek(16384);
        if (!head.contains("\r\n\r\n"))
            return;
        disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
        if (head.contains("Upgrade: ") || head.contains("upgrade: ")) {
            m_upgrade.handleConnection(socket);
            Q_EMIT socket->readyRead(); // the request is already in its buffer
            return;
        }
        const QByteArray body =
            head.contains("/changes") ? R"({"epoch":"e1","changes":[)" + stored + R"(],"next":)"
                                            + QByteArray::number(storedHead) + R"(,"head":)"
                                            + QByteArray::number(storedHead) + R"(,"more":false})"
            : head.contains("/conflicts") ? conflictsFor(head)
            : head.contains("/api/health")
                ? QByteArray(
                    R"({"status":"ok","connectedRestaurants":1,"totalConnections":2,"version":"0.1.0"})")
                : QByteArray(
                    R"({"restaurant_id":"r1","data":{"orders":[{"id":"order_1","status":"ready"}]}})");
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: "
                      "close\r\nContent-Length: "
                      + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    }

    void answer(const QString &text)
    {
        const QJsonObject frame = QJsonDocument::fromJson(text.toUtf8()).object();
        const QString type = frame.value("type"_L1).toString();
        if (isSilent)
            return;
        if (type == "hello"_L1) {
            send(
                R"({"type":"welcome","server":"possync-server","version":"0.1.0","protocol":)"
                + QByteArray::number(protocol)
                + R"(,"time":"2026-06-12T20:14:30.000Z","started_at":"2026-06-12T20:00:00.000Z"})");
        } else if (frame.value("command"_L1).toString() == "read_traffic"_L1) {
            ++trafficAsked;
            send(R"({"type":"result","id":")" + frame.value("id"_L1).toString().toUtf8()
                 + R"(","ok":true,"result":{"step_ms":)" + trafficStepMs + R"(,"samples":[)"
                 + trafficSamples + R"(],"next":null}})");
        } else if (type == "command"_L1) {
            commands.append(frame);
            lastPush = text.toUtf8();
            send(R"({"type":"result","id":")" + frame.value("id"_L1).toString().toUtf8()
                 + R"(","ok":true,"result":{"seq":77,"outcome":"applied"}})");
        }
    }

    QTcpServer m_tcp;
    QWebSocketServer m_upgrade;
    QWebSocket *m_client = nullptr;
    bool m_isListening = false;
};

} // namespace

void LinkTest::dataArrives()
{
    AdminServer server;
    server.stored = changeText(1, "order_1") + ',' + changeText(2, "order_2");
    server.storedHead = 2;
    Session session;
    ServerLink link(session, fast);
    link.connectTo(server.url());
    QTRY_VERIFY(session.isConnected());
    server.sendRestaurants(2);
    QTRY_COMPARE(session.changes().rowCount(), 2); // what happened before is fetched
    server.send(R"({"type":"changes","restaurant":"r1","changes":[)" + changeText(3, "order_3")
                + "]}");
    QTRY_COMPARE(session.changes().rowCount(), 3);
    QVERIFY(session.changes().store().at(session.changes().storeRow(2)).data
            == "{\"total_amount\":25.50}");
    server.send(
        R"({"type":"traffic","at":"2026-06-12T20:14:31.000Z","interval_ms":1000,"restaurant":null,"changes":{"orders":4},"deliveries":9,)"
        R"("bytes_in":100,"bytes_out":200,"connections":1,"rejected":0,"latency_p50_us":300,"latency_p99_us":900})");
    server.send(
        R"({"type":"logs","lines":[{"no":1,"at":"2026-06-12T20:14:31.000Z","level":"warning","component":"net","text":"hello"}]})");
    QTRY_COMPARE(session.logs().rowCount(), 1);
    QVERIFY(session.traffic().newestMs(QString()) > 0);
    QTRY_VERIFY(session.link().roundTripMs >= 0);
    QCOMPARE(session.fleet().devices(u"r1"_s).size(), 1);
}

void LinkTest::whatOthersDecideIsTold()
{
    AdminServer server;
    for (int i = 302; i >= 1; --i)
        server.conflicts.append(u"c%1"_s.arg(i));
    Session session;
    ServerLink link(session, fast);
    link.connectTo(server.url());
    QTRY_VERIFY(session.isConnected());
    server.sendRestaurants(0);
    ConflictModel &model = session.conflicts();
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 300, 20000);
    // Older ones, as the page loads them.
    QList<remote::Conflict> older;
    for (const QString &id : {u"c2"_s, u"c1"_s})
        older.append({.changeId = id,
                      .dataType = "orders",
                      .action = "updated",
                      .code = u"deleted"_s,
                      .state = u"open"_s});
    model.addOlder(u"r1"_s, older);
    QCOMPARE(model.rowCount(), 302);
    const auto stateOf = [&model](const QString &id) {
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.row(row).changeId == id)
                return model.row(row).state;
        }
        return QString();
    };
    // One among the newest, and the oldest: neither moves the number of conflicts nor the newest.
    server.decided = {u"c299"_s, u"c1"_s};
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"c299"_s), u"discarded"_s, 40000);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"c1"_s), u"discarded"_s, 40000);
    QCOMPARE(stateOf(u"c2"_s), u"open"_s);
    // What is put back comes with a change, and is told with it.
    server.decided.insert(u"c2"_s);
    QByteArray restored = changeText(1, "o1");
    restored.replace("\"c1\"", "\"restore:c2\"");
    server.send(R"({"type":"changes","restaurant":"r1","changes":[)" + restored + "]}");
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"c2"_s), u"discarded"_s, 40000);
    QVERIFY(server.conflictsAsked.contains(u"limit=1&before=c3"_s));
}

void LinkTest::lostConnectionHealsWithoutAHole()
{
    auto server = std::make_unique<AdminServer>();
    const quint16 port = server->port();
    QTemporaryDir dir;
    QSettings settings(dir.filePath(u"s.ini"_s), QSettings::IniFormat);
    Session session;
    ServerLink link(session, fast);
    MainWindow window(session, settings);
    window.show();
    link.connectTo(server->url());
    QTRY_VERIFY(session.isConnected());
    server->sendRestaurants(0);
    server->send(R"({"type":"changes","restaurant":"r1","changes":[)" + changeText(1, "order_1")
                 + "]}");
    QTRY_COMPARE(session.changes().rowCount(), 1);
    QCOMPARE(window.banner().text(), QString());

    server.reset();
    QTRY_VERIFY(!session.isConnected());
    QVERIFY(window.banner().text().contains(u"lost at"_s));
    QVERIFY2(window.pill().text().contains(u"offline since"_s), qPrintable(window.pill().text()));
    const auto textColour = [&] {
        return window.page(u"overview"_s)
            ->findChild<QLabel *>()
            ->palette()
            .color(QPalette::WindowText);
    };
    QCOMPARE(textColour(), toneColour(Tone::Muted, window.palette())); // in grey
    QCOMPARE(session.changes().rowCount(), 1); // what is known stays on the screen
    QVERIFY(!session.fleet().restaurants().isEmpty());

    server = std::make_unique<AdminServer>(port);
    QVERIFY(server->isListening());
    server->stored =
        changeText(2, "order_2") + ',' + changeText(3, "order_3"); // happened meanwhile
    server->storedHead = 3;
    QTRY_VERIFY(session.isConnected());
    server->sendRestaurants(3);
    server->send(R"({"type":"changes","restaurant":"r1","changes":[)" + changeText(4, "order_4")
                 + "]}");
    QTRY_COMPARE(session.changes().rowCount(), 4);
    for (int row = 0; row < 4; ++row)
        QCOMPARE(session.changes().index(row, ChangeModel::Seq).data().toString(),
                 QString::number(row + 1));
    QCOMPARE(textColour(), window.palette().color(QPalette::WindowText));
    QCOMPARE(window.banner().text(), QString());
}

void LinkTest::silentServerIsNoticed()
{
    AdminServer server;
    server.isSilent = true;
    Session session;
    QString reason;
    connect(&session, &Session::linkChanged, this, [&] { reason += session.link().reason; });
    remote::AdminTiming impatient = fast;
    impatient.answer = 100;
    ServerLink link(session, impatient);
    link.connectTo(server.url());
    QTRY_VERIFY(reason.contains(u"did not answer"_s));
    server.isSilent = false;
    QTRY_VERIFY(session.isConnected());
}

void LinkTest::anotherProtocolIsExplained()
{
    AdminServer server;
    server.protocol = 2;
    Session session;
    QString reason;
    connect(&session, &Session::linkChanged, this, [&] { reason += session.link().reason; });
    ServerLink link(session, fast);
    link.connectTo(server.url());
    QTRY_VERIFY(reason.contains(u"version 2"_s));
    QVERIFY(!session.isConnected());
}

void LinkTest::garbageNeverCrashes()
{
    AdminServer server;
    QTemporaryDir dir;
    QSettings settings(dir.filePath(u"s.ini"_s), QSettings::IniFormat);
    Session session;
    ServerLink link(session, fast);
    MainWindow window(session, settings);
    window.show();
    link.connectTo(server.url());
    QTRY_VERIFY(session.isConnected());
    server.sendRestaurants(0);
    const QList<QByteArray> good{
        R"({"type":"restaurants","restaurants":[{"id":"r1","name":"<b>x</b>","device_count":1,"head":1,"epoch":"e1","changes_per_second":1.5,"warnings":["w"]}]})",
        R"({"type":"devices","restaurant":"r1","devices":[{"connection":7,"device_id":"<img src=x>","lag":5,"position":1,"connected":true}]})",
        R"({"type":"changes","restaurant":"r1","changes":[)" + changeText(9, "order_9") + "]}",
        R"({"type":"traffic","at":"2026-06-12T20:14:31.000Z","interval_ms":1000,"changes":{"orders":1e300},"latency_p50_us":-7})",
        R"({"type":"logs","lines":[{"no":1,"level":"info","component":"c","text":"\u202etxet"}]})",
        R"({"type":"gap","topic":"changes","missed":-99999999999})",
        R"({"type":"result","id":"c1","ok":true,"result":null})",
    };
    std::mt19937 random(20260612);
    int understood = 0;
    const auto below = [&](qsizetype n) {
        return qsizetype(random() % quint64(std::max<qsizetype>(n, 1)));
    };
    for (int i = 0; i < 10000; ++i) {
        QByteArray frame = good[below(good.size())];
        for (qsizetype edits = 1 + below(3); edits > 0; --edits) {
            switch (below(5)) {
            case 0:
                frame.truncate(below(frame.size()));
                break;
            case 1:
                frame.insert(below(frame.size()), "{[\"-0,:}]"[below(9)]);
                break;
            case 2:
                frame.remove(below(frame.size()), 1 + below(6));
                break;
            case 3:
                frame.replace("1", "-9223372036854775808");
                break;
            default:
                frame.replace("\"r1\"", "null");
            }
        }
        understood += remote::wire::decodeFrame(frame)
                          ? 1
                          : 0; // every one through the reader, a part of them through everything
        if (i % 40 == 0)
            server.send(frame);
    }
    QVERIFY(understood > 0 && understood < 10000);
    server.send(QByteArray(1000000, 'x'));
    // Garbage may have cost the connection, so the marker is repeated until it arrives.
    const auto sendMarker = [&] {
        server.send(
            R"({"type":"logs","lines":[{"no":100000,"at":"2026-06-12T20:14:31.000Z","level":"error","component":"end","text":"marker"}]})");
        return session.logs().find(u"marker"_s, 0, true) >= 0;
    };
    QTRY_VERIFY(sendMarker());
    QTRY_VERIFY(session.isConnected());
    server.send("garbage");
    QTRY_VERIFY(link.misunderstood() > 0);
    for (Page *page : window.pages()) {
        window.showPage(page->id());
        QVERIFY(!window.grab().isNull());
    }
}

void LinkTest::commandsAreAnsweredOnce()
{
    AdminServer server;
    Session session;
    ServerLink link(session, patient);
    link.connectTo(server.url());
    QTRY_VERIFY(session.isConnected());
    int answers = 0;
    session.port()->push({u"r1"_s, u"orders"_s, u"created"_s, u"order_\"1"_s, QString(),
                          R"({"total_amount":25.50})"},
                         this, [&](const auto &answer) {
                             QVERIFY(answer);
                             ++answers;
                         });
    QTRY_COMPARE(answers, 1);
    QVERIFY(server.lastPush.contains("25.50")); // as typed, not as 25.5
    QCOMPARE(server.commands.first().value("change"_L1).toObject().value("entity_id"_L1).toString(),
             u"order_\"1"_s);
    QString refusal;
    session.port()->kick(u"r1"_s, 7, this, [&](const auto &answer) {
        refusal = answer ? QString() : answer.error();
    });
    server.isSilent = true;
    server.client()->abort();
    QTRY_VERIFY(refusal.contains(u"not known"_s)); // never pretends to know
    QCOMPARE(session.port(), nullptr);
}

void LinkTest::sendingAsksFirst()
{
    AdminServer server;
    Session session;
    ServerLink link(session, patient);
    ComposePage page(session, nullptr);
    page.show();
    QCOMPARE(page.findChild<QTreeView *>()->currentIndex().data().toString(), u"New order"_s);
    QVERIFY(page.problem().contains(u"Not connected"_s));
    link.connectTo(server.url());
    QTRY_VERIFY(session.isConnected());
    server.sendRestaurants(0);
    QTRY_COMPARE(page.problem(), QString());
    const auto guard = [&] { return page.findChild<QMessageBox *>(u"liveGuard"_s); };
    page.send();
    QVERIFY(guard());
    QVERIFY(guard()->text().contains(u"Oh Bombay"_s));
    guard()->reject();
    QTRY_VERIFY(!guard());
    page.send();
    for (QAbstractButton *button : guard()->buttons()) {
        if (guard()->buttonRole(button) == QMessageBox::AcceptRole)
            button->click();
    }
    QTRY_COMPARE(server.commands.size(), 1); // the refused one was not sent
    QTRY_COMPARE(page.history().at(0).outcome, SentChange::Applied);
    QTRY_VERIFY(!guard());
    page.send(); // not asked again for ten minutes
    QVERIFY(!guard());
    QTRY_COMPARE(server.commands.size(), 2);
    QCOMPARE(session.unlocked(), QStringList(u"r1"_s));
    session.setFixedNow(session.nowMs() + Session::unlockedMs);
    page.send();
    QVERIFY(guard());
    guard()->reject();
    QTRY_VERIFY(!guard());
    session.setFixedNow(0);
    session.unlock(u"r1"_s);
    page.send();
    QTRY_COMPARE(server.commands.size(), 3);
    session.lockAll();
    page.send();
    QVERIFY(guard());
    QCOMPARE(server.commands.size(), 3);
}

void LinkTest::sentChangesShowWhoHasThem()
{
    AdminServer server;
    Session session;
    ServerLink link(session, patient);
    ComposePage page(session, nullptr);
    link.connectTo(server.url());
    QTRY_VERIFY(session.isConnected());
    server.sendRestaurants(0);
    QTRY_COMPARE(page.problem(), QString());
    session.unlock(u"r1"_s);
    page.send();
    QTRY_VERIFY(page.result().contains(u"Not yet at till-1"_s)
                || page.result().contains(u"Reached"_s));
    DeviceFacts till = session.fleet().devices(u"r1"_s).first();
    till.position = 1'000'000;
    session.takeDevices(u"r1"_s, {till});
    QVERIFY2(page.result().contains(u"Reached till-1"_s), qPrintable(page.result()));
}

void LinkTest::trafficOfThePastIsFetched()
{
    AdminServer server;
    server.trafficStepMs = "900000";
    server.trafficSamples =
        R"({"type":"traffic","at":"2026-06-01T20:15:00.000Z","interval_ms":900000,"restaurant":null,"changes":{"orders":900}},)"
        R"({"type":"traffic","at":"2026-06-01T20:30:00.000Z","interval_ms":900000,"restaurant":null,"changes":{"orders":1800}},)"
        R"({"type":"traffic","at":"2026-06-02T08:00:00.000Z","interval_ms":900000,"restaurant":null,"changes":{"orders":900}})";
    Session session;
    ServerLink link(session, patient);
    TrafficPage page(session, nullptr);
    page.resize(1000, 700);
    page.show();
    link.connectTo(server.url());
    QTRY_VERIFY(session.isConnected());
    for (QAbstractButton *button : page.findChildren<QAbstractButton *>()) {
        if (button->text() == u"30 days"_s)
            button->click();
    }
    const auto orders = [&] { return page.panes().first()->points(0); };
    QTRY_VERIFY(orders().size() >= 3);
    QCOMPARE(orders().first().y(), 1.0);       // 900 in 900 seconds
    QCOMPARE(splitAtGaps(orders()).size(), 2); // the night the server was off
    const int before = server.trafficAsked;
    server.client()->abort();
    QTRY_VERIFY(!session.isConnected());
    QTRY_VERIFY(session.isConnected());
    QTRY_VERIFY(server.trafficAsked > before); // what was missed is asked for at once
}

void LinkTest::aStrangerIsNotAServer()
{
    QTcpServer stranger;
    QVERIFY(stranger.listen(QHostAddress::LocalHost));
    connect(&stranger, &QTcpServer::newConnection, this,
            [&] { stranger.nextPendingConnection()->write("220 mail.example ESMTP\r\n"); });
    Session session;
    QString reason; // waiting for the next try is over before a poll sees it
    connect(&session, &Session::linkChanged, this, [&] {
        if (session.link().phase == LinkStatus::Waiting)
            reason = session.link().reason;
    });
    ServerLink link(session, fast);
    link.connectTo(QUrl(u"http://127.0.0.1:%1"_s.arg(stranger.serverPort())));
    QTRY_VERIFY(!reason.isEmpty());
    QVERIFY(!session.isConnected());
}

void LinkTest::connectionTestExplainsEachStep()
{
    ConnectionTest test(nullptr);
    QStringList words;
    connect(&test, &ConnectionTest::stepFinished, this,
            [&](ConnectionTest::Step, ConnectionTest::Outcome outcome, const QString &said) {
                words.append(
                    (outcome == ConnectionTest::Outcome::Failed ? u"- "_s : u"+ "_s) + said);
            });
    QSignalSpy finished(&test, &ConnectionTest::finished);
    AdminServer server;
    test.start({.address = server.url().toString()});
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY2(words.contains(u"+ A PosSync server, 2 connection(s)."_s),
             qPrintable(words.join(u'\n')));
    QVERIFY2(words.last().startsWith(u"+ The server does not tell your role"_s),
             qPrintable(words.last()));
    server.protocol = 2; // much newer
    test.start({.address = server.url().toString()});
    QTRY_COMPARE(finished.count(), 2);
    QVERIFY2(words.last().startsWith(u"- The server speaks version 2"_s), qPrintable(words.last()));

    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const quint16 port = closed.serverPort();
    closed.close();
    test.start({.address = u"127.0.0.1:%1"_s.arg(port)});
    QTRY_COMPARE(finished.count(), 3);
    QVERIFY2(words.last().contains(u"no program listens"_s), qPrintable(words.last()));
    test.start({.address = u"no such address"_s});
    QCOMPARE(finished.count(), 4);
    QVERIFY(words.last().startsWith(u"- "_s));
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::LinkTest)
#include "tst_gui_link.moc"
