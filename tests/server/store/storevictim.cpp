// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
// storevictim append DIRECTORY COUNT   three restaurants append until COUNT changes are
//                                      acknowledged (0: for ever); prints "A id seq" for each one
//                                      and "F id code" for each refusal
// storevictim erase DIRECTORY          fills r0 and r1, begins to erase r0, prints "gone" once it is
//                                      unknown, and waits
// storevictim keep DIRECTORY KEYFILE   opens with these keys, prints "open", and waits
// storevictim migrate DIRECTORY        opens with two slow migrations and prints "opened"
#include "tests/server/store/slowmigrations.h"
#include "tests/server/store/storefixture.h"

#include <QCoreApplication>
#include <atomic>
#include <condition_variable>
#include <thread>
#include <unistd.h>

namespace possync::store {
namespace {

void say(const QByteArray &line)
{
    // Straight to the pipe: what was said before a kill counts.
    [[maybe_unused]] const auto written =
        ::write(STDOUT_FILENO, line.constData(), std::size_t(line.size()));
}

/// Keeps a few append() calls under way for one restaurant; reopens it when one is refused.
class Producer
{
public:
    Producer(StoreFixture &store, QByteArray id, std::atomic<qint64> &left)
        : m_store(store)
        , m_id(std::move(id))
        , m_left(left)
    {
    }

    void run()
    {
        while (m_left > 0) {
            const auto image = m_store.image(m_id);
            if (!image)
                continue;
            m_isRefused = false;
            produce(*image);
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_inFlight == 0; });
        }
    }

private:
    void produce(const core::RestaurantImage &image)
    {
        quint64 head = image.headSeq;
        while (m_left > 0) {
            {
                std::unique_lock lock(m_mutex);
                m_wake.wait(lock, [this] { return m_inFlight < 4; });
                if (m_isRefused)
                    return;
                ++m_inFlight;
            }
            const quint64 seq = ++head;
            m_store.journal().append(
                {blockAfter(image, seq - 1)},
                [this, seq](const AppendResult &result) { answered(seq, result); });
            if (seq % 50 == 0) {
                m_store.journal().saveState({image.restaurant,
                                             image.generation,
                                             {{"last", QByteArray::number(seq), false}},
                                             seq});
            }
        }
    }

    void answered(quint64 seq, const AppendResult &result)
    {
        if (result.isStored()) {
            say("A " + m_id + ' ' + QByteArray::number(seq) + '\n');
            --m_left;
        } else {
            say("F " + m_id + ' ' + QByteArray::number(int(result.failures[0].error.code)) + '\n');
        }
        const std::lock_guard lock(m_mutex);
        m_isRefused = m_isRefused || !result.isStored();
        --m_inFlight;
        m_wake.notify_all();
    }

    StoreFixture &m_store;
    const QByteArray m_id;
    std::atomic<qint64> &m_left;
    std::mutex m_mutex; // guards the two below
    int m_inFlight = 0;
    bool m_isRefused = false;
    std::condition_variable m_wake;
};

int append(StoreFixture &store, qint64 count)
{
    if (const auto refused = store.open()) {
        say("refused: " + refused->detail.toUtf8() + '\n');
        return 1;
    }
    std::atomic<qint64> left = count > 0 ? count : std::numeric_limits<qint64>::max();
    std::vector<std::unique_ptr<Producer>> producers;
    std::vector<std::thread> threads;
    for (const char *id : {"r0", "r1", "r2"}) {
        producers.push_back(std::make_unique<Producer>(store, id, left));
        threads.emplace_back([producer = producers.back().get()] { producer->run(); });
    }
    for (std::thread &thread : threads)
        thread.join();
    store.close();
    return 0;
}

int erase(StoreFixture &store)
{
    constexpr quint64 many = 20'000;
    if (store.open())
        return 1;
    for (const auto &[id, changes] : {std::pair<const char *, quint64>{"r0", many}, {"r1", 100}}) {
        const auto image = store.image(id);
        std::vector<core::JournalBlock> blocks;
        for (quint64 head = 0; head < changes; ++head)
            blocks.push_back(blockAfter(*image, head));
        if (!store.append(std::move(blocks)).isStored())
            return 1;
    }
    store.journal().eraseRestaurant("r0", [](const Outcome &) {});
    while (store.journal().restaurants().size() > 1)
        std::this_thread::yield();
    say("gone\n");
    ::pause();
    return 0;
}

int keep(StoreFixture &store, const QString &keyFile)
{
    const auto keys = KeyRing::read(keyFile, KeyRing::Guard::OwnerOnly);
    if (!keys)
        return 1;
    store.options().keys = *keys;
    if (const auto refused = store.open()) {
        say("refused: " + refused->detail.toUtf8() + '\n');
        return 1;
    }
    say("open\n");
    ::pause();
    return 0;
}

int openMigrating(StoreFixture &store)
{
    store.options().migrations = slowMigrations();
    const auto refused = store.open();
    say(refused ? "refused: " + refused->detail.toUtf8() + '\n' : QByteArray("opened\n"));
    return refused ? 1 : 0;
}

} // namespace
} // namespace possync::store

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.size() < 3)
        return 2;
    possync::store::StoreFixture store(arguments[2]);
    if (arguments[1] == QLatin1String("migrate"))
        return possync::store::openMigrating(store);
    if (arguments[1] == QLatin1String("erase"))
        return possync::store::erase(store);
    if (arguments[1] == QLatin1String("keep"))
        return possync::store::keep(store, arguments.value(3));
    return possync::store::append(store, arguments.value(3).toLongLong());
}
