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

struct OwnerFile {
    QByteArray token;
    QUrl served;
};

OwnerFile ownerFileIn(const QString &dir)
{
    QFile file(QDir(dir).filePath(u"owner.token"_s));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    OwnerFile owner;
    owner.token = file.readLine(longestLine).trimmed();
    owner.served = QUrl(QString::fromUtf8(file.readLine(longestLine).trimmed()));
    return owner;
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
        const OwnerFile owner = ownerFileIn(dir);
        if (!owner.token.isEmpty() && owner.served.isValid()
            && portOf(owner.served) == portOf(server) && owner.served.scheme() == server.scheme())
            return owner.token;
    }
    return {};
}

QList<QUrl> localServers(const QStringList &dataDirs)
{
    QList<QUrl> servers;
    for (const QString &dir : dataDirs) {
        const QUrl served = ownerFileIn(dir).served;
        if (!served.isValid() || served.port() <= 0)
            continue;
        QUrl server;
        server.setScheme(served.scheme());
        // A server of all addresses is called by the one that is always there.
        const QHostAddress address(served.host());
        const bool isAny = address == QHostAddress(QHostAddress::AnyIPv4)
                           || address == QHostAddress(QHostAddress::AnyIPv6);
        server.setHost(isAny ? u"127.0.0.1"_s : served.host());
        server.setPort(served.port());
        if (!servers.contains(server))
            servers.append(server);
    }
    return servers;
}

QList<QSslCertificate> localAuthorities(const QStringList &dataDirs)
{
    QList<QSslCertificate> authorities;
    for (const QString &dir : dataDirs)
        authorities += QSslCertificate::fromPath(QDir(dir).filePath(u"tls/ca.pem"_s));
    return authorities;
}

QByteArray localOwnerToken(const QUrl &server)
{
    return localOwnerToken(server, localDataDirs());
}

QStringList localDataDirs()
{
    QStringList dirs;
    if (const QString stated = qEnvironmentVariable("POSSYNC_DATA"); !stated.isEmpty())
        dirs << stated;
    const QDir home(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation));
    dirs << home.filePath(u"possync"_s) << home.filePath(u"possync-demo"_s)
         << u"/var/lib/possync"_s;
    return dirs;
}

} // namespace possync::remote
