// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/keyring.h"
#include "tests/server/hooks/receiver.h"
#include "tests/server/program/appclient.h"
#include "tests/server/program/v2client.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::Receiver;
using possync::test::ServerProcess;
using possync::test::V2Client;
namespace store = possync::store;

namespace {

const QByteArray marker = "saffron-risotto-for-table-nine";

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray error;
};

Outcome run(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(POSSYNC_SERVER_PROGRAM), arguments);
    process.waitForFinished(20'000);
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QJsonObject objectOf(const ServerProcess::HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

QByteArray contentOf(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Names of files in the server's data directory that hold a text; a database changes meanwhile.
QStringList filesWith(const ServerProcess &server, const QByteArray &text)
{
    QStringList found;
    QDirIterator files(server.dataDir(), QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString name = files.next();
        if (contentOf(name).contains(text))
            found << QDir(server.dataDir()).relativeFilePath(name);
    }
    return found;
}

} // namespace

/// docs/security.md, "Encryption at rest", with the real program on real sockets.
class EncryptionProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void nothingWrittenIsReadable();
    void everythingIsServedAfterAKill();
    void startWithoutTheKeyIsRefused();
    void badKeyFileIsNamed();
    void credentialIsTaken();
    void plainServerIsEncryptedUnderKills();
    void webhooksFollowTheKeys();
    void backupStaysEncrypted();
    void backupOfAPlainServerIsEncrypted();
    void addKeyIsNamedWhenUsedWrongly();

private:
    // Outside: moc does not read raw strings in a class.
    void order(AppClient &device, const QByteArray &id) const;
    QJsonArray orders() const
    {
        return objectOf(m_server->get(u"/api/restaurants/r/data"_s))[u"data"][u"orders"].toArray();
    }
    bool isSound() const
    {
        return m_server->post(u"/api/admin/verify"_s, "{}").body.startsWith("{\"ok\":true");
    }
    int keysInUse() const
    {
        const QByteArray text = m_server->get(u"/metrics"_s).body;
        const QByteArray name = "\npossync_journal_keys ";
        const qsizetype at = text.indexOf(name);
        return at < 0 ? -1 : text.mid(at + name.size(), 1).toInt();
    }
    QStringList withKeys() const { return {u"--encryption-key-file"_s, m_keyFile}; }
    QByteArray makeHook() const;

    std::unique_ptr<QTemporaryDir> m_elsewhere;
    QString m_keyFile;
    std::unique_ptr<Receiver> m_receiver;
    std::unique_ptr<ServerProcess> m_server;
};

void EncryptionProgramTest::init()
{
    m_elsewhere = std::make_unique<QTemporaryDir>();
    m_keyFile = m_elsewhere->filePath(u"pos.keys"_s);
    const Outcome made = run({u"add-key"_s, m_keyFile});
    QVERIFY2(made.code == 0, made.error);
    m_receiver = std::make_unique<Receiver>();
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                                               "[webhooks]\nallow_hosts = [\""
                                                   + m_receiver->hostPort().toUtf8()
                                                   + "\"]\nretry_seconds = 1\n");
}

void EncryptionProgramTest::order(AppClient &device, const QByteArray &id) const
{
    device.sendTwin(id, R"("note":")" + marker + "\"", "c-" + id);
}

QByteArray EncryptionProgramTest::makeHook() const
{
    // Webhooks are for restaurants that are there.
    const auto begun = m_server->post(
        u"/api/sync"_s,
        R"({"restaurant_id":"r","device_id":"poster","changes":[{"type":"data_change",)"
        R"("data_type":"tables","action":"created","change_id":"t","data":{"id":"t1"}}]})");
    if (begun.status != 200)
        return {};
    const auto made = m_server->post(
        u"/api/restaurants/r/webhooks"_s,
        R"({"url":")" + m_receiver->url(u"/"_s + QString::fromLatin1(marker)).toUtf8()
            + R"(","events":["order.created","order.completed"]})");
    return objectOf(made)[u"secret"].toString().toLatin1();
}

void EncryptionProgramTest::nothingWrittenIsReadable()
{
    QVERIFY(m_server->start(withKeys()) >= 0);
    m_receiver->answers = {QByteArray("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")};
    const QByteArray secret = makeHook();
    QVERIFY(!secret.isEmpty());
    AppClient till(*m_server, "till");
    AppClient kitchen(*m_server, "kitchen");
    V2Client tablet(*m_server, "tablet");
    QVERIFY(till.join() && kitchen.join() && tablet.join());
    for (int i = 0; i < 50; ++i)
        order(till, "o" + QByteArray::number(i));
    tablet.push({tablet.change("orders", "created", "v", R"("note":")" + marker + "\"")});
    QTRY_COMPARE(kitchen.types().count(u"order_update"_s), 51);
    QTRY_VERIFY(!m_receiver->requests.isEmpty()); // an event is due, and stays so
    QCOMPARE(orders().size(), 51);
    const auto backup = m_server->post(u"/api/admin/backup"_s, "{}");
    QCOMPARE(backup.status, 200);
    const auto isReadable = [&] {
        return filesWith(*m_server, marker) + filesWith(*m_server, secret);
    };
    QCOMPARE(isReadable(), QStringList());
    m_server->kill();
    QCOMPARE(isReadable(), QStringList());
    QVERIFY(m_server->start(withKeys()) >= 0);
    QCOMPARE(orders().size(), 51);
    QCOMPARE(isReadable(), QStringList());
    QCOMPARE(m_server->stop(), 0);
    QCOMPARE(isReadable(), QStringList());
}

void EncryptionProgramTest::everythingIsServedAfterAKill()
{
    QVERIFY(m_server->start(withKeys()) >= 0);
    AppClient till(*m_server, "till");
    QVERIFY(till.join());
    for (int i = 0; i < 20; ++i)
        order(till, "o" + QByteArray::number(i));
    QTRY_COMPARE(orders().size(), 20);
    const QByteArray feed = m_server->get(u"/api/restaurants/r/changes?limit=1000"_s).body;
    const auto past = [this] {
        return objectOf(m_server->get(u"/api/restaurants/r/data?at=seq:7"_s))[u"data"].toObject();
    };
    const QJsonObject before = past();
    QCOMPARE(before[u"orders"].toArray().size(), 7);
    m_server->kill();
    QVERIFY(m_server->start(withKeys()) >= 0);
    QCOMPARE(m_server->get(u"/api/restaurants/r/changes?limit=1000"_s).body, feed);
    QCOMPARE(past(), before);
    QCOMPARE(orders().first()[u"note"].toString().toLatin1(), marker);
    QString cursor;
    qsizetype exported = 0;
    do {
        const auto page = m_server->get(u"/api/restaurants/r/export?cursor="_s
                                        + QString::fromLatin1(QUrl::toPercentEncoding(cursor)));
        QCOMPARE(page.status, 200);
        exported += page.body.count(marker);
        cursor = objectOf(page)[u"next"].toString();
    } while (!cursor.isEmpty());
    QVERIFY(exported >= 20);
    QVERIFY(isSound());
    AppClient late(*m_server, "late");
    QVERIFY(late.join());
    const auto erased = m_server->post(u"/api/restaurants/r/erase"_s, R"({"confirm":"r"})");
    QCOMPARE(erased.status, 200);
    QVERIFY(isSound());
    QCOMPARE(m_server->stop(), 0);
}

void EncryptionProgramTest::startWithoutTheKeyIsRefused()
{
    QVERIFY(m_server->start(withKeys()) >= 0);
    {
        AppClient till(*m_server, "till");
        QVERIFY(till.join());
        order(till, "o1");
        QTRY_COMPARE(orders().size(), 1);
    }
    m_server->kill();
    const auto keys = store::KeyRing::read(m_keyFile, store::KeyRing::Guard::OwnerOnly);
    QVERIFY(keys);
    const QByteArray id = store::keyName((*keys)->current());
    const QString database = m_server->dataDir() + u"/journal.db"_s;
    const auto stored = [&] { return contentOf(database) + contentOf(database + u"-wal"_s); };
    const QByteArray before = stored();

    QCOMPARE(m_server->start(), -1);
    QCOMPARE(m_server->ended(), 2);
    QByteArray error = m_server->errors();
    QVERIFY2(error.contains("is encrypted with key " + id
                            + ", and no key is given; name the file that holds it: "
                              "--encryption-key-file"),
             error);
    const QString other = m_elsewhere->filePath(u"other.keys"_s);
    QCOMPARE(run({u"add-key"_s, other}).code, 0);
    QCOMPARE(m_server->start({u"--encryption-key-file"_s, other}), -1);
    QCOMPARE(m_server->ended(), 2);
    error = m_server->errors();
    QVERIFY2(error.contains("is encrypted with key " + id + ", which is not in " + other.toUtf8()),
             error);
    QCOMPARE(stored(), before);
    QVERIFY(m_server->start(withKeys()) >= 0);
    QCOMPARE(orders().size(), 1);
    QCOMPARE(m_server->stop(), 0);
}

void EncryptionProgramTest::badKeyFileIsNamed()
{
    const QString absent = m_elsewhere->filePath(u"absent.keys"_s);
    QCOMPARE(m_server->start({u"--encryption-key-file"_s, absent}), -1);
    QVERIFY(m_server->errors().contains("cannot read the key file " + absent.toUtf8()));
    QVERIFY(QFile::setPermissions(m_keyFile, QFile::ReadOwner | QFile::ReadOther));
    QCOMPARE(m_server->start(withKeys()), -1);
    QVERIFY(m_server->errors().contains("run: chmod 600 " + m_keyFile.toUtf8()));
    QVERIFY(!QFile::exists(m_server->dataDir() + u"/journal.db"_s));
}

void EncryptionProgramTest::credentialIsTaken()
{
    QVERIFY(QFile::rename(m_keyFile, m_elsewhere->filePath(u"possync.keys"_s)));
    // As systemd hands it to a service whose user does not own it.
    QVERIFY(QFile::setPermissions(m_elsewhere->filePath(u"possync.keys"_s),
                                  QFile::ReadOwner | QFile::ReadGroup));
    m_server->setVariable(u"CREDENTIALS_DIRECTORY"_s, m_elsewhere->path());
    QVERIFY(m_server->start() >= 0);
    AppClient till(*m_server, "till");
    QVERIFY(till.join());
    order(till, "o1");
    QTRY_COMPARE(orders().size(), 1);
    QCOMPARE(filesWith(*m_server, marker), QStringList());
    QCOMPARE(m_server->stop(), 0);
}

void EncryptionProgramTest::plainServerIsEncryptedUnderKills()
{
    QVERIFY(m_server->start() >= 0);
    AppClient till(*m_server, "till");
    QVERIFY(till.join());
    constexpr int many = 3'000;
    QByteArray changes;
    for (int i = 0; i < many; ++i) {
        const QByteArray number = QByteArray::number(i);
        changes = R"({"type":"data_change","data_type":"orders","action":"created","change_id":"c)"
                  + number + R"(","data":{"id":"o)" + number + R"(","note":")" + marker + "\"}}";
        till.send(changes.chopped(1)
                  + R"(,"device_id":"till","restaurant_id":"r","user_id":"u",)"
                    R"("timestamp":"2024-01-01T12:00:00.000"})");
    }
    QTRY_COMPARE_WITH_TIMEOUT(orders().size(), many, 20'000);
    const QByteArray feed = m_server->get(u"/api/restaurants/r/changes?since=2990"_s).body;
    QVERIFY(feed.contains(marker));
    m_server->kill();
    QVERIFY(!filesWith(*m_server, marker).isEmpty());

    // Killed whenever it is ready, and while devices go on.
    for (int round = 0; round < 3; ++round) {
        QVERIFY(m_server->start(withKeys()) >= 0);
        AppClient waiter(*m_server, "waiter");
        QVERIFY(waiter.join());
        order(waiter, "late" + QByteArray::number(round));
        QTRY_COMPARE_WITH_TIMEOUT(orders().size(), many + round + 1, 20'000);
        m_server->kill();
    }
    // A further key, before or after the first has done all.
    QCOMPARE(run({u"add-key"_s, m_keyFile}).code, 0);
    QVERIFY(m_server->start(withKeys()) >= 0);
    QTRY_COMPARE_WITH_TIMEOUT(keysInUse(), 1, 60'000);
    QTRY_COMPARE_WITH_TIMEOUT(filesWith(*m_server, marker), QStringList(), 20'000);
    QCOMPARE(orders().size(), many + 3);
    QCOMPARE(m_server->get(u"/api/restaurants/r/changes?since=2990&limit=10"_s).status, 200);
    QVERIFY(isSound());
    m_server->kill();

    // Only the newest is needed from now on.
    QByteArrayList lines = contentOf(m_keyFile).trimmed().split('\n');
    QFile keys(m_keyFile);
    QVERIFY(keys.open(QIODevice::WriteOnly) && keys.write(lines.last()) > 0);
    keys.close();
    QVERIFY(m_server->start(withKeys()) >= 0);
    QCOMPARE(orders().size(), many + 3);
    QVERIFY(m_server->get(u"/api/restaurants/r/changes?since=2990"_s).body.contains(marker));
    QVERIFY(isSound());
    QCOMPARE(m_server->stop(), 0);
    QCOMPARE(filesWith(*m_server, marker), QStringList());
}

void EncryptionProgramTest::webhooksFollowTheKeys()
{
    QVERIFY(m_server->start() >= 0);
    m_receiver->answers = {QByteArray("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")};
    const QByteArray secret = makeHook();
    {
        V2Client tablet(*m_server, "tablet");
        QVERIFY(tablet.join());
        tablet.push({tablet.change("orders", "created", "v", R"("note":")" + marker + "\"")});
        QTRY_VERIFY(!m_receiver->requests.isEmpty());
    }
    m_server->kill();
    QVERIFY(!filesWith(*m_server, secret).isEmpty());
    for (int round = 0; round < 2; ++round) {
        QVERIFY(m_server->start(withKeys()) >= 0);
        QCOMPARE(filesWith(*m_server, secret), QStringList());
        QTRY_COMPARE_WITH_TIMEOUT(keysInUse(), 1, 20'000);
        m_server->kill();
        QCOMPARE(filesWith(*m_server, secret), QStringList());
        QVERIFY(!contentOf(m_server->dataDir() + u"/hooks.db"_s).contains(marker));
        QCOMPARE(run({u"add-key"_s, m_keyFile}).code, 0);
    }
    m_receiver->answers = {QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
    m_receiver->requests.clear();
    QVERIFY(m_server->start(withKeys()) >= 0);
    QTRY_VERIFY_WITH_TIMEOUT(!m_receiver->requests.isEmpty(), 30'000);
    QVERIFY(m_receiver->requests.last().line.contains(marker));
    QVERIFY(m_receiver->requests.last().body.contains(marker));
    QCOMPARE(m_server->stop(), 0);
}

void EncryptionProgramTest::backupStaysEncrypted()
{
    QVERIFY(m_server->start(withKeys()) >= 0);
    {
        AppClient till(*m_server, "till");
        QVERIFY(till.join());
        order(till, "o1");
        order(till, "o2");
        QTRY_COMPARE(orders().size(), 2);
    }
    const QString backup =
        objectOf(m_server->post(u"/api/admin/backup"_s, "{}"))[u"file"].toString();
    QVERIFY(QFileInfo(backup).size() > 0);
    QVERIFY(!contentOf(backup).contains(marker));
    {
        AppClient till(*m_server, "till");
        QVERIFY(till.join());
        order(till, "o3");
        QTRY_COMPARE(orders().size(), 3);
    }
    // Another server: without the key, with another, with it.
    ServerProcess other(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    const QByteArray body = R"({"file":")" + backup.toUtf8() + "\"}";
    const QString otherKeys = m_elsewhere->filePath(u"other.keys"_s);
    QCOMPARE(run({u"add-key"_s, otherKeys}).code, 0);
    for (const QStringList &arguments :
         {QStringList(), QStringList{u"--encryption-key-file"_s, otherKeys}}) {
        QVERIFY(other.start(arguments) >= 0);
        const auto refused = other.post(u"/api/admin/restore"_s, body);
        QCOMPARE(refused.status, 400);
        QCOMPARE(objectOf(refused)[u"code"].toString(), u"restore_refused"_s);
        QVERIFY2(refused.body.contains("is not usable: it is encrypted with key"), refused.body);
        QCOMPARE(other.stop(), 0);
    }
    QCOMPARE(m_server->post(u"/api/admin/restore"_s, body).status, 200);
    // It restarts by itself, here on another port that nobody told us.
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start(withKeys()) >= 0);
    QCOMPARE(orders().size(), 2);
    QVERIFY(isSound());
    QCOMPARE(filesWith(*m_server, marker), QStringList());
    QCOMPARE(m_server->stop(), 0);
}

void EncryptionProgramTest::backupOfAPlainServerIsEncrypted()
{
    const QStringList arguments = withKeys() + QStringList{u"--encrypt"_s, u"backups"_s};
    QVERIFY(m_server->start(arguments) >= 0);
    {
        AppClient till(*m_server, "till");
        QVERIFY(till.join());
        order(till, "o1");
        order(till, "o2");
        QTRY_COMPARE(orders().size(), 2);
    }
    const auto made = m_server->post(u"/api/admin/backup"_s, "{}");
    QCOMPARE(made.status, 200);
    const QString backup = objectOf(made)[u"file"].toString();
    QVERIFY(QFileInfo(backup).size() > 0);
    QVERIFY(!contentOf(backup).contains(marker));
    QVERIFY(!filesWith(*m_server, marker).isEmpty());
    const QByteArray body = R"({"file":")" + backup.toUtf8() + "\"}";
    ServerProcess other(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(other.start() >= 0);
    const auto refused = other.post(u"/api/admin/restore"_s, body);
    QCOMPARE(refused.status, 400);
    QVERIFY2(refused.body.contains("is encrypted with key"), refused.body);
    QCOMPARE(other.stop(), 0);
    QCOMPARE(m_server->post(u"/api/admin/restore"_s, body).status, 200);
    // It restarts by itself, here on another port that nobody told us.
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start(arguments) >= 0);
    QCOMPARE(orders().size(), 2);
    QTRY_COMPARE(keysInUse(), 1);
    QVERIFY(isSound());
    QCOMPARE(m_server->stop(), 0);
    // Without keys there is nothing to seal with: said at the start, not at the first backup.
    const Outcome without = run({u"--data"_s, m_elsewhere->filePath(u"data"_s), u"--port"_s, u"0"_s,
                                 u"--encrypt"_s, u"backups"_s});
    QVERIFY(without.code != 0);
    QVERIFY2(without.error.contains("--encryption-key-file"), without.error);
}

void EncryptionProgramTest::addKeyIsNamedWhenUsedWrongly()
{
    const Outcome none = run({u"add-key"_s});
    QCOMPARE(none.code, 2);
    QVERIFY2(none.error.contains("add-key needs the name of one key file"), none.error);
    const Outcome nowhere = run({u"add-key"_s, m_elsewhere->filePath(u"no/such/pos.keys"_s)});
    QCOMPARE(nowhere.code, 2);
    QVERIFY2(nowhere.error.contains("cannot write"), nowhere.error);
    const Outcome second = run({u"add-key"_s, m_keyFile});
    QCOMPARE(second.code, 0);
    const auto keys = store::KeyRing::read(m_keyFile, store::KeyRing::Guard::OwnerOnly);
    QVERIFY(second.out.contains("Key " + store::keyName((*keys)->current()) + " added to "
                                + m_keyFile.toUtf8()));
    // What the command says tells nothing of the key itself.
    QVERIFY(!second.out.contains(contentOf(m_keyFile).trimmed().right(64)));
}

QTEST_GUILESS_MAIN(EncryptionProgramTest)
#include "tst_program_encryption.moc"
