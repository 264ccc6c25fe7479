// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/hookdesk.h"
#include "tests/server/hooks/receiver.h"

#include <QDateTime>
#include <QFile>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

using namespace possync;
using namespace possync::hooks;
using namespace Qt::StringLiterals;
using test::Receiver;

namespace {

QByteArray answer(int status, const QByteArray &fields = {}, const QByteArray &body = {})
{
    return "HTTP/1.1 " + QByteArray::number(status) + " X\r\n" + fields
           + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// Of a new order.
core::Entity orderOf(const QByteArray &id)
{
    core::Entity order;
    order.id = id;
    order.record = "{\"id\":\"" + id + "\"}";
    return order;
}

} // namespace

/// Webhooks with a real database and real receivers.
class HookDeskTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void signsWhatItSends();
    void triesAgainAfterAFault();
    void triesAgainAfterARefusedConnection();
    void givesUpInTheEnd();
    void redirectsAreNotFollowed();
    void longAndSlowAnswersAreCut_data();
    void longAndSlowAnswersAreCut();
    void namesOfPrivateAddressesAreRefused();
    void connectsToTheAddressItJudged();
    void restartKeepsTheQueue();
    void theSameIsToldOnce();
    void queueIsBounded();
    void onlyWhatIsWantedIsTold();
    void lostDevicesAreTold();
    void devicesThatDoNotComeBackAreTold();
    void removedHooksAreSilent();
    void hooksOfOthersAreUnknown();
    void secretIsShownOnce();
    void formerSecretsSignUntilTheirEnd();
    void formerSecretsOutliveARestart();
    void formerSecretsAreRemovedAtTheirEnd();
    void atMostFourSecretsSign();

private:
    void open()
    {
        auto opened = HookDesk::open(m_directory->path(), m_options, [this](const QString &line) {
            const std::lock_guard lock(m_mutex);
            m_warnings.append(line);
        });
        QVERIFY2(opened.has_value(), opened ? "" : qPrintable(opened.error()));
        m_desk = std::move(*opened);
    }
    template<typename T, typename Ask>
    Result<T, HookRefusal> wait(Ask ask)
    {
        auto state =
            std::make_shared<std::pair<QSemaphore, std::optional<Result<T, HookRefusal>>>>();
        ask([state](Result<T, HookRefusal> result) {
            state->second = std::move(result);
            state->first.release();
        });
        if (!state->first.tryAcquire(1, 5'000))
            qFatal("no answer");
        return std::move(*state->second);
    }
    Result<Hook, HookRefusal> add(const QString &url,
                                  std::vector<EventKind> events = {EventKind::OrderCreated},
                                  const QByteArray &restaurant = "r")
    {
        return wait<Hook>(
            [&](auto done) { m_desk->add(restaurant, url, std::move(events), done); });
    }
    Result<Hook, HookRefusal> rotate(const QByteArray &hookId, std::chrono::milliseconds overlap)
    {
        return wait<Hook>([&](auto done) { m_desk->rotate("r", hookId, overlap, done); });
    }
    /// Tells of another order; the signatures that come with it, and those that ought to.
    struct Signed {
        QByteArray got;
        QByteArray expected;
    };
    Signed signedBy(const QByteArrayList &secrets)
    {
        const qsizetype before = m_receiver->requests.size();
        tellOfOrder(++m_lastSeq);
        if (!QTest::qWaitFor([&] { return m_receiver->requests.size() > before; }, 20'000))
            return {"nothing came", {}};
        const Receiver::Request &request = m_receiver->requests.back();
        return {request.fields["x-possync-signature"],
                signatures(secrets, request.fields["x-possync-timestamp"].toLongLong(),
                           request.fields["x-possync-id"], request.body)};
    }
    std::vector<Delivery> queue(const QByteArray &hookId, const QByteArray &restaurant = "r")
    {
        const auto deliveries = wait<std::vector<Delivery>>(
            [&](auto done) { m_desk->queue(restaurant, hookId, 100, done); });
        return deliveries ? *deliveries : std::vector<Delivery>();
    }
    Delivery newest(const QByteArray &hookId)
    {
        const auto all = queue(hookId);
        return all.empty() ? Delivery() : all.front();
    }
    void tellOfOrder(quint64 seq, const QByteArray &restaurant = "r")
    {
        core::StoredChange change;
        change.seq = seq;
        change.receivedAtMs = QDateTime::currentMSecsSinceEpoch();
        m_desk->recordChanged(restaurant, "epoch", change, {},
                              orderOf("o" + QByteArray::number(seq)));
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Receiver> m_receiver;
    HookOptions m_options;
    std::unique_ptr<HookDesk> m_desk;
    quint64 m_lastSeq = 0; ///< Of signedBy().
    std::mutex m_mutex; // guards m_warnings
    QStringList m_warnings;
};

void HookDeskTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_receiver = std::make_unique<Receiver>();
    m_options = {};
    m_options.allowedHosts = {m_receiver->hostPort()};
    m_options.firstPause = std::chrono::milliseconds(20);
    m_options.deviceLost = std::chrono::milliseconds(300);
    m_warnings.clear();
    open();
}

void HookDeskTest::cleanup()
{
    m_desk.reset();
}

void HookDeskTest::signsWhatItSends()
{
    const auto hook = add(m_receiver->url(u"/hook?k=1"_s));
    QVERIFY(hook);
    QVERIFY(m_desk->isWatched("r"));
    QVERIFY(!m_desk->isWatched("other"));
    const qint64 before = QDateTime::currentSecsSinceEpoch();
    tellOfOrder(1);
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    const Receiver::Request request = m_receiver->requests.front();
    QCOMPARE(request.line, QByteArray("POST /hook?k=1 HTTP/1.1"));
    QCOMPARE(request.fields["host"], m_receiver->hostPort().toLatin1());
    QCOMPARE(request.fields["content-type"], QByteArray("application/json"));
    QCOMPARE(request.fields["x-possync-event"], QByteArray("order.created"));
    const QByteArray id = request.fields["x-possync-id"];
    const qint64 timestamp = request.fields["x-possync-timestamp"].toLongLong();
    QVERIFY(timestamp >= before && timestamp <= QDateTime::currentSecsSinceEpoch());
    QVERIFY(request.body.startsWith(R"({"id":")" + id + R"(","event":"order.created",)"));
    QCOMPARE(request.fields["x-possync-signature"],
             signature(hook->secret, timestamp, id, request.body));
    QTRY_COMPARE(newest(hook->id).state, Delivery::State::Sent);
    QCOMPARE(newest(hook->id).lastStatus, 200);
}

void HookDeskTest::triesAgainAfterAFault()
{
    m_receiver->answers = {answer(500), answer(503), answer(204)};
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    tellOfOrder(1);
    QTRY_COMPARE(newest(hook->id).state, Delivery::State::Sent);
    QCOMPARE(newest(hook->id).attempts, 3);
    QCOMPARE(m_receiver->requests.size(), 3);
    // The same event, under one id.
    for (const Receiver::Request &request : std::as_const(m_receiver->requests)) {
        QCOMPARE(request.fields["x-possync-id"], m_receiver->requests[0].fields["x-possync-id"]);
        QCOMPARE(request.body, m_receiver->requests[0].body);
    }
}

void HookDeskTest::triesAgainAfterARefusedConnection()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    const quint16 port = m_receiver->serverPort();
    m_receiver->close();
    tellOfOrder(1);
    QTRY_VERIFY(newest(hook->id).attempts >= 1);
    QVERIFY2(newest(hook->id).lastError.contains(u"refused"),
             qPrintable(newest(hook->id).lastError));
    QVERIFY(m_receiver->listen(QHostAddress::LocalHost, port));
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    QTRY_COMPARE(newest(hook->id).state, Delivery::State::Sent);
}

void HookDeskTest::givesUpInTheEnd()
{
    m_desk.reset();
    m_options.mostAttempts = 3;
    open();
    m_receiver->answers = {answer(500)};
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    tellOfOrder(1);
    QTRY_COMPARE(newest(hook->id).state, Delivery::State::Dead);
    QCOMPARE(newest(hook->id).attempts, 3);
    QCOMPARE(newest(hook->id).nextAtMs, 0);
    QCOMPARE(m_receiver->requests.size(), 3);
    const std::lock_guard lock(m_mutex);
    QCOMPARE(m_warnings.size(), 1);
    QVERIFY(m_warnings[0].contains(u"500") && !m_warnings[0].contains(u"http"));
}

void HookDeskTest::redirectsAreNotFollowed()
{
    Receiver other;
    m_receiver->answers = {answer(302, "Location: " + other.url().toLatin1() + "\r\n"),
                           answer(200)};
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    tellOfOrder(1);
    QTRY_COMPARE(newest(hook->id).state, Delivery::State::Sent);
    QCOMPARE(newest(hook->id).attempts, 2); // the first did not count as taken
    QCOMPARE(other.connections, 0);
}

void HookDeskTest::longAndSlowAnswersAreCut_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QString>("error");
    QTest::newRow("long") << answer(200, {}, QByteArray(200'000, 'x')) << u"64 KiB"_s;
    QTest::newRow("endless") << "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"
                                    + QByteArray(200'000, 'x')
                             << u"64 KiB"_s;
    QTest::newRow("silent") << QByteArray() << u"longer than"_s;
    QTest::newRow("half") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
                          << u"longer than"_s;
}

void HookDeskTest::longAndSlowAnswersAreCut()
{
    QFETCH(QByteArray, first);
    QFETCH(QString, error);
    m_desk.reset();
    m_options.patience = std::chrono::milliseconds(300);
    m_options.firstPause = std::chrono::minutes(10);
    open();
    m_receiver->answers = {first};
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    tellOfOrder(1);
    QTRY_COMPARE(newest(hook->id).attempts, 1);
    QCOMPARE(newest(hook->id).state, Delivery::State::Due);
    QVERIFY2(newest(hook->id).lastError.contains(error), qPrintable(newest(hook->id).lastError));
}

void HookDeskTest::namesOfPrivateAddressesAreRefused()
{
    for (const QString &url : {u"http://127.0.0.1/"_s, u"http://[::ffff:127.0.0.1]/"_s,
                               u"http://127.0.0.1:%1/"_s.arg(m_receiver->serverPort() ^ 1)}) {
        const auto refused = add(url);
        QVERIFY2(!refused, qPrintable(url));
        QCOMPARE(refused.error().code, QByteArray("bad_field"));
    }
    // What a name leads to is known only when it is called.
    const auto hook = add(u"http://localhost:8080/"_s);
    QVERIFY(hook);
    tellOfOrder(1);
    QTRY_VERIFY(newest(hook->id).attempts >= 1);
    QVERIFY2(newest(hook->id).lastError.contains(u"not one of the internet"),
             qPrintable(newest(hook->id).lastError));
}

void HookDeskTest::connectsToTheAddressItJudged()
{
    // By name: the receiver is told its name, and gets the connection at the name's address.
    m_desk.reset();
    const QString byName = u"localhost:%1"_s.arg(m_receiver->serverPort());
    m_options.allowedHosts = {byName};
    open();
    const auto hook = add(u"http://"_s + byName + u"/x"_s);
    QVERIFY(hook);
    QVERIFY(!add(m_receiver->url())); // the list holds names as they are written
    tellOfOrder(1);
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    QCOMPARE(m_receiver->requests[0].fields["host"], byName.toLatin1());
}

void HookDeskTest::restartKeepsTheQueue()
{
    const quint16 port = m_receiver->serverPort();
    m_receiver->close();
    const auto hook = add(m_receiver->url(u"/a"_s).replace(u":0/"_s, u":%1/"_s.arg(port)));
    QVERIFY2(hook.has_value(), hook ? "" : qPrintable(hook.error().message));
    tellOfOrder(1);
    tellOfOrder(2);
    QTRY_COMPARE(queue(hook->id).size(), 2u);
    m_desk.reset();
    QVERIFY(m_receiver->listen(QHostAddress::LocalHost, port));
    open();
    QVERIFY(m_desk->isWatched("r"));
    QTRY_COMPARE(m_receiver->requests.size(), 2);
    const Receiver::Request &request = m_receiver->requests[0];
    QCOMPARE(request.fields["x-possync-signature"],
             signature(hook->secret, request.fields["x-possync-timestamp"].toLongLong(),
                       request.fields["x-possync-id"], request.body));
}

void HookDeskTest::theSameIsToldOnce()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    tellOfOrder(1);
    tellOfOrder(1);
    tellOfOrder(2); // marks the end
    QTRY_COMPARE(m_receiver->requests.size(), 2);
    QVERIFY(m_receiver->requests[0].body.contains("\"seq\":1,"));
    QVERIFY(m_receiver->requests[1].body.contains("\"seq\":2,"));
}

void HookDeskTest::queueIsBounded()
{
    m_desk.reset();
    m_options.mostDue = 3;
    m_options.firstPause = std::chrono::minutes(10);
    open();
    m_receiver->answers = {answer(500)};
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    for (quint64 seq = 1; seq <= 5; ++seq)
        tellOfOrder(seq);
    const auto shown =
        wait<std::vector<HookDesk::Shown>>([&](auto done) { m_desk->list("r", done); });
    QVERIFY(shown && shown->size() == 1);
    QCOMPARE(shown->front().queue.due, 3u);
    QCOMPARE(shown->front().hook.dropped, 2u);
    const std::lock_guard lock(m_mutex);
    QCOMPARE(m_warnings.size(), 2);
}

void HookDeskTest::onlyWhatIsWantedIsTold()
{
    const auto paid = add(m_receiver->url(u"/paid"_s), {EventKind::OrderPaid});
    const auto created = add(m_receiver->url(u"/created"_s));
    const auto others = add(m_receiver->url(u"/others"_s), {EventKind::OrderCreated}, "other");
    QVERIFY(paid && created && others);
    tellOfOrder(1);
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    QVERIFY(m_receiver->requests[0].line.startsWith("POST /created "));
    const auto test = wait<QByteArray>([&](auto done) { m_desk->test("r", paid->id, done); });
    QVERIFY(test);
    QTRY_COMPARE(m_receiver->requests.size(), 2);
    QVERIFY(m_receiver->requests[1].line.startsWith("POST /paid "));
    QCOMPARE(m_receiver->requests[1].fields["x-possync-event"], QByteArray("test"));
    QCOMPARE(m_receiver->requests[1].fields["x-possync-id"], *test);
}

void HookDeskTest::lostDevicesAreTold()
{
    const auto hook = add(m_receiver->url(), {EventKind::DeviceLost});
    QVERIFY(hook);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    for (const char *device : {"back", "lost", "twice", "twice", "there"})
        m_desk->deviceConnected("r", device);
    for (const char *device : {"back", "lost", "twice"})
        m_desk->deviceDisconnected("r", device, now);
    m_desk->deviceConnected("r", "back");
    QTRY_COMPARE(m_receiver->requests.size(), 1);
    QVERIFY2(m_receiver->requests[0].body.contains(R"("device_id":"lost")"),
             m_receiver->requests[0].body);
    m_desk->deviceDisconnected("r", "twice", now); // marks the end
    QTRY_COMPARE(m_receiver->requests.size(), 2);
    QVERIFY(m_receiver->requests[1].body.contains(R"("device_id":"twice")"));
}

void HookDeskTest::devicesThatDoNotComeBackAreTold()
{
    m_desk->deviceConnected("r", "lost");
    m_desk->deviceConnected("r", "back");
    QVERIFY(add(m_receiver->url(), {EventKind::DeviceLost}));
    m_desk->deviceConnected("r", "told");
    m_desk->deviceDisconnected("r", "told", QDateTime::currentMSecsSinceEpoch());
    QTRY_COMPARE_WITH_TIMEOUT(m_receiver->requests.size(), 1, 20'000);
    QVERIFY(m_receiver->requests[0].body.contains(R"("device_id":"told")"));
    // Time enough for a slow machine to have it back.
    m_options.deviceLost = std::chrono::seconds(3);
    m_desk.reset();
    open();
    m_desk->deviceConnected("r", "back");
    QTRY_COMPARE_WITH_TIMEOUT(m_receiver->requests.size(), 2, 20'000);
    QVERIFY2(m_receiver->requests[1].body.contains(R"("device_id":"lost")"),
             m_receiver->requests[1].body);
    m_desk->deviceDisconnected("r", "back", QDateTime::currentMSecsSinceEpoch()); // marks the end
    QTRY_COMPARE_WITH_TIMEOUT(m_receiver->requests.size(), 3, 20'000);
    QVERIFY2(m_receiver->requests[2].body.contains(R"("device_id":"back")"),
             m_receiver->requests[2].body);
}

void HookDeskTest::removedHooksAreSilent()
{
    m_receiver->answers = {answer(500)};
    const auto hook = add(m_receiver->url(u"/first"_s));
    QVERIFY(hook);
    tellOfOrder(1);
    QTRY_VERIFY(newest(hook->id).attempts >= 1);
    QVERIFY(wait<Done>([&](auto done) { m_desk->remove("r", hook->id, done); }));
    QVERIFY(!m_desk->isWatched("r"));
    const qsizetype before = m_receiver->requests.size();
    const auto second = add(m_receiver->url(u"/second"_s));
    QVERIFY(second);
    tellOfOrder(2);
    QTRY_VERIFY(newest(second->id).attempts >= 2);
    for (qsizetype i = before + 1; i < m_receiver->requests.size(); ++i)
        QVERIFY(m_receiver->requests[i].line.startsWith("POST /second "));
}

void HookDeskTest::hooksOfOthersAreUnknown()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    QCOMPARE(wait<Done>([&](auto done) { m_desk->remove("other", hook->id, done); }).error().code,
             QByteArray("unknown_webhook"));
    QCOMPARE(
        wait<QByteArray>([&](auto done) { m_desk->test("other", hook->id, done); }).error().code,
        QByteArray("unknown_webhook"));
    QVERIFY(queue(hook->id, "other").empty());
    QVERIFY(wait<std::vector<HookDesk::Shown>>([&](auto done) {
                m_desk->list("other", done);
            })->empty());
}

void HookDeskTest::secretIsShownOnce()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook && hook->secret.size() > 60);
    const auto second = add(m_receiver->url());
    QVERIFY(second && second->secret != hook->secret);
    const auto shown =
        wait<std::vector<HookDesk::Shown>>([&](auto done) { m_desk->list("r", done); });
    QVERIFY(shown && shown->size() == 2);
    QVERIFY(shown->front().hook.secret.isEmpty());
    const auto permissions = QFile::permissions(m_directory->filePath(u"hooks.db"_s));
    QVERIFY(!(permissions & (QFile::ReadGroup | QFile::ReadOther)));
}

void HookDeskTest::formerSecretsSignUntilTheirEnd()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    const auto second = rotate(hook->id, std::chrono::hours(24));
    QVERIFY(second && second->secret != hook->secret && second->secret.size() > 60);
    Signed both = signedBy({second->secret, hook->secret});
    QCOMPARE(both.got, both.expected);
    QCOMPARE(both.got.count("v1="), 2);
    // An overlap that ends by itself, and one that is ended.
    const auto third = rotate(hook->id, std::chrono::milliseconds(1));
    QVERIFY(third);
    QTRY_COMPARE_WITH_TIMEOUT(signedBy({}).got.count("v1="), 2, 20'000);
    both = signedBy({third->secret, hook->secret});
    QCOMPARE(both.got, both.expected);
    const auto shown =
        wait<std::vector<HookDesk::Shown>>([&](auto done) { m_desk->list("r", done); });
    QVERIFY(shown && shown->size() == 1 && shown->front().hook.secret.isEmpty());
    for (const FormerSecret &former : shown->front().hook.former)
        QVERIFY(former.secret.isEmpty());
    const auto last = rotate(hook->id, std::chrono::milliseconds(0));
    QVERIFY(last && last->former.empty());
    const Signed one = signedBy({last->secret});
    QCOMPARE(one.got, one.expected);
    QCOMPARE(wait<Hook>(
                 [&](auto done) { m_desk->rotate("other", hook->id, std::chrono::hours(1), done); })
                 .error()
                 .code,
             QByteArray("unknown_webhook"));
}

void HookDeskTest::formerSecretsOutliveARestart()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    const auto second = rotate(hook->id, std::chrono::hours(24));
    QVERIFY(second);
    m_desk.reset();
    // Sealed with a key that came meanwhile, and readable behind it.
    const auto ring = store::KeyRing::parse(QByteArray(64, 'a') + '\n', u"keys"_s);
    QVERIFY(ring.has_value());
    m_options.keys = *ring;
    for (int start = 0; start < 2; ++start) {
        open();
        const Signed both = signedBy({second->secret, hook->secret});
        QCOMPARE(both.got, both.expected);
        m_desk.reset();
        QFile file(m_directory->filePath(u"hooks.db"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray stored = file.readAll();
        QVERIFY(!stored.contains(hook->secret) && !stored.contains(second->secret));
    }
}

void HookDeskTest::formerSecretsAreRemovedAtTheirEnd()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    const auto second = rotate(hook->id, std::chrono::hours(24));
    QVERIFY(second);
    const auto third = rotate(hook->id, std::chrono::milliseconds(1));
    QVERIFY(third);
    const auto isStored = [this](const QByteArray &secret) {
        for (const auto *name : {"hooks.db", "hooks.db-wal"}) {
            QFile file(m_directory->filePath(QLatin1StringView(name)));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(secret))
                return true;
        }
        return false;
    };
    // Nobody rotates again, and no event is sent.
    QTRY_VERIFY_WITH_TIMEOUT(!isStored(second->secret), 20'000);
    QVERIFY(isStored(hook->secret) && isStored(third->secret));
    const auto shown =
        wait<std::vector<HookDesk::Shown>>([&](auto done) { m_desk->list("r", done); });
    QVERIFY(shown && shown->size() == 1);
    QCOMPARE(shown->front().hook.former.size(), std::size_t(1));
    const Signed both = signedBy({third->secret, hook->secret});
    QCOMPARE(both.got, both.expected);
}

void HookDeskTest::atMostFourSecretsSign()
{
    const auto hook = add(m_receiver->url());
    QVERIFY(hook);
    QByteArrayList secrets{hook->secret};
    for (int i = 0; i < 3; ++i) {
        const auto next = rotate(hook->id, std::chrono::hours(1));
        QVERIFY(next);
        secrets.prepend(next->secret);
    }
    const auto refused = rotate(hook->id, std::chrono::hours(1));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, QByteArray("too_many_secrets"));
    const Signed all = signedBy(secrets);
    QCOMPARE(all.got, all.expected);
    QCOMPARE(all.got.count("v1="), 4);
    QVERIFY(rotate(hook->id, std::chrono::milliseconds(0)));
}

QTEST_GUILESS_MAIN(HookDeskTest)
#include "tst_hookdesk.moc"
