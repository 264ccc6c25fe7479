// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/syncclient.h"
#include "common/client/syncintegration.h"

#include <QCoreApplication>
#include <cstdio>

/// Keeps one order in the file named by the argument and reads it back.
int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    possync::SyncClient client;
    possync::SyncClient::Config config;
    config.restaurantId = QStringLiteral("bistro");
    config.deviceId = QStringLiteral("till");
    config.databaseFile = QString::fromLocal8Bit(argv[1]);
    if (!client.configure(config))
        return 1;
    const possync::SyncIntegration integration(client);
    if (!client.broadcastOrderUpdate(QStringLiteral("o1"), possync::Action::Created,
                                     "{\"total_amount\":25.50}"))
        return 2;
    std::puts(client.record(possync::DataType::Orders, QStringLiteral("o1")).constData());
    return 0;
}
