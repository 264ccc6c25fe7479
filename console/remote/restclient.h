// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/servertrust.h"
#include "console/remote/wire.h"

#include <QNetworkAccessManager>
#include <QPointer>
#include <QUrl>
#include <chrono>

class QNetworkReply;

namespace possync::remote {

/// Questions to a server's REST interface. Every question is answered exactly once, later, on this
/// object's thread, with what was asked or with an error that can be shown as it is; never after
/// the context object has gone. Lives on one thread with an event loop.
class RestClient : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds patience{10000};

    /// `server` is `http://host:port` or `https://…`; a path in it is put before every path asked.
    explicit RestClient(const QUrl &server = {}, QObject *parent = nullptr);

    void setServer(const QUrl &server) { m_server = server; }
    const QUrl &server() const { return m_server; }
    void setToken(const QByteArray &token) { m_token = token; }
    /// By which certificate an https server is known.
    void setTrust(const ServerTrust &trust);
    /// In bytes; a longer answer is cut off and becomes an error.
    void setLargestAnswer(qint64 bytes) { m_largestAnswer = bytes; }

    /// `path` is encoded already and may hold a query: `/api/restaurants/oh%2Fbombay/data`. The
    /// answer is the body of a status below 300.
    void get(const QString &path, QObject *context, Receiver<QByteArray> receiver,
             std::chrono::milliseconds timeout = patience);
    void post(const QString &path, const QByteArray &body, QObject *context,
              Receiver<QByteArray> receiver, std::chrono::milliseconds timeout = patience);

    void remove(const QString &path, QObject *context, Receiver<QByteArray> receiver,
                std::chrono::milliseconds timeout = patience);

    void health(QObject *context, Receiver<Health> receiver);
    void restaurants(QObject *context, Receiver<QList<RestaurantSummary>> receiver);
    void devices(const QString &restaurant, QObject *context,
                 Receiver<QList<DeviceStatus>> receiver);
    void changes(const QString &restaurant, quint64 since, int limit, QObject *context,
                 Receiver<ChangePage> receiver);
    void records(const QString &restaurant, QObject *context, Receiver<RecordList> receiver);
    /// As they were behind change `seq`.
    void recordsAt(const QString &restaurant, quint64 seq, QObject *context,
                   Receiver<PastRecords> receiver);
    /// `since` is the number of the last line known; 0: the newest lines.
    void logs(quint64 since, int limit, const QString &level, QObject *context,
              Receiver<LogPage> receiver);
    /// All of one restaurant and one device.
    void sync(const std::vector<NewChange> &changes, QObject *context,
              Receiver<std::vector<SyncResult>> receiver);

    /// `/api/restaurants/<id><rest>` with the id encoded.
    static QString restaurantPath(const QString &restaurant, const QString &rest);

private:
    QNetworkRequest request(const QString &path, std::chrono::milliseconds timeout) const;
    void await(QNetworkReply *reply, QObject *context, Receiver<QByteArray> receiver);
    RemoteError explain(QNetworkReply &reply, const QByteArray &body,
                        const QList<QSslError> &tlsErrors) const;

    QNetworkAccessManager m_network;
    QUrl m_server;
    QByteArray m_token;
    ServerTrust m_trust;
    qint64 m_largestAnswer = 64LL * 1024 * 1024;
};

/// "127.0.0.1:3000", as people write it.
QString hostText(const QUrl &server);
/// The server wants a token, or another than it was given.
bool isAboutToken(const RemoteError &error);
/// Why nothing answers at the address, and what to do about it. The sentence has a first place for
/// the address, which is filled in.
RemoteError unreachable(const QUrl &server, const Phrase &sentence);
/// Sentences for it: nobody listens there; what the system says.
Phrase noAnswer();
Phrase systemsWord(const QString &reason);

} // namespace possync::remote
