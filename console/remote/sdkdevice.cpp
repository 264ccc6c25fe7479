// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/sdkdevice.h"

#include <QCryptographicHash>
#include <QDir>
#include <QTimer>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

/// Time enough for the change to leave, hardly for its answer to come.
constexpr int repeatAfterMs = 2;

} // namespace

SdkDevice::SdkDevice(const QUrl &server, const QString &restaurant, const QString &deviceId,
                     const QString &directory, QObject *parent)
    : VirtualDevice(parent)
    , m_restaurant(restaurant)
    , m_deviceId(deviceId)
{
    QUrl url = server;
    url.setScheme(server.scheme() == u"https"_s ? u"wss"_s : u"ws"_s);
    // An id may hold what a file name must not.
    const QString file =
        QString::fromLatin1(QCryptographicHash::hash((restaurant + u'\n' + deviceId).toUtf8(),
                                                     QCryptographicHash::Sha256)
                                .toHex())
        + u".sqlite"_s;
    const auto configured = m_client.configure({.url = url,
                                                .restaurantId = restaurant,
                                                .deviceId = deviceId,
                                                .databaseFile = QDir(directory).filePath(file),
                                                .clientName = u"possyncctl simulate"_s,
                                                .backoff = {.firstMs = 200, .longestMs = 2000},
                                                .watchesNetwork = false});
    if (!configured) {
        m_failure = configured.error().detail;
        return;
    }
    connect(&m_client, &SyncClient::stateChanged, this, [this](SyncClient::State state) {
        const bool isUpToDate = state == SyncClient::State::UpToDate;
        if (std::exchange(m_isUpToDate, isUpToDate) == isUpToDate)
            return;
        if (isUpToDate)
            Q_EMIT registered();
        else
            Q_EMIT connectionLost();
    });
    connect(&m_client, &SyncClient::pendingCountChanged, this, [this](int count) {
        if (count == 0)
            Q_EMIT syncConfirmed();
    });
    connect(&m_client, &SyncClient::settled, this, [this](const Settled &settled) {
        if (settled.seq == 0)
            Q_EMIT changeRefused(settled.changeId, QString::fromUtf8(settled.reason));
    });
    connect(&m_client, &SyncClient::recordUpdated, this, [this](const Update &update) {
        if (update.origin == Update::Origin::Snapshot && !update.isRemoved)
            Q_EMIT recordReplaced({update.key.dataType, update.action, update.key.entityId,
                                   QByteArray(), QByteArray(), update.record});
        else if (!update.isOwn && update.origin == Update::Origin::Change)
            Q_EMIT changeApplied({update.key.dataType, update.action, update.key.entityId,
                                  update.changeId, update.deviceId, update.data});
    });
}

void SdkDevice::setTrust(const ServerTrust &trust)
{
    m_client.setTls(trust.configuration(),
                    [trust](const QList<QSslError> &errors) { return trust.answersFor(errors); });
}

void SdkDevice::connectToServer()
{
    m_isWanted = true;
    m_client.start();
}

void SdkDevice::goOffline()
{
    m_isWanted = false;
    m_client.stop();
}

QByteArray SdkDevice::send(const Action &action, const SendFault &fault)
{
    const auto queued = m_client.queueChange({.dataType = action.dataType,
                                              .action = action.action,
                                              .entityId = QString::fromUtf8(action.entityId),
                                              .data = action.data});
    if (!queued) {
        qCritical("%s", qPrintable(queued.error().message));
        return {};
    }
    if (fault.repeatsTwin)
        QTimer::singleShot(repeatAfterMs, this, &SdkDevice::killConnection);
    return *queued;
}

QByteArray SdkDevice::record(DataType type, const QByteArray &entityId) const
{
    return m_client.record(type, QString::fromUtf8(entityId));
}

} // namespace possync::remote
