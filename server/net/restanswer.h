// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/feedjson.h"

#include <QDateTime>
#include <QFuture>
#include <QFutureInterface>
#include <QHttpServerResponse>

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
