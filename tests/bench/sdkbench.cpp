// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A device with the SDK, with its database, against a running server. Prints one line of JSON.
#include "common/client/syncclient.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>
#include <QUuid>
#include <cstdio>

using namespace possync;
using namespace Qt::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;

QList<SyncClient::Change> dayOfWork(int count)
{
    QList<SyncClient::Change> changes;
    changes.reserve(count);
    for (int i = 0; i < count; ++i)
        changes.append(
            {.entityId = u"order-%1"_s.arg(i / 8),
             .data =
                 R"({"order_number":"ORD-)" + QByteArray::number(i / 8) + R"(","items_count":)"
                 + QByteArray::number(1 + i % 8)
                 + R"(,"total_amount":25.50,"status":"pending","note":"no onions, table by the )"
                   R"(window, guests in a hurry"})"});
    return changes;
}

struct Bench {
    QTemporaryDir directory;
    QString restaurant = u"sdk-"_s + QUuid::createUuid().toString(QUuid::Id128).left(8);
    QUrl server;
    bool compresses = true;

    std::unique_ptr<SyncClient> client(const QString &device) const
    {
        auto made = std::make_unique<SyncClient>();
        const auto done = made->configure({.url = server,
                                           .restaurantId = restaurant,
                                           .deviceId = device,
                                           .databaseFile = directory.filePath(device),
                                           .compresses = compresses});
        if (!done)
            qFatal("%s", qPrintable(done.error().detail));
        return made;
    }
};

/// Milliseconds from start() until the device has everything and nothing waits; -1: never.
qint64 timeToSync(SyncClient &client, quint64 head)
{
    QElapsedTimer timer;
    timer.start();
    QEventLoop loop;
    const auto look = [&] {
        if (client.state() == SyncClient::State::UpToDate && client.pendingCount() == 0
            && client.position() >= head)
            loop.quit();
    };
    QObject::connect(&client, &SyncClient::stateChanged, &loop, look);
    QObject::connect(&client, &SyncClient::pendingCountChanged, &loop, look);
    QObject::connect(&client, &SyncClient::recordUpdated, &loop, look);
    bool isLate = false;
    QTimer::singleShot(patienceMs, &loop, [&] {
        isLate = true;
        loop.quit();
    });
    client.start();
    loop.exec();
    return isLate ? -1 : timer.elapsed();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser options;
    options.addHelpOption();
    options.addOptions({{u"url"_s, u"Server, http://HOST:PORT."_s, u"url"_s},
                        {u"changes"_s, u"Queued while off line."_s, u"n"_s, u"5000"_s},
                        {u"plain"_s, u"Without compression."_s}});
    options.process(app);
    Bench bench;
    bench.server = QUrl(options.value(u"url"_s));
    bench.server.setScheme(bench.server.scheme() == u"https"_s ? u"wss"_s : u"ws"_s);
    bench.compresses = !options.isSet(u"plain"_s);
    const int changes = options.value(u"changes"_s).toInt();

    const auto worker = bench.client(u"worker"_s);
    QElapsedTimer timer;
    timer.start();
    if (!worker->queueChanges(dayOfWork(changes)))
        return 2;
    const qint64 queueMs = timer.elapsed();
    const qint64 offlineMs = timeToSync(*worker, quint64(changes));
    const auto other = bench.client(u"other"_s);
    const qint64 snapshotMs = timeToSync(*other, quint64(changes));
    const bool isEqual = worker->records(DataType::Orders) == other->records(DataType::Orders)
                         && worker->records(DataType::Orders).size() == (changes + 7) / 8;
    const bool isOk = offlineMs >= 0 && snapshotMs >= 0 && isEqual;
    std::printf("{\"scenario\":\"sdk\",\"changes\":%d,\"queue_ms\":%lld,\"offline_day_ms\":%lld,"
                "\"fresh_device_ms\":%lld,\"ok\":%s}\n",
                changes, static_cast<long long>(queueMs), static_cast<long long>(offlineMs),
                static_cast<long long>(snapshotMs), isOk ? "true" : "false");
    return isOk ? 0 : 1;
}
