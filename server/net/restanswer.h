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

/// 503: the store cannot be read or written.
inline QHttpServerResponse unavailable()
{
    QHttpServerResponse response =
        errorResponse(Status::ServiceUnavailable, "storage_unavailable",
                      "the server cannot read or store this restaurant's data at the moment; "
                      "nothing was lost, try again later");
    // The store tries twice a second, a room at least once.
    response.addHeader("Retry-After", "2");
    return response;
}

inline QHttpServerResponse noSuchType(const QByteArray &type)
{
    return errorResponse(Status::NotFound, "unknown_data_type",
                         "there is no data type " + json::quoted(type));
}

/// One segment of a path, decoded.
inline QByteArray segment(const QString &text)
{
    return QByteArray::fromPercentEncoding(text.toUtf8());
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
