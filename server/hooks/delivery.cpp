// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/delivery.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace possync::hooks {
namespace {

constexpr qsizetype mostUrlChars = 2048;

int portOf(const QUrl &target)
{
    return target.port(target.scheme() == "https"_L1 ? 443 : 80);
}

QString hostAndPort(const QUrl &target)
{
    const QString host = target.host().toLower();
    return (host.contains(u':') ? u'[' + host + u']' : host) + u':'
           + QString::number(portOf(target));
}

/// Networks of IPv4 that are not the public internet (RFC 6890 and successors).
bool isPublicV4(quint32 address)
{
    struct Network {
        quint32 base;
        int bits;
    };
    constexpr std::array networks{
        Network{0x00000000, 8},  Network{0x0A000000, 8},  Network{0x64400000, 10},
        Network{0x7F000000, 8},  Network{0xA9FE0000, 16}, Network{0xAC100000, 12},
        Network{0xC0000000, 24}, Network{0xC0000200, 24}, Network{0xC0586300, 24},
        Network{0xC0A80000, 16}, Network{0xC6120000, 15}, Network{0xC6336400, 24},
        Network{0xCB007100, 24}, Network{0xE0000000, 3}};
    return std::ranges::none_of(networks, [address](const Network &network) {
        return (address ^ network.base) >> (32 - network.bits) == 0;
    });
}

} // namespace

QByteArray signature(const QByteArray &secret, qint64 timestampS, const QByteArray &id,
                     const QByteArray &body)
{
    return "v1="
           + QMessageAuthenticationCode::hash(QByteArray::number(timestampS) + '.' + id + '.'
                                                  + body,
                                              secret, QCryptographicHash::Sha256)
                 .toHex();
}

QByteArray signatures(const QByteArrayList &secrets, qint64 timestampS, const QByteArray &id,
                      const QByteArray &body)
{
    QByteArrayList all;
    for (const QByteArray &secret : secrets)
        all.append(signature(secret, timestampS, id, body));
    return all.join(',');
}

std::chrono::milliseconds pauseAfter(int attempts, std::chrono::milliseconds first)
{
    constexpr std::chrono::milliseconds longest = std::chrono::hours(6);
    std::chrono::milliseconds pause = first;
    for (int i = 1; i < attempts && pause < longest; ++i)
        pause *= 5;
    return std::min(pause, longest);
}

bool isPublicAddress(const QHostAddress &address)
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4); // of ::ffff:a.b.c.d too
    if (isV4)
        return isPublicV4(v4);
    if (address.protocol() != QAbstractSocket::IPv6Protocol || !address.scopeId().isEmpty())
        return false;
    // 2000::/3 is the internet; in it lie tunnels (2001::/23, 2002::/16) and documentation.
    if (!address.isInSubnet(QHostAddress(u"2000::"_s), 3))
        return false;
    const std::array<std::pair<QHostAddress, int>, 4> others{
        std::pair{QHostAddress(u"2001::"_s), 23},
        {QHostAddress(u"2001:db8::"_s), 32},
        {QHostAddress(u"2002::"_s), 16},
        {QHostAddress(u"3fff::"_s), 20}};
    return std::ranges::none_of(others, [&](const auto &network) {
        return address.isInSubnet(network.first, network.second);
    });
}

bool isAllowed(const QUrl &target, const AllowedHosts &allowed)
{
    return allowed.contains(hostAndPort(target));
}

Result<QUrl, QString> targetFrom(const QString &text, const AllowedHosts &allowed)
{
    if (text.size() > mostUrlChars)
        return Unexpected{u"is longer than %1 characters"_s.arg(mostUrlChars)};
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return Unexpected{u"is no address such as https://example.com/hook"_s};
    if (url.scheme() != "https"_L1 && url.scheme() != "http"_L1)
        return Unexpected{u"must begin with https:// or http://"_s};
    if (!url.userInfo().isEmpty())
        return Unexpected{u"must not hold a name or password"_s};
    if (url.hasFragment())
        return Unexpected{u"must not hold a fragment (#)"_s};
    if (isAllowed(url, allowed))
        return url;
    constexpr std::array ports{80, 443, 8080, 8443};
    if (std::ranges::find(ports, portOf(url)) == ports.end())
        return Unexpected{
            u"may use the ports 80, 443, 8080 and 8443 only, unless allow_hosts of the server's configuration lists \"%1\""_s
                .arg(hostAndPort(url))};
    const QHostAddress literal(url.host());
    if (!literal.isNull() && !isPublicAddress(literal))
        return Unexpected{
            u"is not an address of the internet; allow_hosts of the server's configuration may list \"%1\""_s
                .arg(hostAndPort(url))};
    return url;
}

Result<QHostAddress, QString> addressFor(const QUrl &target, const QList<QHostAddress> &addresses,
                                         const AllowedHosts &allowed)
{
    if (addresses.isEmpty())
        return Unexpected{u"%1 has no address"_s.arg(target.host())};
    if (!isAllowed(target, allowed)) {
        for (const QHostAddress &address : addresses) {
            if (!isPublicAddress(address))
                return Unexpected{u"%1 has the address %2, which is not one of the internet"_s.arg(
                    target.host(), address.toString())};
        }
    }
    return addresses.front();
}

} // namespace possync::hooks
