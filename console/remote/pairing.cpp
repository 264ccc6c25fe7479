// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/pairing.h"

#include <QHostAddress>
#include <QNetworkInterface>

namespace possync::remote {

using namespace Qt::StringLiterals;

QUrl seenFromOutside(QUrl server)
{
    const bool isHere = server.host() == "localhost"_L1 || QHostAddress(server.host()).isLoopback();
    if (!isHere)
        return server;
    const QList<QHostAddress> addresses = QNetworkInterface::allAddresses();
    for (const QHostAddress &address : addresses) {
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback()
            && !address.isLinkLocal()) {
            server.setHost(address.toString());
            break;
        }
    }
    return server;
}

QUrl pairingPage(const QUrl &server, const QString &code)
{
    QUrl page = server;
    page.setPath(u"/pair"_s);
    page.setQuery(QString());
    page.setFragment(code.isEmpty() ? QString() : code);
    return page;
}

} // namespace possync::remote
