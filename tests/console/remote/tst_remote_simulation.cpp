// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/classicmessage.h"
#include "common/sync/merge.h"
#include "console/remote/simulation.h"

#include <QSet>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUrlQuery>
#include <QWebSocket>
#include <QWebSocketServer>
#include <map>

using namespace possync;
using namespace possync::remote;
using namespace Qt::StringLiterals;

namespace {

/// How a relay can fail its restaurants.
enum class Sin {
    None,
    Loses,
    Repeats,
    Reorders,
    RewritesNumbers,
    KeepsOldRecords,
    SwapsFields,
    Mixes,
};

/// A sync server as small as can be, with one sin. Relays every change once, as typed message, when
/// its `data_change` comes, and keeps records.
class SinfulRelay : public QObject
{
public:
    explicit SinfulRelay(Sin sin)
        : m_sin(sin)
        , m_upgrade(u"relay"_s, QWebSocketServer::NonSecureMode)
    {
        m_tcp.listen(QHostAddress::LocalHost);
        connect(&m_tcp, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = m_tcp.nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        });
        connect(&m_upgrade, &QWebSocketServer::newConnection, this, [this] {
            QWebSocket *device = m_upgrade.nextPendingConnection();
            device->setParent(this);
            const QByteArray restaurant =
                QUrlQuery(device->requestUrl()).queryItemValue(u"restaurant_id"_s).toUtf8();
            m_devices.emplace_back(device, restaurant);
            connect(device, &QWebSocket::textMessageReceived, this,
                    [this, device, restaurant](const QString &text) {
                        if (text.contains(u"\"type\":\"register\""_s))
                            device->sendTextMessage(u"{\"type\":\"registered\"}"_s);
                        else if (auto message = classic::decode(text.toUtf8(), restaurant))
                            if (auto *change = std::get_if<classic::Change>(&*message))
                                take(*change, restaurant, device);
                    });
        });
    }

    QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(m_tcp.serverPort())); }

private:
    using Records = std::map<std::pair<QByteArray, QByteArray>, QByteArray>; ///< By type and id.

    void take(const classic::Change &change, const QByteArray &restaurant, QWebSocket *sender)
    {
        if (change.typed || m_known.contains(restaurant + change.changeId))
            return;
        m_known.insert(restaurant + change.changeId);
        ++m_count;
        QByteArray &record =
            m_records[restaurant][{dataTypeName(change.dataType).toByteArray(), change.entityId}];
        if (m_sin != Sin::KeepsOldRecords || record.isEmpty() || m_count % 9 != 0)
            record = sync::mergedRecord(record, change.data(), change.action, change.entityId);
        if (m_sin == Sin::SwapsFields && m_count % 9 == 0)
            record.replace("\"status\":\"", "\"status\":\"un");
        bool isFirst = true;
        for (const auto &[device, home] : m_devices) {
            const bool isMixed = m_sin == Sin::Mixes && m_count % 11 == 0;
            if (device == sender || (home != restaurant && !isMixed))
                continue;
            relay(*device, change, std::exchange(isFirst, false));
        }
    }

    void relay(QWebSocket &device, const classic::Change &change, bool isFirst)
    {
        QByteArray text = classic::asTyped(change, {});
        const bool isTurn = isFirst && m_count % 7 == 0;
        if (m_sin == Sin::RewritesNumbers)
            text.replace(".50,", ".5,"); // what a JSON library does to money
        if (m_sin == Sin::Loses && isTurn)
            return;
        if (m_sin == Sin::Reorders && isTurn && m_held.isEmpty()) {
            m_held = text;
            m_heldFor = &device;
            return;
        }
        device.sendTextMessage(QString::fromUtf8(text));
        if (!m_held.isEmpty() && m_heldFor == &device)
            device.sendTextMessage(QString::fromUtf8(std::exchange(m_held, {})));
        if (m_sin == Sin::Repeats && isTurn)
            device.sendTextMessage(
                QString::fromUtf8(classic::asTyped(change, {.changeId = "again", .deviceId = {}})));
    }

    void read(QTcpSocket *socket)
    {
        const QByteArray bytes = socket->peek(4 << 20);
        const qsizetype end = bytes.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray head = bytes.left(end + 2).toLower();
        if (head.contains("\r\nupgrade:")) {
            disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
            m_upgrade.handleConnection(socket);
            Q_EMIT socket->readyRead(); // the handshake waits in its buffer already
            return;
        }
        const qsizetype at = head.indexOf("content-length:");
        const qsizetype size =
            at < 0 ? 0 : head.mid(at + 15, head.indexOf('\r', at) - at - 15).trimmed().toLongLong();
        if (bytes.size() < end + 4 + size)
            return;
        disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
        QByteArray body = R"({"status":"ok"})";
        if (bytes.startsWith("POST"))
            sync(bytes.mid(end + 4, size));
        else if (bytes.startsWith("GET /api/restaurants/"))
            body = data(bytes.split('/').value(3));
        socket->write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                      + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    }

    void sync(const QByteArray &body)
    {
        const auto request = classic::decodeSync(body);
        if (!request)
            return;
        for (const auto &change : request->changes) {
            if (change)
                take(*change, request->restaurantId, nullptr);
        }
    }

    QByteArray data(const QByteArray &restaurant) const
    {
        std::map<QByteArray, QByteArray> lists;
        const auto records = m_records.find(restaurant);
        if (records != m_records.end()) {
            for (const auto &[key, record] : records->second) {
                QByteArray &list = lists[key.first];
                list += (list.isEmpty() ? QByteArray() : QByteArray(",")) + record;
            }
        }
        QByteArray out;
        for (const auto &[type, list] : lists)
            out += (out.isEmpty() ? "\"" : ",\"") + type + "\":[" + list + ']';
        return "{\"data\":{" + out + "}}";
    }

    Sin m_sin;
    QTcpServer m_tcp;
    QWebSocketServer m_upgrade;
    std::vector<std::pair<QWebSocket *, QByteArray>> m_devices; ///< With their restaurants.
    std::map<QByteArray, Records> m_records;
    QSet<QByteArray> m_known;
    QByteArray m_held;
    QWebSocket *m_heldFor = nullptr;
    int m_count = 0;
};

} // namespace

Q_DECLARE_METATYPE(Sin)

/// The simulation must find every way in which a server can fail, and nothing where it does not.
class SimulationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySinIsFound_data();
    void everySinIsFound();
    void absentServerIsAnError();
};

void SimulationTest::everySinIsFound_data()
{
    QTest::addColumn<Sin>("sin");
    QTest::newRow("none") << Sin::None;
    QTest::newRow("loses") << Sin::Loses;
    QTest::newRow("repeats") << Sin::Repeats;
    QTest::newRow("reorders") << Sin::Reorders;
    QTest::newRow("rewrites numbers") << Sin::RewritesNumbers;
    QTest::newRow("keeps old records") << Sin::KeepsOldRecords;
    QTest::newRow("swaps fields") << Sin::SwapsFields;
    QTest::newRow("mixes restaurants") << Sin::Mixes;
}

void SimulationTest::everySinIsFound()
{
    QFETCH(Sin, sin);
    SinfulRelay relay(sin);
    Simulation simulation({.server = relay.url(),
                           .restaurants = 2,
                           .devices = 3,
                           .rate = 400,
                           .seconds = 1,
                           .seed = 5,
                           .lostAfterMs = 1500});
    std::optional<Answer<Verdict>> answer;
    connect(&simulation, &Simulation::finished, this,
            [&](const Answer<Verdict> &found) { answer.emplace(found); });
    simulation.start();
    QTRY_VERIFY_WITH_TIMEOUT(answer, 20000);
    QVERIFY(answer->has_value());
    const Verdict v = **answer;
    QCOMPARE(v.sent, 400);
    QCOMPARE(v.expected, 800);
    QCOMPARE(v.isClean(), sin == Sin::None);
    QCOMPARE(v.duplicated > 0, sin == Sin::Repeats);
    QCOMPARE(v.reordered > 0, sin == Sin::Reorders);
    QCOMPARE(v.altered > 0, sin == Sin::RewritesNumbers || sin == Sin::Mixes);
    // A change that arrives altered has not arrived. One that was mixed up may also count as lost,
    // depending on which restaurant's came first.
    if (sin != Sin::Mixes)
        QCOMPARE(v.lost > 0, sin == Sin::Loses || sin == Sin::RewritesNumbers);
    if (sin == Sin::KeepsOldRecords || sin == Sin::SwapsFields)
        QVERIFY(!v.identical);
    if (sin == Sin::None)
        QVERIFY(v.p50Us > 0 && v.p50Us <= v.p99Us);
}

void SimulationTest::absentServerIsAnError()
{
    QUrl url;
    {
        SinfulRelay gone(Sin::None);
        url = gone.url();
    }
    Simulation simulation({.server = url});
    std::optional<Answer<Verdict>> answer;
    connect(&simulation, &Simulation::finished, this,
            [&](const Answer<Verdict> &found) { answer.emplace(found); });
    simulation.start();
    QTRY_VERIFY(answer);
    QVERIFY(!answer->has_value());
    QCOMPARE(answer->error().code, u"unreachable"_s);
}

QTEST_GUILESS_MAIN(SimulationTest)
#include "tst_remote_simulation.moc"
