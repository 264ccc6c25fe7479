// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/ownertoken.h"

#include <QDir>
#include <QFile>
#include <QHostAddress>
#include <QStandardPaths>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 longestLine = 300;

bool isThisComputer(const QUrl &server)
{
    return server.host() == "localhost"_L1 || QHostAddress(server.host()).isLoopback();
}

int portOf(const QUrl &server)
{
    return server.port(server.scheme() == "https"_L1 ? 443 : 80);
}

} // namespace

QByteArray localOwnerToken(const QUrl &server, const QStringList &dataDirs)
{
    if (!isThisComputer(server))
        return {};
    for (const QString &dir : dataDirs) {
        QFile file(QDir(dir).filePath(u"owner.token"_s));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QByteArray token = file.readLine(longestLine).trimmed();
        const QUrl served(QString::fromUtf8(file.readLine(longestLine).trimmed()));
        if (!token.isEmpty() && served.isValid() && portOf(served) == portOf(server)
            && served.scheme() == server.scheme())
            return token;
    }
    return {};
}

QByteArray localOwnerToken(const QUrl &server)
{
    QStringList dirs;
    if (const QString stated = qEnvironmentVariable("POSSYNC_DATA"); !stated.isEmpty())
        dirs << stated;
    const QDir home(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation));
    dirs << home.filePath(u"possync"_s) << home.filePath(u"possync-demo"_s)
         << u"/var/lib/possync"_s;
    return localOwnerToken(server, dirs);
}

} // namespace possync::remote
