// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/client/syncclient.h"

#include <QTemporaryDir>
#include <QTest>

namespace possync::test {

using namespace Qt::StringLiterals;

/// A device with a database of its own, which outlives restarts, and all it ever said.
class Device
{
public:
    explicit Device(const QUrl &url, const QString &id = u"till"_s)
    {
        m_config.url = url;
        m_config.restaurantId = u"r1"_s;
        m_config.deviceId = id;
        m_config.databaseFile = m_directory.filePath(u"device.sqlite"_s);
        m_config.backoff = {.firstMs = 5, .longestMs = 50};
        m_config.watchesNetwork = false;
    }

    SyncClient::Config &config() { return m_config; }
    QString directory() const { return m_directory.path(); }
    /// Opens it as a program does at its start; false says why on the test's output.
    bool open()
    {
        m_client = std::make_unique<SyncClient>();
        QObject::connect(m_client.get(), &SyncClient::recordUpdated, m_client.get(),
                         [this](const Update &update) { updates.append(update); });
        QObject::connect(m_client.get(), &SyncClient::settled, m_client.get(),
                         [this](const Settled &each) { settled.append(each); });
        QObject::connect(m_client.get(), &SyncClient::problemOccurred, m_client.get(),
                         [this](const Problem &each) { problems.append(each); });
        const auto configured = m_client->configure(m_config);
        if (!configured)
            qWarning("%s", qPrintable(configured.error().detail));
        return configured.has_value();
    }
    bool start()
    {
        if (!open())
            return false;
        m_client->start();
        return true;
    }
    /// As the end of the program.
    void close() { m_client.reset(); }
    SyncClient *operator->() { return m_client.get(); }
    bool isUpToDate() const { return m_client->state() == SyncClient::State::UpToDate; }
    bool isInSync() const { return isUpToDate() && m_client->pendingCount() == 0; }
    /// Queues and returns the id; empty if it was refused.
    QByteArray order(const QString &id, const QByteArray &data, Action action = Action::Updated)
    {
        const auto queued = m_client->broadcastOrderUpdate(id, action, data);
        return queued ? *queued : QByteArray();
    }
    QByteArray record(const QString &id, DataType type = DataType::Orders) const
    {
        return m_client->record(type, id);
    }

    QList<Update> updates;
    QList<Settled> settled;
    QList<Problem> problems;

private:
    QTemporaryDir m_directory;
    SyncClient::Config m_config;
    std::unique_ptr<SyncClient> m_client;
};

} // namespace possync::test
