// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/admission.h"
#include "server/net/auditor.h"
#include "server/net/feedjson.h"

#include <QDateTime>
#include <QFuture>
#include <QFutureInterface>
#include <QHttpServerResponse>
#include <QUrlQuery>

/// What the routes answer with.
namespace possync::net {

using Status = QHttpServerResponder::StatusCode;

inline QHttpServerResponse jsonResponse(const QByteArray &body, Status status = Status::Ok)
{
    return QHttpServerResponse("application/json", body, status);
}

inline QHttpServerResponse errorResponse(Status status, QByteArrayView code, QByteArrayView message)
{
    return jsonResponse(errorJson(code, message, QDateTime::currentMSecsSinceEpoch()), status);
}

inline QHttpServerResponse noSuchRestaurant()
{
    return errorResponse(Status::NotFound, "unknown_restaurant", "Restaurant not found");
}

/// Names for the audit log what an act was about; the gate takes it off.
inline QHttpServerResponse audited(QHttpServerResponse response, const QByteArray &restaurant,
                                   const QByteArray &target)
{
    response.addHeader("X-PosSync-Audit", Auditor::about(restaurant, target));
    return response;
}

/// 429 with when to come again.
inline QHttpServerResponse tooMany(const classic::Refusal &refusal)
{
    QHttpServerResponse response =
        errorResponse(Status::TooManyRequests, refusal.code, refusal.message);
    response.addHeader("Retry-After", QByteArray::number(retryAfterSeconds(refusal)));
    return response;
}

/// A number of the query, `fallback` if it is absent, nothing if it is not one.
inline std::optional<quint64> number(const QUrlQuery &query, const QString &name, quint64 fallback)
{
    if (!query.hasQueryItem(name))
        return fallback;
    bool ok = false;
    const quint64 value = query.queryItemValue(name).toULongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

/// An answer that is given later, from whichever thread. Not a QPromise: in Qt 6.4 its destructor
/// looks at a result that the other side may just be taking away.
class Answer
{
public:
    Answer() { m_state.reportStarted(); }
    QFuture<QHttpServerResponse> future() { return m_state.future(); }
    void give(QHttpServerResponse response) const
    {
        QFutureInterface<QHttpServerResponse> state = m_state;
        state.reportAndMoveResult(std::move(response));
        state.reportFinished();
    }

private:
    QFutureInterface<QHttpServerResponse> m_state;
};

inline QFuture<QHttpServerResponse> ready(QHttpServerResponse response)
{
    Answer answer;
    answer.give(std::move(response));
    return answer.future();
}

} // namespace possync::net
