// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/devicestore.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <functional>
#include <memory>

namespace possync {

/// Why a device's database cannot be used.
struct ReplicaError {
    enum class Code {
        Unusable,    ///< Cannot be opened or written; the detail says why.
        InUse,       ///< Another process has it open.
        Newer,       ///< Written by a newer version of the SDK; it is left as it is.
        Foreign,     ///< Some other program's file, or damaged.
        OtherDevice, ///< It belongs to another restaurant or device.
    };
    Code code = Code::Unusable;
    QString detail; ///< One sentence: what, which file, what to do.
};

/// A device's records and outbox in one SQLite file: WAL, one transaction per edit, so that a
/// process killed in the middle of a write leaves all of it or nothing. What queues a change is
/// flushed to the disk at once; the rest, which the server has too, by flush() or the next that
/// is. One process at a time. Lives on the thread that opened it. docs/adr/0010.
class Replica : public sync::DeviceStore
{
public:
    /// Schema this version writes. Newer files are refused and stay untouched.
    static constexpr int schemaVersion = 1;
    /// So many of the latest changes are kept after they are done with, and their outcomes.
    static constexpr quint64 changesKept = 10'000;

    /// Opens or creates `file`; a new one becomes the given device's, an old one must be.
    static Result<std::unique_ptr<Replica>, ReplicaError>
    open(const QString &file, const QByteArray &restaurantId, const QByteArray &deviceId);
    ~Replica() override;
    Replica(const Replica &) = delete;
    Replica &operator=(const Replica &) = delete;

    Result<sync::StoreImage, ReplicaError> image();
    Result<Done, sync::StoreFailure> commit(const sync::StoreEdit &edit) override;
    Result<Done, sync::StoreFailure> flush() override;
    std::optional<sync::Record> record(const sync::EntityKey &key) const override;
    std::vector<sync::Record> records(DataType type) const override;
    std::vector<sync::Record> staged(DataType type) const override;
    std::vector<sync::OutgoingChange> sentBefore() const override;
    /// What became of a change, if it is among the last remembered.
    std::optional<sync::Settled> outcome(const QByteArray &changeId) const;

private:
    explicit Replica(QString file);

    std::optional<ReplicaError> configure();
    std::optional<ReplicaError> checkVersion();
    std::optional<ReplicaError> createSchema();
    std::optional<ReplicaError> claim(const QByteArray &restaurantId, const QByteArray &deviceId);
    bool execute(const QString &sql);
    bool run(QSqlQuery &query, std::initializer_list<QVariant> values);
    bool putMeta(const char *key, const QVariant &value);
    QVariant meta(const char *key);
    Result<Done, sync::StoreFailure> transact(bool isFlushed, const std::function<bool()> &write);
    bool write(const sync::StoreEdit &edit);
    bool writeOutbox(const sync::StoreEdit &edit);
    bool writeRecords(const sync::StoreEdit &edit);
    bool writeMeta(const sync::StoreEdit &edit);
    Result<std::vector<sync::OutgoingChange>, ReplicaError> changes(const QString &condition) const;
    std::vector<sync::Record> recordsIn(const QString &table, DataType type) const;
    ReplicaError error(ReplicaError::Code code, const QString &what) const;

    struct Statements;

    QString m_file;
    QString m_connection;
    QByteArray m_restaurantId;
    QSqlDatabase m_database;
    std::unique_ptr<Statements> m_statements;
    QString m_lastError;
    bool m_isDiskFull = false;
    bool m_flushesCommits = true; ///< As the pragma is set.
    bool m_hasUnflushed = false;
    quint64 m_flushes = 0;
};

} // namespace possync
