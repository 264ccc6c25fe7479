// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"

#include <QHash>
#include <QSet>
#include <QTcpServer>
#include <QUrl>
#include <QWebSocketServer>
#include <map>
#include <memory>

class QWebSocket;

namespace possync::test {

/// The server's side of protocol v2 for one restaurant, on a real socket, and able to misbehave at
/// will. The last to arrive wins: the merge rules are the real server's affair.
class V2Peer : public QObject
{
    Q_OBJECT
public:
    struct Habits {
        bool denies = false;     ///< Answers every handshake with 401.
        int closesAtHello = 0;   ///< Close code instead of a welcome.
        bool losesAcks = false;  ///< Takes a batch and cuts the connection instead of an ack.
        qint64 retryLaterMs = 0; ///< Takes no batch but asks for it again.
        QByteArray poison = {};  ///< A push with this in it closes with 1009.
        std::size_t partRecords = 50;
        std::size_t groupChanges = 200;
        int cutsAfterParts = 0; ///< Cuts the connection behind so many snapshot parts, once.
        quint64 floor = 0;      ///< Changes up to here are no longer kept.
        qint64 heartbeatMs = 20'000;
        bool isSilent = false; ///< Says nothing more to anybody.
    };

    V2Peer();
    ~V2Peer() override;

    bool listen(quint16 port = 0);
    /// Cuts everything off and stops listening; the data stay.
    void stop();
    quint16 port() const { return m_port; }
    QUrl url() const;
    Habits &habits() { return m_habits; }

    /// A change of somebody else.
    void inject(const QByteArray &deviceId, DataType type, Action action, const QByteArray &id,
                const QByteArray &data);
    /// As a server that was restored from a backup made at `seq`.
    void restore(quint64 seq);
    /// Says that a type's records have another sum than they have.
    void sendWrongChecksum(DataType type);
    void closeAll(int code);

    quint64 head() const { return m_history.size(); }
    QByteArray record(DataType type, const QByteArray &id) const;
    const std::map<QByteArray, QByteArray> &records(DataType type) { return m_records[type]; }
    /// Change ids in the order they were applied.
    QByteArrayList history() const;
    std::size_t liveCount() const { return m_links.size(); }

    // What devices sent, over all connections.
    int helloCount = 0;
    v2::Hello lastHello;
    int pushCount = 0;
    int duplicateCount = 0;
    int resyncCount = 0;
    int snapshotPartsSent = 0;
    QByteArrayList tokens; ///< In requests: the Authorization header.
    std::optional<v2::Position> lastAcked;

Q_SIGNALS:
    void pushed();

private:
    struct Link {
        QWebSocket *socket = nullptr;
        QByteArray deviceId;
        bool isLive = false;
    };
    struct StoredEntry {
        v2::Entry entry;
        v2::ChangeResult result;
    };

    void accept(QTcpSocket *socket);
    void welcome(QWebSocket *socket);
    void take(QWebSocket *socket, const QString &text);
    void take(Link &link, const v2::Hello &hello);
    void take(Link &link, const v2::Push &push);
    void take(Link &link, const v2::Heartbeat &heartbeat);
    void take(Link &link, const v2::Resync &resync);
    void sendSnapshot(Link &link, std::optional<DataType> scope, quint64 skip);
    void sendChanges(Link &link, quint64 from);
    void sendChecksum(Link &link);
    v2::ChangeResult apply(const v2::PushedChange &change, const QByteArray &deviceId);
    void effect(const v2::Entry &entry);
    void send(Link &link, const QByteArray &text);

    QTcpServer m_tcp;
    QWebSocketServer m_server;
    quint16 m_port = 0;
    Habits m_habits;
    QByteArray m_epoch = "epoch-1";
    std::vector<StoredEntry> m_history; ///< By seq - 1.
    QHash<QByteArray, v2::ChangeResult> m_results;
    std::map<DataType, std::map<QByteArray, QByteArray>> m_records;
    std::map<std::pair<DataType, QByteArray>, std::pair<quint32, quint64>> m_versions;
    std::map<QWebSocket *, Link> m_links;
};

} // namespace possync::test
