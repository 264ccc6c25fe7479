// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/delivery.h"
#include "tests/server/hooks/receiver.h"
#include "tests/server/hooks/tlsreceiver.h"
#include "tests/server/program/appclient.h"
#include "tests/server/program/v2client.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::Receiver;
using possync::test::ServerProcess;
using possync::test::TlsReceiver;
using possync::test::V2Client;

namespace {

QJsonObject objectOf(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

const QByteArray refusing = "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";

} // namespace

/// docs/protocol.md, "Webhooks", with the real program and a real receiver.
class WebhooksProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void completedOrderIsToldSigned();
    void lowStockIsToldOnce();
    void lostDeviceIsTold();
    void deviceThatDoesNotComeBackIsTold();
    void receiversMayHavePrivateAuthorities();
    void badAuthoritiesAreNamed();
    void killKeepsWhatIsDue();
    void findsWhatWasNotQueued();
    void queueIsVisible();
    void badWebhooksAreNamed_data();
    void badWebhooksAreNamed();
    void secretsStayInside();
    void secretIsRotated();
    void badRotationsAreNamed_data();
    void badRotationsAreNamed();
    void actsAreAudited();

private:
    struct Made {
        QString id;
        QByteArray secret;
    };
    Made make(const QByteArray &events, const QString &url = {}) const
    {
        const QByteArray body = "{\"url\":\"" + (url.isEmpty() ? m_receiver->url() : url).toUtf8()
                                + "\",\"events\":[" + events + "]}";
        const auto answer = m_server->post(hooks, body, m_server->ownerToken());
        if (answer.status != 201)
            qFatal("%s", answer.body.constData());
        return {objectOf(answer.body)[u"webhook"][u"id"].toString(),
                objectOf(answer.body)[u"secret"].toString().toLatin1()};
    }
    QJsonArray queue(const QString &id) const
    {
        return objectOf(m_server->get(hooks + u'/' + id + u"/queue"_s, m_server->ownerToken())
                            .body)[u"deliveries"]
            .toArray();
    }
    QJsonObject told(qsizetype index) const { return objectOf(m_receiver->requests[index].body); }

    const QString hooks = QStringLiteral("/api/restaurants/r/webhooks");
    std::unique_ptr<Receiver> m_receiver;
    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<V2Client> m_device;
};

void WebhooksProgramTest::init()
{
    m_device.reset();
    m_receiver = std::make_unique<Receiver>();
    m_server = std::make_unique<ServerProcess>(
        QStringLiteral(POSSYNC_SERVER_PROGRAM),
        "[webhooks]\nallow_hosts = [\"" + m_receiver->hostPort().toUtf8()
            + "\"]\nretry_seconds = 1\ndevice_lost_seconds = 1\n");
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    m_device = std::make_unique<V2Client>(*m_server, "till");
    QVERIFY(m_device->join());
    m_device->push({m_device->change("orders", "created", "o1", R"("total":25.50)")});
    QTRY_COMPARE(m_device->results().size(), 1u);
}

void WebhooksProgramTest::completedOrderIsToldSigned()
{
    const Made hook = make(R"("order.completed","order.created")");
    m_device->push({m_device->change("orders", "updated", "o1", R"("status":"served")"),
                    m_device->change("orders", "updated", "o1", R"("status":"completed")"),
                    m_device->change("orders", "updated", "o1", R"("note":"x")"),
                    m_device->change("orders", "created", "o2", R"("total":1)")}); // marks the end
    QTRY_COMPARE(m_receiver->requests.size(), 2);
    const Receiver::Request &request = m_receiver->requests[0];
    QCOMPARE(request.fields["x-possync-event"], QByteArray("order.completed"));
    QVERIFY2(request.body.contains(R"("data":{"id":"o1","total":25.50,"status":"completed"})"),
             request.body);
    QCOMPARE(told(0)[u"seq"].toInt(), 3);
    QCOMPARE(told(0)[u"device_id"].toString(), u"till"_s);
    QCOMPARE(request.fields["x-possync-signature"],
             possync::hooks::signature(hook.secret,
                                       request.fields["x-possync-timestamp"].toLongLong(),
                                       request.fields["x-possync-id"], request.body));
    QCOMPARE(told(1)[u"event"].toString(), u"order.created"_s);
    QCOMPARE(told(1)[u"entity_id"].toString(), u"o2"_s);
}

void WebhooksProgramTest::lowStockIsToldOnce()
{
    make(R"("stock.low")");
    const auto stock = [&](int number) {
        return m_device->change("inventory", "stock_changed", "rice",
                                "\"min_stock\":5,\"current_stock\":" + QByteArray::number(number));
    };
    m_device->push({stock(8), stock(5), stock(3), stock(9), stock(4), stock(2)});
    QTRY_COMPARE(m_device->results().size(), 7u);
    m_device->push({stock(7), stock(1)}); // the last one marks the end
    QTRY_COMPARE(m_receiver->requests.size(), 3);
    QList<int> levels;
    for (qsizetype i = 0; i < 3; ++i)
        levels.append(told(i)[u"data"][u"current_stock"].toInt());
    QCOMPARE(levels, QList<int>({5, 4, 1}));
}

void WebhooksProgramTest::lostDeviceIsTold()
{
    make(R"("device.lost")");
    {
        AppClient tablet(*m_server, "tablet");
        QVERIFY(tablet.join());
    }
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    QCOMPARE(told(0)[u"device_id"].toString(), u"tablet"_s);
    QVERIFY(!told(0)[u"last_seen_at"].toString().isEmpty());
}

void WebhooksProgramTest::deviceThatDoesNotComeBackIsTold()
{
    const Made hook = make(R"("device.lost")");
    AppClient tablet(*m_server, "tablet");
    QVERIFY(tablet.join());
    // Its answer comes behind all that the desk has been told before.
    QCOMPARE(m_server->post(hooks + u'/' + hook.id + u"/test"_s, "{}").status, 200);
    m_server->kill();
    const auto lost = [&] {
        QStringList devices;
        for (qsizetype i = 0; i < m_receiver->requests.size(); ++i) {
            if (told(i)[u"event"].toString() == u"device.lost"_s)
                devices << told(i)[u"device_id"].toString();
        }
        devices.sort();
        return devices;
    };
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    QTRY_COMPARE_WITH_TIMEOUT(lost(), QStringList({u"tablet"_s, u"till"_s}), 20'000);
    // Told once, as the next one to be lost shows.
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    {
        AppClient other(*m_server, "zulu");
        QVERIFY(other.join());
    }
    QTRY_COMPARE_WITH_TIMEOUT(lost(), QStringList({u"tablet"_s, u"till"_s, u"zulu"_s}), 20'000);
}

void WebhooksProgramTest::receiversMayHavePrivateAuthorities()
{
    const QTemporaryDir directory;
    const QStringList here{u"127.0.0.1"_s};
    const auto known = TlsReceiver::make(directory.filePath(u"known"_s), here);
    const auto stranger = TlsReceiver::make(directory.filePath(u"stranger"_s), here);
    Receiver good(known.tls);
    Receiver bad(stranger.tls);
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[webhooks]\nallow_hosts = [\"" + good.hostPort().toUtf8() + "\", \""
                             + bad.hostPort().toUtf8() + "\"]\nretry_seconds = 3600\n");
    QVERIFY(server.start({u"--webhook-ca"_s, known.authorityFile}) >= 0);
    V2Client device(server, "till");
    QVERIFY(device.join());
    device.push({device.change("orders", "created", "o1", R"("total":1)")});
    QTRY_COMPARE_WITH_TIMEOUT(device.results().size(), 1u, 20'000);
    QStringList ids;
    for (const Receiver *receiver : {&good, &bad}) {
        const auto made = server.post(hooks, "{\"url\":\"" + receiver->url().toUtf8()
                                                 + R"(","events":["order.created"]})");
        QCOMPARE(made.status, 201);
        ids << objectOf(made.body)[u"webhook"][u"id"].toString();
        QCOMPARE(server.post(hooks + u'/' + ids.back() + u"/test"_s, "{}").status, 200);
    }
    const auto first = [&](const QString &id) {
        return objectOf(server.get(hooks + u'/' + id + u"/queue"_s).body)[u"deliveries"][0];
    };
    QTRY_COMPARE_WITH_TIMEOUT(first(ids[0])[u"state"].toString(), u"sent"_s, 20'000);
    QCOMPARE(good.requests.size(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(first(ids[1])[u"attempts"].toInt(), 1, 20'000);
    QVERIFY2(first(ids[1])[u"last_error"].toString().contains(u"no authority that this server"),
             qPrintable(first(ids[1])[u"last_error"].toString()));
    QCOMPARE(first(ids[1])[u"state"].toString(), u"due"_s);
    QVERIFY(bad.requests.isEmpty());
}

void WebhooksProgramTest::badAuthoritiesAreNamed()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    const QString missing = server.dataDir() + u"/none.pem"_s;
    QVERIFY(server.start({u"--webhook-ca"_s, missing}) < 0);
    const QByteArray errors = server.errors();
    QVERIFY2(errors.contains("authorities of webhooks") && errors.contains("none.pem"), errors);
}

void WebhooksProgramTest::killKeepsWhatIsDue()
{
    m_receiver->answers = {refusing};
    const Made hook = make(R"("order.created")");
    m_device->push({m_device->change("orders", "created", "o2", R"("total":1)")});
    QTRY_COMPARE(queue(hook.id).size(), 1);
    m_server->kill();
    m_receiver->requests.clear();
    m_receiver->answers = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    QTRY_COMPARE(queue(hook.id).at(0)[u"state"].toString(), u"sent"_s);
    // What the former server was asking when it died may come beside it: at least once is promised.
    QVERIFY(!m_receiver->requests.isEmpty());
    for (qsizetype i = 0; i < m_receiver->requests.size(); ++i)
        QCOMPARE(told(i)[u"entity_id"].toString(), u"o2"_s);
}

void WebhooksProgramTest::findsWhatWasNotQueued()
{
    make(R"("order.created")");
    QCOMPARE(m_server->stop(), 0);
    // As if it had been killed between storing the changes and queueing what they tell: hooks.db is
    // from before them.
    const QDir data(m_server->dataDir());
    QVERIFY(QFile::copy(data.filePath(u"hooks.db"_s), data.filePath(u"hooks.kept"_s)));
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    V2Client device(*m_server, "other");
    QVERIFY(device.join());
    device.push({device.change("orders", "created", "o2", R"("total":1)"),
                 device.change("orders", "updated", "o1", R"("total":2)")});
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    m_server->kill();
    m_receiver->requests.clear();
    for (const QString &name : {u"hooks.db"_s, u"hooks.db-wal"_s, u"hooks.db-shm"_s})
        QFile::remove(data.filePath(name));
    QVERIFY(QFile::rename(data.filePath(u"hooks.kept"_s), data.filePath(u"hooks.db"_s)));
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    QCOMPARE(told(0)[u"entity_id"].toString(), u"o2"_s);
    // Once: another start finds nothing, as a new order, which comes behind it, shows.
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    V2Client third(*m_server, "third");
    QVERIFY(third.join());
    third.push({third.change("orders", "created", "o3", R"("total":1)")});
    QTRY_COMPARE(m_receiver->requests.size(), 2);
    QCOMPARE(told(1)[u"entity_id"].toString(), u"o3"_s);
}

void WebhooksProgramTest::queueIsVisible()
{
    m_receiver->answers = {refusing};
    const Made hook = make(R"("order.created")");
    const auto asked = m_server->post(hooks + u'/' + hook.id + u"/test"_s, "{}");
    QCOMPARE(asked.status, 200);
    QTRY_VERIFY(queue(hook.id)[0][u"attempts"].toInt() >= 1);
    const QJsonValue delivery = queue(hook.id)[0];
    QCOMPARE(delivery[u"id"], objectOf(asked.body)[u"id"]);
    QCOMPARE(delivery[u"event"].toString(), u"test"_s);
    QCOMPARE(delivery[u"state"].toString(), u"due"_s);
    QCOMPARE(delivery[u"last_status"].toInt(), 500);
    QVERIFY(delivery[u"last_error"].toString().contains(u"500"));
    QVERIFY(!delivery[u"next_at"].toString().isEmpty());
    const QJsonValue listed = objectOf(m_server->get(hooks).body)[u"webhooks"][0];
    QCOMPARE(listed[u"queue"][u"due"].toInt(), 1);
    QCOMPARE(listed[u"events"].toArray(), QJsonArray({u"order.created"_s}));
    QCOMPARE(m_server->ask("DELETE", hooks + u'/' + hook.id, {}, {}).status, 200);
    QVERIFY(objectOf(m_server->get(hooks).body)[u"webhooks"].toArray().isEmpty());
    for (const auto &answer : {m_server->ask("DELETE", hooks + u'/' + hook.id, {}, {}),
                               m_server->get(hooks + u'/' + hook.id + u"/queue"_s),
                               m_server->post(hooks + u'/' + hook.id + u"/test"_s, "{}")}) {
        QCOMPARE(answer.status, 404);
        QCOMPARE(objectOf(answer.body)[u"code"].toString(), u"unknown_webhook"_s);
    }
    QCOMPARE(m_server->get(u"/api/restaurants/none/webhooks"_s).status, 404);
    const auto wrong = m_server->ask("DELETE", hooks, {}, {});
    QCOMPARE(wrong.status, 405);
    QVERIFY2(wrong.head.contains("Allow: GET, HEAD, POST, OPTIONS\r\n"), wrong.head);
}

void WebhooksProgramTest::badWebhooksAreNamed_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("part");
    const auto row = [](const char *name, const char *body, const char *part) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(part);
    };
    row("nothing", "{}", "url");
    row("no events", R"({"url":"https://example.com/"})", "at least one");
    row("unknown event", R"({"url":"https://example.com/","events":["lunch"]})", "order.completed");
    row("test is for testing", R"({"url":"https://example.com/","events":["test"]})", "stock.low");
    row("events no array", R"({"url":"https://example.com/","events":"stock.low"})", "array");
    row("private", R"({"url":"http://192.168.1.9/","events":["stock.low"]})", "allow_hosts");
    row("mapped", R"({"url":"http://[::ffff:10.0.0.1]/","events":["stock.low"]})", "allow_hosts");
    row("metadata", R"({"url":"http://169.254.169.254/","events":["stock.low"]})", "allow_hosts");
    row("a file", R"({"url":"file:///etc/passwd","events":["stock.low"]})", "url");
    row("not JSON", "url", "a value was expected");
}

void WebhooksProgramTest::badWebhooksAreNamed()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, part);
    const auto answer = m_server->post(hooks, body);
    QCOMPARE(answer.status, 400);
    QVERIFY2(objectOf(answer.body)[u"message"].toString().toUtf8().contains(part), answer.body);
}

void WebhooksProgramTest::secretsStayInside()
{
    const Made hook = make(R"("order.created")", m_receiver->url(u"/path-secret"_s));
    m_device->push({m_device->change("orders", "created", "o2", R"("total":1)")});
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    const QByteArray owner = m_server->ownerToken();
    for (const QString &path :
         {hooks, hooks + u'/' + hook.id + u"/queue"_s, u"/api/logs"_s, u"/metrics"_s,
          u"/api/admin/audit"_s, u"/api/restaurants/r/changes"_s}) {
        const auto answer = m_server->get(path, owner);
        QCOMPARE(answer.status, 200);
        QVERIFY2(!answer.body.contains(hook.secret), answer.body);
        QVERIFY2(path == hooks || !answer.body.contains("path-secret"), answer.body);
    }
    QVERIFY(m_server->get(hooks, owner).body.contains("whsec_****"));
    const QFileDevice::Permissions permissions =
        QFile::permissions(QDir(m_server->dataDir()).filePath(u"hooks.db"_s));
    QVERIFY(!(permissions & (QFile::ReadGroup | QFile::ReadOther)));
    QCOMPARE(m_server->post(u"/api/admin/backup"_s, "{}", owner).status, 200);
    QDirIterator backups(QDir(m_server->dataDir()).filePath(u"backups"_s), QDir::Files);
    QVERIFY(backups.hasNext());
    QFile backup(backups.next());
    QVERIFY(backup.open(QIODevice::ReadOnly));
    QVERIFY(!backup.readAll().contains(hook.secret));
}

void WebhooksProgramTest::secretIsRotated()
{
    const Made hook = make(R"("order.created")");
    const QString rotate = hooks + u'/' + hook.id + u"/rotate"_s;
    const auto listed = [&] { return objectOf(m_server->get(hooks).body)[u"webhooks"][0]; };
    QVERIFY(listed()[u"overlap_ends_at"].isNull());
    const auto answer = m_server->post(rotate, {});
    QCOMPARE(answer.status, 200);
    const QByteArray secret = objectOf(answer.body)[u"secret"].toString().toLatin1();
    QVERIFY(secret.startsWith("whsec_") && secret != hook.secret);
    const QString end = listed()[u"overlap_ends_at"].toString();
    QCOMPARE(objectOf(answer.body)[u"webhook"][u"overlap_ends_at"].toString(), end);
    const qint64 hours =
        QDateTime::currentDateTimeUtc().secsTo(QDateTime::fromString(end, Qt::ISODateWithMs))
        / 3600;
    QVERIFY2(hours == 23 || hours == 24, qPrintable(end));
    m_server->kill();
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    const auto signedBy = [&](const QByteArrayList &secrets) {
        const qsizetype before = m_receiver->requests.size();
        if (m_server->post(hooks + u'/' + hook.id + u"/test"_s, "{}").status != 200
            || !QTest::qWaitFor([&] { return m_receiver->requests.size() > before; }, 20'000))
            return false;
        const Receiver::Request &request = m_receiver->requests.back();
        return request.fields["x-possync-signature"]
               == possync::hooks::signatures(secrets,
                                             request.fields["x-possync-timestamp"].toLongLong(),
                                             request.fields["x-possync-id"], request.body);
    };
    QVERIFY(signedBy({secret, hook.secret}));
    // What is lost is not to go on signing.
    const auto atOnce = m_server->post(rotate, R"({"overlap_s":0})");
    QCOMPARE(atOnce.status, 200);
    QVERIFY(listed()[u"overlap_ends_at"].isNull());
    QVERIFY(signedBy({objectOf(atOnce.body)[u"secret"].toString().toLatin1()}));
    for (const QString &path :
         {hooks, u"/api/logs"_s, u"/api/admin/audit"_s, hooks + u'/' + hook.id + u"/queue"_s}) {
        const auto shown = m_server->get(path, m_server->ownerToken());
        QCOMPARE(shown.status, 200);
        for (const QByteArray &each : {secret, hook.secret})
            QVERIFY2(!shown.body.contains(each), shown.body);
    }
    QCOMPARE(m_server->post(hooks + u"/none/rotate"_s, "{}").status, 404);
}

void WebhooksProgramTest::badRotationsAreNamed_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no number") << QByteArray(R"({"overlap_s":"1d"})");
    QTest::newRow("negative") << QByteArray(R"({"overlap_s":-1})");
    QTest::newRow("too long") << QByteArray(R"({"overlap_s":2592001})");
}

void WebhooksProgramTest::badRotationsAreNamed()
{
    QFETCH(QByteArray, body);
    const Made hook = make(R"("order.created")");
    const auto answer = m_server->post(hooks + u'/' + hook.id + u"/rotate"_s, body);
    QCOMPARE(answer.status, 400);
    QVERIFY2(answer.body.contains("overlap_s") && answer.body.contains("2592000"), answer.body);
}

void WebhooksProgramTest::actsAreAudited()
{
    const Made hook = make(R"("order.created")");
    QCOMPARE(m_server->post(hooks + u'/' + hook.id + u"/rotate"_s, "{}").status, 200);
    QCOMPARE(m_server->post(hooks + u'/' + hook.id + u"/test"_s, "{}").status, 200);
    QCOMPARE(m_server->ask("DELETE", hooks + u'/' + hook.id, {}, {}).status, 200);
    const auto audited = [&](const QByteArray &act) {
        const QJsonArray entries =
            objectOf(m_server->get(u"/api/admin/audit?q=webhooks"_s, m_server->ownerToken())
                         .body)[u"entries"]
                .toArray();
        return std::any_of(entries.begin(), entries.end(), [&](const QJsonValue &entry) {
            return entry[u"act"].toString().toUtf8() == act
                   && entry[u"target"].toString() == hook.id
                   && entry[u"restaurant"].toString() == u"r"
                   && entry[u"outcome"].toString() == u"done";
        });
    };
    QTRY_VERIFY(audited("POST /api/restaurants/<arg>/webhooks"));
    QTRY_VERIFY(audited("POST /api/restaurants/<arg>/webhooks/<arg>/test"));
    QTRY_VERIFY(audited("POST /api/restaurants/<arg>/webhooks/<arg>/rotate"));
    QTRY_VERIFY(audited("DELETE /api/restaurants/<arg>/webhooks/<arg>"));
}

QTEST_GUILESS_MAIN(WebhooksProgramTest)
#include "tst_program_webhooks.moc"
