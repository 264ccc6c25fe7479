// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/rowcipher.h"
#include "tests/server/store/storefixture.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

const QByteArray first(64, 'a');
const QByteArray second(64, 'b');
const QByteArray marker = "saffron risotto for table nine";

} // namespace

/// docs/security.md, "Encryption at rest": the file with the keys, and what one of them seals.
class KeyRingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void badKeyFilesAreNamed_data();
    void badKeyFilesAreNamed();
    void addedKeysAreTheNewest();
    void readableKeyFileIsRefused();
    void sealedRowsOpenNowhereElse();
};

void KeyRingTest::badKeyFilesAreNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("error");
    const QString shape = u"pos.keys:%1: a key is 64 hexadecimal digits; \"possync-server add-key "
                          "FILE\" makes one"_s;
    const QString empty = u"pos.keys holds no key; \"possync-server add-key pos.keys\" makes one"_s;
    QTest::newRow("empty") << QByteArray() << empty;
    QTest::newRow("only comments") << QByteArray("# nothing\n\n") << empty;
    QTest::newRow("short") << first.chopped(2) << shape.arg(1);
    QTest::newRow("no digits") << "# head\n\n" + QByteArray(64, 'g') << shape.arg(3);
    QTest::newRow("two in a line") << first + ' ' + second << shape.arg(1);
    QTest::newRow("twice") << first + '\n' + second + '\n' + first.toUpper()
                           << u"pos.keys:3: this key stands in the file twice"_s;
}

void KeyRingTest::badKeyFilesAreNamed()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, error);
    const auto keys = KeyRing::parse(text, u"pos.keys"_s);
    QVERIFY(!keys);
    QCOMPARE(keys.error(), error);
}

void KeyRingTest::addedKeysAreTheNewest()
{
    const QTemporaryDir dir;
    QVERIFY(dir.isValid());
    const QString name = dir.filePath(u"pos.keys"_s);
    const auto one = addKey(name);
    QVERIFY2(one, one ? "" : qPrintable(one.error()));
    QVERIFY((QFile::permissions(name)
             & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther))
            == 0);
    const auto two = addKey(name);
    QVERIFY(two && *two != *one);
    const auto keys = KeyRing::read(name, KeyRing::Guard::OwnerOnly);
    QVERIFY(keys);
    QCOMPARE((*keys)->size(), std::size_t(2));
    QCOMPARE((*keys)->current(), *two);
    QVERIFY((*keys)->find(*one) && !(*keys)->find(*one + 1));
    QCOMPARE(keyIdFrom(keyName(*one)), std::optional(*one));
    QCOMPARE(keyIdFrom("plain"), std::optional<KeyId>(0));
    QVERIFY(!keyIdFrom("xyz") && !keyIdFrom("00000000"));
    // What cannot be read is not written over.
    QFile damaged(name);
    QVERIFY(damaged.open(QIODevice::Append) && damaged.write("half a ke") > 0);
    damaged.close();
    const QByteArray before = contentOf(name);
    QVERIFY(!addKey(name));
    QCOMPARE(contentOf(name), before);
}

void KeyRingTest::readableKeyFileIsRefused()
{
    const QTemporaryDir dir;
    QVERIFY(dir.isValid());
    const QString name = dir.filePath(u"pos.keys"_s);
    QVERIFY(addKey(name));
    QVERIFY(QFile::setPermissions(name, QFile::ReadOwner | QFile::ReadGroup));
    const auto refused = KeyRing::read(name, KeyRing::Guard::OwnerOnly);
    QVERIFY(!refused);
    QCOMPARE(refused.error(),
             u"the key file %1 can be read or written by others; run: chmod 600 %1"_s.arg(name));
    QVERIFY(KeyRing::read(name, KeyRing::Guard::ByOthers));
}

void KeyRingTest::sealedRowsOpenNowhereElse()
{
    const RowCipher cipher(ringOf({first, second}));
    core::JournalBlock block;
    block.restaurant = 3;
    block.firstSeq = 10;
    block.lastSeq = 12;
    block.atMs = 1'700'000'000'000;
    block.body = marker;
    const SealedRow sealed = cipher.block(77, block);
    QCOMPARE(sealed.key, ringOf({second})->current());
    QCOMPARE(sealed.bytes.size(), marker.size() + 40);
    QVERIFY(cipher.block(77, block).bytes != sealed.bytes); // never the same nonce
    core::JournalBlock stored = block;
    stored.body = sealed.bytes;
    QCOMPARE(cipher.openBlock(sealed.key, 77, stored), std::optional(marker));
    QVERIFY(!cipher.openBlock(sealed.key, 78, stored));
    QVERIFY(!cipher.openBlock(ringOf({first})->current(), 77, stored));
    QVERIFY(!RowCipher(ringOf({first})).openBlock(sealed.key, 77, stored));
    QVERIFY(!RowCipher().openBlock(sealed.key, 77, stored));
    for (const auto change :
         {+[](core::JournalBlock &b) { ++b.restaurant; },
          +[](core::JournalBlock &b) { ++b.firstSeq; }, +[](core::JournalBlock &b) { ++b.lastSeq; },
          +[](core::JournalBlock &b) { ++b.atMs; },
          +[](core::JournalBlock &b) { b.body[30] = char(b.body[30] ^ 1); },
          +[](core::JournalBlock &b) { b.body.chop(1); },
          +[](core::JournalBlock &b) { b.body.clear(); }}) {
        core::JournalBlock other = stored;
        change(other);
        QVERIFY(!cipher.openBlock(sealed.key, 77, other));
    }
    const SealedRow saved = cipher.state(3, "o1", marker);
    QCOMPARE(cipher.openState(saved.key, 3, "o1", saved.bytes), std::optional(marker));
    QVERIFY(!cipher.openState(saved.key, 4, "o1", saved.bytes));
    QVERIFY(!cipher.openState(saved.key, 3, "o2", saved.bytes));
    const QByteArray other = cipher.seal("hook secret a", marker);
    QCOMPARE(cipher.open(cipher.current(), "hook secret a", other), std::optional(marker));
    QVERIFY(!cipher.open(cipher.current(), "hook secret b", other));
}

} // namespace possync::store

QTEST_APPLESS_MAIN(possync::store::KeyRingTest)
#include "tst_keyring.moc"
