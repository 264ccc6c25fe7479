// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/room.h"
#include "tests/server/program/retiring.h"
#include "tests/server/program/wiresocket.h"

#include <QDateTime>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

using namespace possync;
using test::ServerProcess;
using test::WireSocket;

namespace {

/// The orders of a tablet with the app, across its connections.
class Tablet
{
public:
    /// Comes from `address`, as device "back". Without `confirms` it answers no ping.
    bool join(const ServerProcess &server, const QString &address, bool confirms)
    {
        m_confirms = confirms;
        m_isRegistered = false;
        m_records = m_changes = 0;
        m_socket = std::make_unique<WireSocket>(server.port(), QHostAddress(address));
        if (m_socket->upgrade("/?restaurant_id=r&device_id=back") != 101)
            return false;
        m_socket->sendFrame(0x81, "{\"type\":\"register\",\"device_id\":\"back\","
                                  "\"restaurant_id\":\"r\",\"user_id\":null}");
        return receiveUntil([this] { return m_isRegistered; });
    }
    void leave() { m_socket.reset(); }
    /// Takes one frame; false if none comes.
    bool receive(int atMostMs = 5'000)
    {
        const auto [opcode, payload] = m_socket->readFrame(atMostMs);
        if (opcode == 9 && m_confirms)
            m_socket->sendFrame(0x8A, payload);
        else if (opcode == 1)
            apply(QJsonDocument::fromJson(payload).object());
        return opcode != 0xFF;
    }
    bool receiveUntil(const std::function<bool()> &done)
    {
        while (!done()) {
            if (!receive())
                return false;
        }
        return true;
    }
    /// Of this connection.
    int records() const { return m_records; }
    int changes() const { return m_changes; }
    const QMap<QString, QJsonObject> &orders() const { return m_orders; }

private:
    void apply(const QJsonObject &message)
    {
        const QString type = message.value(QStringLiteral("type")).toString();
        m_isRegistered = m_isRegistered || type == QStringLiteral("registered");
        if (type != QStringLiteral("order_update"))
            return;
        const QString change = message.value(QStringLiteral("change_id")).toString();
        const bool isRecord =
            message.value(QStringLiteral("device_id")).toString() == QStringLiteral("possync");
        ++(isRecord ? m_records : m_changes);
        if (m_known.contains(change))
            return; // as the app does
        m_known.insert(change);
        QJsonObject &order = m_orders[message.value(QStringLiteral("order_id")).toString()];
        const QJsonObject data = message.value(QStringLiteral("data")).toObject();
        for (auto field = data.begin(); field != data.end(); ++field)
            order.insert(field.key(), field.value());
    }

    std::unique_ptr<WireSocket> m_socket;
    bool m_confirms = true;
    bool m_isRegistered = false;
    int m_records = 0;
    int m_changes = 0;
    QSet<QString> m_known;
    QMap<QString, QJsonObject> m_orders;
};

QByteArray orderUpdate(int order, const QByteArray &fields)
{
    static int second = 0; // no two alike
    return "{\"type\":\"order_update\",\"order_id\":\"o" + QByteArray::number(order)
           + "\",\"action\":\"updated\",\"data\":{\"n\":" + QByteArray::number(++second) + ','
           + fields + "},\"device_id\":\"sender\",\"restaurant_id\":\"r\"}";
}

qint64 headOf(const ServerProcess &server)
{
    const auto answer = server.get(QStringLiteral("/api/restaurants"));
    return QJsonDocument::fromJson(answer.body)
        .object()
        .value(QStringLiteral("restaurants"))
        .toArray()
        .first()
        .toObject()
        .value(QStringLiteral("head"))
        .toInteger();
}

/// Cursors of device "back" as they would be read after a crash of the running server.
QList<quint64> savedCursors(const ServerProcess &server)
{
    QList<quint64> cursors;
    {
        QSqlDatabase database =
            QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("cursors"));
        database.setDatabaseName(QDir(server.dataDir()).filePath(QStringLiteral("journal.db")));
        database.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY"));
        if (database.open()) {
            QSqlQuery query(database);
            query.exec(QStringLiteral("SELECT value FROM state WHERE key = CAST('dback' AS BLOB)"));
            core::Devices devices;
            while (query.next())
                devices.loadState({"dback", query.value(0).toByteArray(), false});
            for (const auto &[id, device] : devices.all()) {
                for (const core::DeviceSlot &slot : device.slots)
                    cursors.append(slot.cursor);
            }
        }
    }
    QSqlDatabase::removeDatabase(QStringLiteral("cursors"));
    return cursors;
}

} // namespace

/// A tablet that was away longer than changes are kept, with the real program.
class ReturningProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void endsEqualAfterCutsAndKills();
};

void ReturningProgramTest::endsEqualAfterCutsAndKills()
{
    const QString here = QStringLiteral("127.0.0.1");
    const QString there = QStringLiteral("127.0.0.2");
    constexpr int orders = 40;
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    const auto change = [&](int order, const QByteArray &fields) {
        WireSocket sender(server.port());
        const qint64 before = headOf(server);
        QCOMPARE(sender.upgrade("/?restaurant_id=r&device_id=sender"), 101);
        sender.sendFrame(0x81, orderUpdate(order, fields));
        QTRY_COMPARE(headOf(server), before + 1);
    };

    // Two cursors for one tablet: 0 under one address, 10 under the other; then a floor of 10.
    Tablet tablet;
    QVERIFY(tablet.join(server, here, false));
    tablet.leave();
    for (int i = 0; i < 10; ++i)
        change(i, "\"a\":1");
    QVERIFY(tablet.join(server, there, true));
    QVERIFY(tablet.receiveUntil([&] { return tablet.changes() == 10; }));
    const auto isConfirmed = [&] {
        tablet.receive(20); // the ping among them
        return savedCursors(server).contains(10U);
    };
    QTRY_VERIFY(isConfirmed());
    tablet.leave();
    server.kill();
    test::retireAll(server);
    QVERIFY(!QTest::currentTestFailed());
    QVERIFY(server.start() >= 0);
    const QByteArray large(30'000, 'x');
    for (int i = 0; i < orders; ++i)
        change(i, "\"a\":2,\"text\":\"" + large + '"');

    // Records, in more parts than may be on their way at once; the server dies among them.
    QVERIFY(tablet.join(server, here, false));
    QVERIFY(tablet.receiveUntil([&] { return tablet.records() >= 5; }));
    QCOMPARE(tablet.changes(), 0);
    server.kill();
    tablet.leave();
    QVERIFY(server.start() >= 0);

    // All records, then a change as it happens, none of which the server lives to note down.
    QVERIFY(tablet.join(server, here, true));
    QVERIFY(tablet.receiveUntil([&] { return tablet.orders().size() == orders; }));
    change(3, "\"a\":3");
    QVERIFY(tablet.receiveUntil([&] {
        return tablet.orders().value(QStringLiteral("o3")).value(QStringLiteral("a")).toInt() == 3;
    }));
    server.kill();
    tablet.leave();
    QVERIFY(server.start() >= 0);

    // Under the other address its cursor is above the floor, and below what the records held.
    QVERIFY(tablet.join(server, there, true));
    QVERIFY(tablet.receiveUntil([&] { return tablet.records() == orders; }));
    QCOMPARE(tablet.changes(), 0);
    change(4, "\"a\":4");
    QVERIFY(tablet.receiveUntil([&] { return tablet.changes() == 1; }));

    const auto answer = server.get(QStringLiteral("/api/restaurants/r/data"));
    const QJsonArray held = QJsonDocument::fromJson(answer.body)
                                .object()
                                .value(QStringLiteral("data"))
                                .toObject()
                                .value(QStringLiteral("orders"))
                                .toArray();
    QCOMPARE(held.size(), orders);
    for (const QJsonValue &value : held) {
        QJsonObject order = value.toObject();
        order.remove(QStringLiteral("last_sync"));
        QJsonObject mine = tablet.orders().value(order.value(QStringLiteral("id")).toString());
        mine.insert(QStringLiteral("id"), order.value(QStringLiteral("id")));
        QCOMPARE(mine, order);
    }
    QCOMPARE(server.stop(), 0);
}

QTEST_GUILESS_MAIN(ReturningProgramTest)
#include "tst_program_returning.moc"
