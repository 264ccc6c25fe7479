// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/syncclient.h"

#include <QCoreApplication>
#include <cstdio>

/// clientvictim URL DATABASE COUNT: a device that queues COUNT changes, one after the other, and
/// sends them as it goes; to be killed. Writes one line for each fact once it is one: "Q <id>" is
/// queued, "S <id> <outcome>" is settled, "D" nothing waits any more.
using namespace possync;
using namespace Qt::StringLiterals;

namespace {

void say(const QByteArray &line)
{
    std::fputs((line + '\n').constData(), stdout);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    SyncClient client;
    const auto configured = client.configure({.url = QUrl(arguments.at(1)),
                                              .restaurantId = u"r1"_s,
                                              .deviceId = u"victim"_s,
                                              .databaseFile = arguments.at(2),
                                              .backoff = {.firstMs = 5, .longestMs = 20},
                                              .watchesNetwork = false});
    if (!configured) {
        std::fprintf(stderr, "%s\n", qPrintable(configured.error().detail));
        return 2;
    }
    int left = arguments.at(3).toInt();
    QObject::connect(&client, &SyncClient::changeSettled, &client,
                     [](const QByteArray &id, Outcome outcome) {
                         say("S " + id + ' ' + v2::outcomeName(outcome).toByteArray());
                     });
    QTimer work;
    QObject::connect(&work, &QTimer::timeout, &client, [&] {
        if (left == 0) {
            if (client.pendingCount() == 0 && client.state() == SyncClient::State::UpToDate) {
                say("D");
                work.stop();
            }
            return;
        }
        --left;
        const auto queued =
            client.broadcastOrderUpdate(u"o%1"_s.arg(left % 7), Action::Updated,
                                        "{\"note\":\"" + QByteArray::number(left) + "\"}");
        if (queued)
            say("Q " + *queued);
    });
    client.start();
    work.start(0);
    return QCoreApplication::exec();
}
