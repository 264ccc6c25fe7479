// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/v2client.h"
#include "tests/server/program/wiresocket.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::ServerProcess;
using possync::test::V2Client;
using possync::test::WireSocket;

/// Who sees the pins of people: docs/security.md, "Pins", with the real program.
class MaskingProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void restMasksThemForViewers_data();
    void restMasksThemForViewers();
    void adminChangesMaskThemForViewers_data();
    void adminChangesMaskThemForViewers();
    void devicesGetRecordsWhole();

private:
    QByteArray tokenOf(const QByteArray &role) const
    {
        return m_server->makeToken("\"restaurant\":\"r\",\"role\":\"" + role + '"').secret;
    }

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<V2Client> m_device;
};

void MaskingProgramTest::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    m_device = std::make_unique<V2Client>(*m_server, "till");
    QVERIFY(m_device->join());
    m_device->push({m_device->change("users", "created", "u1", R"("name":"Ann","pin":"70915")"),
                    m_device->change("users", "updated", "u1", R"("pin":"70916")")});
    QTRY_COMPARE_WITH_TIMEOUT(m_device->results().size(), 2u, 20'000);
}

void MaskingProgramTest::restMasksThemForViewers_data()
{
    QTest::addColumn<QString>("path");
    const auto row = [](const char *name, const QString &path) { QTest::newRow(name) << path; };
    row("records", u"/data"_s);
    row("records again, as they are kept ready", u"/data"_s);
    row("records of the past", u"/data?at=seq:1"_s);
    row("record", u"/entities/users/u1"_s);
    row("record of the past", u"/entities/users/u1?at=seq:1"_s);
    row("changes", u"/changes"_s);
    row("history", u"/data/users/u1/history"_s);
}

void MaskingProgramTest::restMasksThemForViewers()
{
    QFETCH(QString, path);
    const QString address = u"/api/restaurants/r"_s + path;
    for (const QByteArray role : {"owner", "tester", "admin", "manager"}) {
        const auto whole = m_server->get(address, tokenOf(role));
        QCOMPARE(whole.status, 200);
        QVERIFY2(whole.body.contains("7091"), whole.body);
        QVERIFY2(!whole.body.contains("****"), whole.body);
    }
    for (int i = 0; i < 2; ++i) {
        const auto masked = m_server->get(address, tokenOf("viewer"));
        QCOMPARE(masked.status, 200);
        QVERIFY2(!masked.body.contains("7091"), masked.body);
        QVERIFY2(masked.body.contains("****") && masked.body.contains("u1"), masked.body);
        QVERIFY(!QJsonDocument::fromJson(masked.body).isNull());
    }
}

void MaskingProgramTest::adminChangesMaskThemForViewers_data()
{
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<QByteArray>("pin");
    QTest::newRow("viewer") << QByteArray("viewer") << QByteArray("****");
    QTest::newRow("tester") << QByteArray("tester") << QByteArray("70917");
}

void MaskingProgramTest::adminChangesMaskThemForViewers()
{
    QFETCH(QByteArray, role);
    QFETCH(QByteArray, pin);
    WireSocket socket(m_server->port());
    QCOMPARE(socket.upgrade("/t/" + tokenOf(role), "Sec-WebSocket-Protocol: possync.admin.v1\r\n"),
             101);
    socket.sendFrame(0x81,
                     R"({"type":"subscribe","topics":["changes","devices"],"restaurant":"r"})");
    const auto next = [&socket](const QByteArray &type) {
        for (;;) {
            const auto [opcode, payload] = socket.readFrame(20'000);
            if (opcode == 0xFF || payload.contains("\"type\":\"" + type + '"'))
                return payload;
        }
    };
    // Subscribed by now: what changes from here on is told.
    QVERIFY(!next("devices").isEmpty());
    const auto before = m_device->results().size();
    m_device->push({m_device->change("users", "updated", "u1", R"("pin":"70917")")});
    QTRY_VERIFY_WITH_TIMEOUT(m_device->results().size() > before, 20'000);
    const QByteArray told = next("changes");
    const QByteArray shown = "\"pin\":\"" + pin + '"';
    QVERIFY2(told.contains(shown), told);
    QVERIFY(role != "viewer" || !told.contains("7091"));
}

void MaskingProgramTest::devicesGetRecordsWhole()
{
    // As a device, and where the app asks for its records.
    const QByteArray waiter = tokenOf("server");
    QVERIFY(m_server->get(u"/api/restaurants/r/data"_s, waiter).body.contains("7091"));
    V2Client device(*m_server, "pad");
    QVERIFY(device.join());
    QVERIFY(device.replica().text(possync::DataType::Users, "u1").contains("7091"));
}

QTEST_GUILESS_MAIN(MaskingProgramTest)
#include "tst_program_masking.moc"
