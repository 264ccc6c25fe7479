// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/notices.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// What is worth a notification, and what is not.
class NoticesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void troubleIsToldOnce();
    void shortTroubleIsNot();
    void flappingIsFolded();
    void quietHoursAreKept();
    void nothingWithoutConnection();

private:
    /// Lets seconds go by with the bar's tablet there or lost.
    void pass(int seconds, bool isLost);

    std::unique_ptr<Session> m_session;
    std::unique_ptr<Notices> m_notices;
    QStringList m_told;
    qint64 m_nowMs = 0;
};

void NoticesTest::init()
{
    m_told.clear();
    m_nowMs = QDateTime(QDate(2026, 6, 12), QTime(20, 0)).toMSecsSinceEpoch();
    m_session = std::make_unique<Session>();
    m_session->setFixedNow(m_nowMs);
    m_session->setLink({.phase = LinkStatus::Connected, .host = u"h"_s});
    m_session->takeRestaurants({{.id = u"r1"_s, .name = u"Milton"_s, .deviceCount = 1}});
    m_notices = std::make_unique<Notices>(*m_session);
    connect(m_notices.get(), &Notices::notice, this,
            [this](const QString &title, const QString &text) {
                m_told.append(title + u" | "_s + text);
            });
}

void NoticesTest::cleanup()
{
    m_notices.reset();
    m_session.reset();
}

void NoticesTest::pass(int seconds, bool isLost)
{
    for (int i = 0; i < seconds; ++i) {
        m_nowMs += 1000;
        m_session->setFixedNow(m_nowMs);
        m_session->takeDevices(u"r1"_s, {{.restaurant = u"r1"_s,
                                          .connection = 1,
                                          .deviceId = u"bar"_s,
                                          .lastSeenMs = m_nowMs - (isLost ? 5000 : 0),
                                          .lag = isLost ? 7U : 0U,
                                          .isConnected = !isLost}});
        Q_EMIT m_session->ticked(m_nowMs);
    }
}

void NoticesTest::troubleIsToldOnce()
{
    pass(10, false);
    QCOMPARE(m_told, QStringList());
    pass(120, true);
    QCOMPARE(m_told.size(), 1);
    QVERIFY2(m_told.first().contains(u"bar is offline"_s), qPrintable(m_told.first()));
    pass(60, false);
    pass(60, true);
    QCOMPARE(m_told.size(), 2); // it is another one
}

void NoticesTest::shortTroubleIsNot()
{
    for (int i = 0; i < 20; ++i) {
        pass(10, true);
        pass(10, false);
    }
    QCOMPARE(m_told, QStringList());
}

void NoticesTest::flappingIsFolded()
{
    for (int i = 0; i < 8; ++i) {
        pass(20, true);
        pass(10, false);
    }
    QCOMPARE(m_told.size(), Notices::flapsAfter);
    QVERIFY2(m_told.last().contains(u"comes and goes"_s), qPrintable(m_told.last()));
    pass(15 * 60, false);
    pass(20, true);
    QCOMPARE(m_told.size(), Notices::flapsAfter + 1); // calm in between: told again
}

void NoticesTest::quietHoursAreKept()
{
    m_notices->setQuietHours(QTime(19, 30), QTime(20, 5)); // until five minutes from the start
    pass(60, true);
    QCOMPARE(m_told, QStringList());
    pass(300, true);
    QCOMPARE(m_told.size(), 1);
    QVERIFY2(m_told.first().contains(u"quiet hours are over"_s), qPrintable(m_told.first()));
    m_notices->setQuietHours(QTime(23, 0), QTime(8, 0)); // over midnight
    const auto at = [](int hour) {
        return QDateTime(QDate(2026, 6, 12), QTime(hour, 30)).toMSecsSinceEpoch();
    };
    QVERIFY(m_notices->isQuiet(at(23)) && m_notices->isQuiet(at(3)));
    QVERIFY(!m_notices->isQuiet(at(8)) && !m_notices->isQuiet(at(22)));
}

void NoticesTest::nothingWithoutConnection()
{
    m_session->setLink({.phase = LinkStatus::Waiting, .host = u"h"_s});
    pass(120, true);
    QCOMPARE(m_told, QStringList());
    m_session->setLink({.phase = LinkStatus::Connected, .host = u"h"_s});
    m_notices->setEnabled(false);
    pass(120, true);
    QCOMPARE(m_told, QStringList());
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::NoticesTest)
#include "tst_gui_notices.moc"
