// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/changes/changenames.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QString>
#include <deque>
#include <span>
#include <vector>

/// The changes the console has seen, packed for a million rows. GUI thread only.
namespace possync::gui {

/// One change as it arrives. Texts are UTF-8; `data` is the JSON text as it came.
struct ChangeEntry {
    quint64 seq = 0;
    qint64 sentMs = 0;     ///< The device's own clock, UTC milliseconds; 0: it did not say.
    qint64 receivedMs = 0; ///< The server's clock, UTC milliseconds.
    QByteArray restaurant = {};
    QByteArray changeId = {};
    QByteArray dataType = {};
    QByteArray action = {};
    QByteArray entityId = {};
    QByteArray deviceId = {};
    QByteArray userId = {};
    QByteArray outcome = {};
    QByteArray data = {};
};

/// Number given to a text the first time it is seen, so that a row holds four bytes instead of a
/// string.
class NameTable
{
public:
    quint32 numberOf(QByteArrayView name);
    /// The number if the name is known.
    std::optional<quint32> find(QByteArrayView name) const;
    const QByteArray &nameOf(quint32 number) const { return m_names[number]; }
    std::size_t size() const { return m_names.size(); }

private:
    QHash<QByteArray, quint32> m_numbers;
    std::vector<QByteArray> m_names;
};

/// A row as spans into the store; valid until the next append().
struct ChangeView {
    quint64 seq = 0;
    qint64 sentMs = 0;
    qint64 receivedMs = 0;
    quint32 restaurant = 0; ///< Number in restaurants().
    quint32 device = 0;     ///< Number in devices().
    quint32 user = 0;       ///< Number in users().
    quint32 type = 0;       ///< Number in words().
    quint32 action = 0;     ///< Number in words().
    quint32 outcome = 0;    ///< Number in words().
    QByteArrayView entityId;
    QByteArrayView changeId;
    QByteArrayView data;
};

/// Ring of changes addressed by row numbers that never change: firstRow() grows as old rows leave.
class ChangeStore
{
public:
    /// Rows leave in runs of this many.
    static constexpr quint64 chunkRows = 4096;

    explicit ChangeStore(quint64 capacity = 1000000)
        : m_capacity(std::max(capacity, chunkRows))
    {
    }

    void append(std::span<const ChangeEntry> entries);
    void clear();

    quint64 firstRow() const { return m_firstRow; }
    /// What firstRow() will be after append() of this many.
    quint64 firstRowAfter(quint64 added) const;
    quint64 endRow() const { return m_endRow; }
    quint64 size() const { return m_endRow - m_firstRow; }
    quint64 capacity() const { return m_capacity; }
    ChangeView at(quint64 row) const;

    /// Rows about one record, oldest first, at most up to and including `lastRow`.
    std::vector<quint64> historyOf(quint32 restaurant, quint32 type, QByteArrayView entityId,
                                   quint64 lastRow) const;

    const NameTable &restaurants() const { return m_restaurants; }
    const NameTable &devices() const { return m_devices; }
    const NameTable &users() const { return m_users; }
    /// Data types, actions and outcomes.
    const NameTable &words() const { return m_words; }
    /// What people call restaurants and devices; rows hold ids.
    const ChangeNames &names() const { return m_names; }
    ChangeNames &names() { return m_names; }
    /// The name of a row's restaurant or device; empty where the id serves.
    QByteArray restaurantName(const ChangeView &row) const
    {
        return m_names.restaurant(m_restaurants.nameOf(row.restaurant));
    }
    QByteArray deviceName(const ChangeView &row) const
    {
        return m_names.device(m_restaurants.nameOf(row.restaurant), m_devices.nameOf(row.device));
    }

private:
    struct Row {
        quint64 seq;
        qint64 sentMs;
        qint64 receivedMs;
        quint32 restaurant, device, user;
        quint16 type, action, outcome;
        quint16 entitySize, changeIdSize;
        quint32 dataSize;
        quint32 textAt;
    };
    struct Chunk {
        std::vector<Row> rows;
        QByteArray text;
    };

    quint64 m_capacity;
    quint64 m_firstRow = 0;
    quint64 m_endRow = 0;
    std::deque<Chunk> m_chunks;
    NameTable m_restaurants, m_devices, m_users, m_words;
    ChangeNames m_names;
};

} // namespace possync::gui
