// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/auditor.h"

#include "server/security/rights.h"

#include <QCoreApplication>
#include <QDateTime>

namespace possync::net {
namespace {

constexpr qint64 refusalCost = 30;

/// The pattern where there is one: a path may hold anything.
QByteArray actOf(const HttpRequest &request)
{
    if (request.isUpgrade())
        return "connect";
    const security::FoundRoute found = security::findRoute(request.method, request.path);
    return request.method + ' ' + (found.row ? QByteArray(found.row->path) : QByteArray("?"));
}

} // namespace

QByteArray Auditor::actorOf(const security::Grant &grant)
{
    return grant.tokenId.isEmpty() ? "-" : grant.tokenId;
}

QByteArray Auditor::about(const QByteArray &restaurant, const QByteArray &target)
{
    return restaurant.toPercentEncoding() + '|' + target.toPercentEncoding();
}

void Auditor::refused(const HttpRequest &request, const HttpError &error)
{
    const bool isOther = error.code == "unknown_restaurant";
    if (error.status != 401 && error.status != 403 && !isOther)
        return;
    const QByteArray act = actOf(request);
    const QByteArray key = request.client + '\n' + error.code + '\n' + act;
    const std::chrono::nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
    if (m_refusals.wait(key, refusalCost, now).count() > 0)
        return;
    m_refusals.take(key, refusalCost, now);
    const security::Grant &grant = request.grant;
    const bool isKnown = !grant.tokenId.isEmpty();
    m_access.record({actorOf(grant),
                     isKnown ? security::roleName(grant.role) : QByteArray(),
                     request.client,
                     act,
                     grant.restaurant,
                     {},
                     error.code},
                    QDateTime::currentMSecsSinceEpoch());
}

bool Auditor::seenElsewhere(const HttpRequest &request, const QByteArray &restaurantId,
                            const QByteArray &deviceId, const QByteArray &otherAddress)
{
    const QByteArray act = "token elsewhere";
    const security::Grant &grant = request.grant;
    const QByteArray key = grant.tokenId + '\n' + act;
    const std::chrono::nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
    if (m_refusals.wait(key, refusalCost, now).count() > 0)
        return false;
    m_refusals.take(key, refusalCost, now);
    m_access.record({actorOf(grant), security::roleName(grant.role), request.client, act,
                     restaurantId, deviceId + ", also at " + otherAddress, "both_served"},
                    QDateTime::currentMSecsSinceEpoch());
    return true;
}

void Auditor::answered(const HttpRequest &request, int status, const QByteArray &about,
                       std::function<void()> then)
{
    if (request.method != "POST" && request.method != "DELETE") {
        then();
        return;
    }
    const security::FoundRoute found = security::findRoute(request.method, request.path);
    // Changes are in the journal.
    if (!found.row || found.row->route == security::Route::Sync) {
        then();
        return;
    }
    const security::Grant &grant = request.grant;
    const qsizetype bar = about.indexOf('|');
    const QByteArray restaurant =
        bar < 0 ? grant.restaurant : QByteArray::fromPercentEncoding(about.first(bar));
    const bool isPairing = found.row->route == security::Route::Pair;
    m_access.record(
        {isPairing ? QByteArray("-") : actorOf(grant),
         isPairing ? QByteArray() : security::roleName(grant.role), request.client,
         request.method + ' ' + found.row->path, restaurant,
         bar < 0 ? QByteArray() : QByteArray::fromPercentEncoding(about.sliced(bar + 1)),
         status < 300 ? QByteArray("done") : "HTTP " + QByteArray::number(status)},
        QDateTime::currentMSecsSinceEpoch(), [then = std::move(then)] {
            QMetaObject::invokeMethod(QCoreApplication::instance(), then, Qt::QueuedConnection);
        });
}

} // namespace possync::net
