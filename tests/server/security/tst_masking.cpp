// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/masking.h"

#include <QTest>

using namespace possync::security;

/// Pins and other secrets: docs/security.md, "Pins".
class MaskingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void onlyViewersSeeNone();
    void fieldsAreTold_data();
    void fieldsAreTold();
    void valuesAreMasked_data();
    void valuesAreMasked();
    void faultyTextEnds_data();
    void faultyTextEnds();
};

void MaskingTest::onlyViewersSeeNone()
{
    for (const Role role : allRoles)
        QCOMPARE(seesSecrets(role), role != Role::Viewer);
}

void MaskingTest::fieldsAreTold_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isSecret");
    for (const char *name :
         {"pin",     "PIN",           "user_pin",    "login-pin",     "managerPin", "pin_code",
          "pincode", "pinHash",       "password",    "userPassword",  "passwd",     "passphrase",
          "token",   "refresh_token", "secret",      "client_secret", "api_key",    "apikey",
          "api-key", "password_hash", "settings/pin"})
        QTest::addRow("yes: %s", name) << QByteArray(name) << true;
    for (const char *name : {"", "shipping", "spin", "turnip in", "terrapin", "pint", "code",
                             "hash", "zip_code", "name", "tokens", "secrets", "pin/name", "pins"})
        QTest::addRow("no: %s", name) << QByteArray(name) << false;
}

void MaskingTest::fieldsAreTold()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, isSecret);
    QCOMPARE(isSecretField(name), isSecret);
}

void MaskingTest::valuesAreMasked_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("masked"); // empty: as it was
    const auto row = [](const char *name, const char *json, const char *masked = "") {
        QTest::newRow(name) << QByteArray(json) << QByteArray(masked);
    };
    row("text", R"({"id":"u1","pin":"1234","name":"Ann"})",
        R"({"id":"u1","pin":"****","name":"Ann"})");
    row("number", R"({"pin":1234})", R"({"pin":"****"})");
    row("number in front", R"({"pin":1234,"a":1})", R"({"pin":"****","a":1})");
    row("spaces", "{ \"pin\" : \"1\" , \"a\":1 }", "{ \"pin\" : \"****\" , \"a\":1 }");
    row("array", R"({"pin":[1,"]",{"x":2}],"a":1})", R"({"pin":"****","a":1})");
    row("object", R"({"a":{"pin":{"old":"}"}},"b":2})", R"({"a":{"pin":"****"},"b":2})");
    row("deep", R"([{"users":[{"pin":"1"},{"pin":"2"}]}])",
        R"([{"users":[{"pin":"****"},{"pin":"****"}]}])");
    row("escaped name", R"({"p\u0069n":"1234"})", R"({"p\u0069n":"****"})");
    row("escaped value", R"({"pin":"1\"2\\","a":1})", R"({"pin":"****","a":1})");
    row("none", R"({"pin":null,"has_pin":true,"b_pin":false})");
    row("a text, no name", R"({"note":"pin","list":["pin","1234"]})");
    row("a text that looks like it", R"({"note":"\"pin\":\"1234\""})");
    row("numbers stay", R"({"total":25.50,"x":1e3})");
    row("history",
        R"({"fields":[{"field":"pin","old":"1","new":"2"},{"field":"name","old":"A","new":"B"}]})",
        R"({"fields":[{"field":"pin","old":"****","new":"****"},{"field":"name","old":"A","new":"B"}]})");
    row("first pin", R"({"field":"pin","old":null,"new":"2","old_known":false})",
        R"({"field":"pin","old":null,"new":"****","old_known":false})");
    row("conflict",
        R"({"kept":[{"field":"settings/pin","kept":1,"lost":"2","kept_by":"d"}],"sent":{"pin":"2"}})",
        R"({"kept":[{"field":"settings/pin","kept":"****","lost":"****","kept_by":"d"}],"sent":{"pin":"****"}})");
    row("empty", "{}");
}

void MaskingTest::valuesAreMasked()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, masked);
    QCOMPARE(maskedSecrets(json), masked.isEmpty() ? json : masked);
}

void MaskingTest::faultyTextEnds_data()
{
    QTest::addColumn<QByteArray>("text");
    int no = 0;
    for (const char *text : {"", "{", "}", "]]", "\"", "{\"pin", "{\"pin\"", "{\"pin\":",
                             "{\"pin\":[", "{\"pin\":\"1\\", "{\"field\":\"pin", "\"pin\":1"})
        QTest::addRow("%d", ++no) << QByteArray(text);
}

void MaskingTest::faultyTextEnds()
{
    QFETCH(QByteArray, text);
    QVERIFY(maskedSecrets(text).size() <= text.size() + 8);
}

QTEST_GUILESS_MAIN(MaskingTest)
#include "tst_masking.moc"
