// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/connect/address.h"
#include "console/remote/secretstore.h"

#include <QApplication>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Tokens in a real keychain, of a session of its own; withkeychain.sh starts it.
class KeychainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokenOutlivesTheConsole();
    void tokenIsReplacedAndForgotten();

private:
    static const Profile &bar()
    {
        static const Profile profile{u"Bar"_s, QUrl(u"https://10.0.0.5:3000"_s), {}};
        return profile;
    }
    /// As the next start of the console would find it.
    static QByteArray found(const Profile &profile);
    static QString kept(const Profile &profile, const QByteArray &token);
};

QByteArray KeychainTest::found(const Profile &profile)
{
    remote::SecretStore secrets;
    bool isAnswered = false;
    QByteArray token;
    QObject context;
    secrets.read(profile, &context, [&](const QByteArray &answer, const remote::Phrase &) {
        token = answer;
        isAnswered = true;
    });
    return QTest::qWaitFor([&] { return isAnswered; }, 10000) ? token : QByteArray("no answer");
}

QString KeychainTest::kept(const Profile &profile, const QByteArray &token)
{
    remote::SecretStore secrets;
    QString problem;
    bool isAnswered = false;
    QObject context;
    secrets.keep(profile, token, &context, [&](const remote::Phrase &why) {
        problem = why.english();
        isAnswered = true;
    });
    return QTest::qWaitFor([&] { return isAnswered; }, 10000) ? problem : u"no answer"_s;
}

void KeychainTest::tokenOutlivesTheConsole()
{
    QCOMPARE(found(bar()), QByteArray());
    QCOMPARE(kept(bar(), "ps_secret"), QString());
    QCOMPARE(found(bar()), QByteArray("ps_secret"));
    // Who edits the address in the settings does not get it sent there.
    QCOMPARE(found({bar().name, QUrl(u"https://10.0.0.66:3000"_s), {}}), QByteArray());
}

void KeychainTest::tokenIsReplacedAndForgotten()
{
    QCOMPARE(kept(bar(), "ps_first"), QString());
    QCOMPARE(kept(bar(), "ps_second"), QString());
    QCOMPARE(found(bar()), QByteArray("ps_second"));
    remote::SecretStore secrets;
    secrets.forget(bar());
    QTRY_COMPARE(found(bar()), QByteArray());
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::KeychainTest)
#include "tst_gui_keychain.moc"
