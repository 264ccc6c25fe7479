// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/client/replica.h"
#include "common/sync/devicesession.h"

#include <QElapsedTimer>
#include <QMap>
#include <QObject>
#include <QPointer>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>
#include <QUrl>
#include <functional>
#include <optional>

class QWebSocket;

namespace possync {

using sync::Problem;
using sync::QueueFailure;
using sync::Settled;
using sync::Update;
using v2::Operation;
using v2::Outcome;

/// A device of a restaurant: what a POS app links to be in agreement with all others. It keeps a
/// copy of the restaurant's records and a queue of the app's own changes in one SQLite file, works
/// the same with and without a network, and talks protocol v2 (docs/protocol-v2.md) to a
/// possync-server. docs/sdk.md has a walk-through.
///
/// Promises: a change that was queued is on disk and ends in exactly one changeSettled(), whatever
/// happens to process, network and server; what record() shows has the app's own changes on top at
/// once, and the server's truth once it is known; changes come whole, in the restaurant's order.
///
/// Lives on one thread with an event loop; all calls must come from it, and signals are emitted on
/// it. Queueing writes to disk before it returns: some 0.2 ms on a quick disk, some 10 ms on slow
/// flash; queueChanges() needs one such write for many changes.
class SyncClient : public QObject
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(int pendingCount READ pendingCount NOTIFY pendingCountChanged)

public:
    /// How things stand, for a light in the corner of the screen.
    enum class State {
        Offline,    ///< No connection. If it was started, it dials again by itself.
        Connecting, ///< Dialling, or waiting for the server's welcome.
        CatchingUp, ///< Connected; getting what was missed.
        UpToDate,   ///< Connected, and everything there is has been applied.
    };
    Q_ENUM(State)

    struct Config {
        /// `ws://host:port` or `wss://host:port`, with whatever path a proxy wants.
        QUrl url;
        QString restaurantId;
        /// Of this installation alone, for ever: a UUID made once, not a name that two tablets
        /// could have.
        QString deviceId;
        QString userId = {};            ///< Who is signed in; empty: nobody.
        QByteArray token = {};          ///< Access token; empty: none.
        QString databaseFile;           ///< Created with its directory if it is not there.
        QList<DataType> dataTypes = {}; ///< Wanted; empty: all.
        QString clientName = {};        ///< Of the app and its version, for the server's console.
        sync::Backoff::Limits backoff = {}; ///< Waiting before dialling again.
        qint64 heartbeatMs = 0;             ///< 0: as the server asks.
        bool compresses = true;             ///< Large messages, if the server can, too.
        bool watchesNetwork = true; ///< Dial at once when the system says that the network is back.
    };

    /// One change for queueChanges().
    struct Change {
        DataType dataType = DataType::Orders;
        Action action = Action::Updated;
        QString entityId;
        /// JSON object with the fields that change, only those; its text is kept as it is. May be
        /// empty if there are operations or the action removes.
        QByteArray data = {};
        /// What the user did where the value alone would not say it: lines of an order, amounts
        /// added to a stock. They add up with those of other devices.
        std::vector<Operation> operations = {};
    };

    explicit SyncClient(QObject *parent = nullptr);
    ~SyncClient() override;

    /// Opens the database and takes the settings; once, before start(). An error says what is wrong
    /// and leaves the file as it is.
    Result<Done, ReplicaError> configure(const Config &config);
    bool isConfigured() const { return m_session != nullptr; }

    /// Connects, and stays connected as well as it goes until stop(). Needs configure().
    void start();
    /// Leaves. Changes can be queued all the same; they go out after the next start().
    void stop();
    /// Drops the connection, if there is one, and dials at once, also after a refusal.
    void forceReconnect();
    /// Cuts the connection as a failing network does, to see what happens; it dials again by
    /// itself.
    void cutConnection();
    /// Puts the device's clock so many milliseconds ahead, or behind, as a wrong one is: to see
    /// what happens.
    void setClockSkew(qint64 ms) { m_clockSkewMs = ms; }
    /// How a server with TLS is trusted, from the next connection on; before it is set, as the
    /// system trusts. `ignores`: whether these errors do not matter; null: they do.
    void setTls(const QSslConfiguration &tls,
                std::function<bool(const QList<QSslError> &errors)> ignores = {});
    /// Somebody else works on the device now; empty: nobody. Changes queued before keep their user.
    void updateUserId(const QString &userId);
    /// A refreshed access token; dials at once if there is no connection.
    void updateToken(const QByteArray &token);

    /// Queues a change of an order and returns its id, or why it cannot be queued: then nothing
    /// was. `data` as in Change. The change shows in record() at once.
    Result<QByteArray, QueueFailure> broadcastOrderUpdate(const QString &orderId, Action action,
                                                          const QByteArray &data);
    Result<QByteArray, QueueFailure> broadcastMenuUpdate(const QString &itemId, Action action,
                                                         const QByteArray &data);
    Result<QByteArray, QueueFailure> broadcastInventoryUpdate(const QString &itemId, Action action,
                                                              const QByteArray &data);
    Result<QByteArray, QueueFailure> broadcastTableUpdate(const QString &tableId, Action action,
                                                          const QByteArray &data);
    Result<QByteArray, QueueFailure> broadcastUserUpdate(const QString &userId, Action action,
                                                         const QByteArray &data);
    Result<QByteArray, QueueFailure> broadcastPrinterUpdate(const QString &printerId, Action action,
                                                            const QByteArray &data);
    /// The same for any data type, and with operations.
    Result<QByteArray, QueueFailure> queueChange(const Change &change);
    /// All of them, in this order and in one write, or none; returns their ids.
    Result<QByteArrayList, QueueFailure> queueChanges(const QList<Change> &changes);

    State state() const;
    bool isConnected() const { return state() >= State::CatchingUp; }
    /// Changes that have no outcome yet.
    int pendingCount() const;
    /// The record as this device shows it, own changes on top: exact JSON object text. Empty if
    /// there is none.
    QByteArray record(DataType type, const QString &entityId) const;
    /// All records of a type as this device shows them, by id.
    QMap<QString, QByteArray> records(DataType type) const;
    /// What became of a change, for an app that was not there when it was settled. Nothing while it
    /// has no outcome, or if 10,000 newer changes have been made since.
    std::optional<Settled> outcome(const QByteArray &changeId) const;
    /// How far in the restaurant's history this device is.
    quint64 position() const;
    /// Milliseconds that the server's clock is ahead of this device's; nothing before it was
    /// measured.
    std::optional<qint64> clockOffsetMs() const;
    /// Who is connected, as the server said last.
    const std::vector<v2::PresentDevice> &presentDevices() const { return m_present; }

Q_SIGNALS:
    void stateChanged(possync::SyncClient::State state);
    void pendingCountChanged(int count);

    // Records changed, by whomever: this device's own changes come back too (Update::isOwn).
    void orderUpdated(const possync::Update &update);
    void menuUpdated(const possync::Update &update);
    void inventoryUpdated(const possync::Update &update);
    void tableUpdated(const possync::Update &update);
    void userUpdated(const possync::Update &update);
    void printerUpdated(const possync::Update &update);
    /// Each of the six above.
    void recordUpdated(const possync::Update &update);

    /// A change of this device has its outcome: applied, merged (`reason` says what stayed) or
    /// rejected (`reason` says why, settled() has the code). Emitted once for each change; after a
    /// crash in between, outcome() has it.
    void changeSettled(const QByteArray &changeId, possync::Outcome outcome, const QString &reason);
    /// The same with all there is to know.
    void settled(const possync::Settled &settled);
    void presenceChanged();
    /// Something somebody should know; syncing goes on as well as it can.
    void problemOccurred(const possync::Problem &problem);

private:
    Result<QByteArray, QueueFailure> queueOne(DataType type, const QString &id, Action action,
                                              const QByteArray &data);
    /// Carries out what the session wants, until it wants nothing more.
    void carryOut();
    void carryOut(const sync::Effect &effect);
    void openSocket();
    void dropSocket(int code);
    void socketEnded();
    void announce(const Update &update);
    void watchNetwork();
    sync::DeviceTime now() const;

    Config m_config;
    QByteArray m_token;
    std::unique_ptr<Replica> m_replica;
    std::unique_ptr<sync::DeviceSession> m_session;
    QPointer<QWebSocket> m_socket;
    QTimer m_wake;
    QElapsedTimer m_steady;
    std::optional<QSslConfiguration> m_tls;
    std::function<bool(const QList<QSslError> &)> m_ignoresTlsErrors;
    qint64 m_clockSkewMs = 0;
    std::vector<v2::PresentDevice> m_present;
    State m_toldState = State::Offline;
    bool m_isCarryingOut = false;
};

} // namespace possync
