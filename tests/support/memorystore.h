// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/devicestore.h"

#include <set>

namespace possync::test {

/// What a device keeps, in memory, for simulated devices: it survives their crashes, and a disk can
/// be full for a while.
class MemoryStore : public sync::DeviceStore
{
public:
    bool isFull = false;
    int commits = 0;
    int unflushed = 0; ///< Commits that a power cut could take back.

    Result<Done, sync::StoreFailure> flush() override
    {
        if (isFull)
            return Unexpected{
                sync::StoreFailure{sync::StoreFailure::Kind::DiskFull, QStringLiteral("no space")}};
        unflushed = 0;
        return Done{};
    }
    Result<Done, sync::StoreFailure> commit(const sync::StoreEdit &edit) override
    {
        if (isFull)
            return Unexpected{
                sync::StoreFailure{sync::StoreFailure::Kind::DiskFull, QStringLiteral("no space")}};
        ++commits;
        unflushed = edit.queued.empty() ? unflushed + 1 : 0;
        for (const sync::OutgoingChange &change : edit.queued) {
            m_outbox[change.number] = change;
            m_image.lastNumber = change.number;
            m_image.lastMadeAt = change.change.time.value_or(HybridTime());
        }
        for (const sync::OutboxMark &mark : edit.marked) {
            sync::OutgoingChange &change = m_outbox.at(mark.number);
            change.seq = mark.seq;
            change.isSettled = mark.isSettled;
            change.isRepeat = mark.isRepeat;
            m_done.erase(mark.number);
        }
        m_done.insert(edit.done.begin(), edit.done.end());
        for (const quint64 number : edit.dropped)
            m_outbox.erase(number);
        settled.insert(settled.end(), edit.settled.begin(), edit.settled.end());
        for (const sync::EntityKey &key : edit.removed)
            m_records[key.dataType].erase(key.entityId);
        for (const sync::Record &record : edit.put)
            m_records[record.key.dataType][record.key.entityId] = record;
        if (edit.clearsStaged)
            m_staged.clear();
        for (const sync::Record &record : edit.staged)
            m_staged[record.key.dataType][record.key.entityId] = record;
        if (edit.token)
            m_image.token = *edit.token;
        if (edit.position)
            m_image.position = *edit.position;
        if (edit.wantedTypes)
            m_image.wantedTypes = *edit.wantedTypes;
        return Done{};
    }
    std::optional<sync::Record> record(const sync::EntityKey &key) const override
    {
        const auto records = m_records.find(key.dataType);
        if (records == m_records.end() || !records->second.contains(key.entityId))
            return std::nullopt;
        return records->second.at(key.entityId);
    }
    std::vector<sync::Record> records(DataType type) const override { return of(m_records, type); }
    std::vector<sync::Record> staged(DataType type) const override { return of(m_staged, type); }
    std::vector<sync::OutgoingChange> sentBefore() const override { return outbox(true); }

    /// What a device finds when it starts.
    sync::StoreImage image() const
    {
        sync::StoreImage image = m_image;
        image.outbox = outbox(false);
        return image;
    }

    std::vector<sync::Settled> settled; ///< All outcomes ever.

private:
    using Records = std::map<DataType, std::map<QByteArray, sync::Record>>;

    static std::vector<sync::Record> of(const Records &all, DataType type)
    {
        std::vector<sync::Record> records;
        if (const auto found = all.find(type); found != all.end()) {
            for (const auto &[id, record] : found->second)
                records.push_back(record);
        }
        return records;
    }
    std::vector<sync::OutgoingChange> outbox(bool isDone) const
    {
        std::vector<sync::OutgoingChange> changes;
        for (const auto &[number, change] : m_outbox) {
            if (m_done.contains(number) == isDone)
                changes.push_back(change);
        }
        return changes;
    }

    sync::StoreImage m_image;
    std::map<quint64, sync::OutgoingChange> m_outbox;
    std::set<quint64> m_done;
    Records m_records;
    Records m_staged;
};

} // namespace possync::test
