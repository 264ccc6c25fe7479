// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTest>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

using possync::test::AppClient;
using possync::test::ServerProcess;

/// kill -9 under load, and the ways in which the program ends or does not start.
class KillingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingConfirmedIsLost();
    void stopsGracefullyUnderLoad();
    void stopsWhileManyRoomsSave();
    void cutBackupsLeaveNothing();
    void outlivesAReloadButNotItsTerminal();
    void refusesToStart_data();
    void refusesToStart();
};

void KillingTest::nothingConfirmedIsLost()
{
    constexpr int kills = 50;
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    QSet<QString> confirmed; // seen by another device, or answered over HTTP
    qint64 slowestMs = 0;
    int number = 0;
    for (int round = 0; round < kills; ++round) {
        AppClient sender(server, "sender");
        AppClient receiver(server, "receiver");
        QVERIFY(sender.join() && receiver.join());
        for (int i = 0; i < 40; ++i) {
            const QByteArray name = "n" + QByteArray::number(++number);
            const QByteArray time = QByteArray::number(10 + number / 3600 % 10) + ":00:00."
                                    + QByteArray::number(number % 1000).rightJustified(3, '0');
            sender.sendTyped(name, "\"n\":" + QByteArray::number(number), time);
            sender.sendTwin(name, "\"n\":" + QByteArray::number(number), "id-" + name, time);
        }
        const QByteArray posted = "p" + QByteArray::number(round);
        const auto answer =
            server.post(QStringLiteral("/api/sync"),
                        "{\"restaurant_id\":\"r\",\"device_id\":\"poster\",\"changes\":["
                            + sender.twinText(posted, "\"n\":1", "id-" + posted) + "]}");
        if (answer.status == 200)
            confirmed.insert(QString::fromUtf8(posted));
        // A different moment each round: between the first and the last of it delivered.
        const QByteArray last = "\"n" + QByteArray::number(number - 39 + round % 40) + '"';
        const auto hasCome = [&] {
            return std::ranges::any_of(receiver.messages(), [&](const QByteArray &message) {
                return message.contains(last);
            });
        };
        QTRY_VERIFY(hasCome());
        server.kill();
        for (qsizetype i = 0; i < receiver.messages().size(); ++i) {
            const QString order = receiver.message(i).value(QStringLiteral("order_id")).toString();
            if (!order.isEmpty())
                confirmed.insert(order);
        }
        const qint64 readyMs = server.start();
        QVERIFY(readyMs >= 0);
        slowestMs = std::max(slowestMs, readyMs);
    }
    QHash<QString, int> stored;
    qint64 since = 0;
    bool more = true;
    while (more) {
        const auto page =
            server.get(QStringLiteral("/api/restaurants/r/changes?limit=1000&since=%1").arg(since));
        QCOMPARE(page.status, 200);
        const QJsonObject object = QJsonDocument::fromJson(page.body).object();
        for (const QJsonValue &change : object.value(QStringLiteral("changes")).toArray()) {
            ++stored[change.toObject().value(QStringLiteral("entity_id")).toString()];
            QCOMPARE(change.toObject().value(QStringLiteral("seq")).toInteger(), ++since);
        }
        more = object.value(QStringLiteral("more")).toBool();
    }
    for (const QString &name : std::as_const(confirmed))
        QVERIFY2(stored.contains(name), qPrintable(name + QStringLiteral(" is lost")));
    for (auto it = stored.cbegin(); it != stored.cend(); ++it)
        QVERIFY2(it.value() == 1, qPrintable(it.key() + QStringLiteral(" was applied twice")));
    qInfo("%d kills, %lld changes confirmed, %lld stored, slowest start %lld ms", kills,
          static_cast<long long>(confirmed.size()), static_cast<long long>(stored.size()),
          static_cast<long long>(slowestMs));
    QVERIFY(confirmed.size() > kills);
    QCOMPARE(server.post(QStringLiteral("/api/admin/verify"), {}).body.left(10),
             QByteArray("{\"ok\":true"));
    QCOMPARE(server.stop(), 0);
}

void KillingTest::stopsGracefullyUnderLoad()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    AppClient sender(server, "sender");
    AppClient receiver(server, "receiver");
    QVERIFY(sender.join() && receiver.join());
    for (int i = 0; i < 500; ++i)
        sender.sendTyped("o" + QByteArray::number(i), "\"n\":1");
    QTRY_VERIFY(!receiver.messages().isEmpty());
    QCOMPARE(server.stop(), 0);
    QTRY_VERIFY(!receiver.isConnected());
    const qsizetype delivered = receiver.messages().size();
    QVERIFY(server.start() >= 0);
    const auto page = server.get(QStringLiteral("/api/restaurants/r/changes?since=0&limit=1"));
    QVERIFY(QJsonDocument::fromJson(page.body).object().value(QStringLiteral("head")).toInteger()
            >= delivered);
}

void KillingTest::stopsWhileManyRoomsSave()
{
    // Rooms save their state on threads of their own while the journal is closed.
    for (int round = 0; round < 5; ++round) {
        ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
        QVERIFY(server.start({QStringLiteral("--io-threads"), QStringLiteral("3")}) >= 0);
        std::vector<std::unique_ptr<AppClient>> clients;
        for (int i = 0; i < 60; ++i) {
            clients.push_back(
                std::make_unique<AppClient>(server, "till", "r" + QByteArray::number(i)));
            QVERIFY(clients.back()->join());
        }
        for (int change = 0; change < 20; ++change) {
            for (const auto &client : clients)
                client->sendTyped("o" + QByteArray::number(change), "\"n\":1");
        }
        QTRY_VERIFY(
            server.get(QStringLiteral("/api/restaurants/r59/changes")).body.contains("\"o1\""));
        QCOMPARE(server.stop(), 0);
    }
}

void KillingTest::cutBackupsLeaveNothing()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    QCOMPARE(server.post(QStringLiteral("/api/admin/backup"), {}).status, 200);
    server.kill();
    const QDir backups(server.dataDir() + QStringLiteral("/backups"));
    QStringList kept = backups.entryList(QDir::Files);
    QCOMPARE(kept.size(), 1);
    kept.append(QStringLiteral("zz-mine.part"));
    const QString cut = kept.front() + QStringLiteral(".part"); // as a kill leaves it
    for (const QString &name : {cut, cut + QStringLiteral("-journal"), kept.back()}) {
        QFile file(backups.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("half") == 4);
    }
    QVERIFY(server.start() >= 0);
    QCOMPARE(backups.entryList(QDir::Files), kept);
    QCOMPARE(server.stop(), 0);
}

void KillingTest::outlivesAReloadButNotItsTerminal()
{
    const auto hangUp = [](const ServerProcess &server) {
        return ::kill(static_cast<pid_t>(server.pid()), SIGHUP) == 0;
    };
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    QVERIFY(hangUp(server));
    QTRY_VERIFY(server.get(QStringLiteral("/api/logs?q=Told%20to%20reload"))
                    .body.contains("Told to reload"));
    QCOMPARE(server.stop(), 0);

    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    QVERIFY(terminal >= 0 && ::grantpt(terminal) == 0 && ::unlockpt(terminal) == 0);
    ServerProcess inTerminal(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    inTerminal.setInput(QFile::decodeName(::ptsname(terminal)));
    QVERIFY(inTerminal.start() >= 0);
    QVERIFY(hangUp(inTerminal));
    QTRY_VERIFY(inTerminal.get(QStringLiteral("/api/logs?q=Told%20to%20reload"))
                    .body.contains("Told to reload"));
    ::close(terminal);
    QVERIFY(hangUp(inTerminal));
    QCOMPARE(inTerminal.ended(), 0);
}

void KillingTest::refusesToStart_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("unknown flag") << QStringList{QStringLiteral("--cheese")}
                                  << QByteArray("--cheese");
    QTest::newRow("bad port") << QStringList{QStringLiteral("--port"), QStringLiteral("soup")}
                              << QByteArray("soup");
    QTest::newRow("missing config")
        << QStringList{QStringLiteral("--config"), QStringLiteral("/nowhere/at/all.toml")}
        << QByteArray("all.toml");
    QTest::newRow("data is a file")
        << QStringList{QStringLiteral("--data"), QStringLiteral("FILE")} << QByteArray("FILE");
    QTest::newRow("busy port") << QStringList{QStringLiteral("--port"), QStringLiteral("BUSY")}
                               << QByteArray("BUSY");
    QTest::newRow("certificate without key")
        << QStringList{QStringLiteral("--tls-cert"), QStringLiteral("FILE")} << QByteArray("tls");
}

void KillingTest::refusesToStart()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, word);
    QTemporaryDir directory;
    const QString file = directory.filePath(QStringLiteral("a-file"));
    QFile made(file);
    QVERIFY(made.open(QIODevice::WriteOnly));
    QTcpServer busy;
    QVERIFY(busy.listen(QHostAddress::LocalHost));
    arguments.replaceInStrings(QStringLiteral("FILE"), file);
    arguments.replaceInStrings(QStringLiteral("BUSY"), QString::number(busy.serverPort()));
    word.replace("FILE", file.toUtf8()).replace("BUSY", QByteArray::number(busy.serverPort()));
    if (!arguments.contains(QStringLiteral("--data")))
        arguments << QStringLiteral("--data") << directory.filePath(QStringLiteral("data"));
    QProcess process;
    process.start(QStringLiteral(POSSYNC_SERVER_PROGRAM), arguments);
    QVERIFY(process.waitForFinished(10'000));
    QCOMPARE(process.exitCode(), 2);
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(said.contains(word), said.constData());
    QCOMPARE(said.count('\n'), 1);
    QVERIFY(process.readAllStandardOutput().isEmpty());
}

QTEST_GUILESS_MAIN(KillingTest)
#include "tst_program_killing.moc"
