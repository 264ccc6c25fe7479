// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "common/model/hybridtime.h"

#include <QByteArray>
#include <vector>

/// A record and what the merge rules must know of it.
namespace possync::sync {

/// Who wrote a value, when, and as which version of the record.
struct Stamp {
    HybridTime time;
    quint32 rev = 0;
    QByteArray device;
    bool operator==(const Stamp &) const = default;
};

/// The stamps of a record's fields, and of the lines of an order and their fields. By hash: two
/// fields that share one would merge as one. Fields written by one change share their stamp, so
/// that a record costs little more for being mergeable.
class FieldStamps
{
public:
    struct Field {
        quint32 key = 0;
        quint32 stamp = 0; ///< Index into stamps().
    };

    static quint32 keyOf(QByteArrayView field);
    /// Of an order line (`field` empty) or one of its fields.
    static quint32 keyOfLine(QByteArrayView lineId, QByteArrayView field);

    const Stamp *find(quint32 key) const;
    /// The time never goes back: a value that was seen may be replaced by a clock that lags.
    void set(quint32 key, const Stamp &stamp);
    void clear();
    const std::vector<Field> &fields() const { return m_fields; }
    const std::vector<Stamp> &stamps() const { return m_stamps; }
    /// Takes what fields() and stamps() gave before; false if they do not fit together.
    bool load(std::vector<Field> fields, std::vector<Stamp> stamps);

private:
    quint32 indexOf(const Stamp &stamp);
    void dropUnused();

    std::vector<Field> m_fields;
    std::vector<Stamp> m_stamps;
};

struct RecordState {
    QByteArray record; ///< JSON object; empty: none, or deleted.
    bool deleted = false;
    quint32 rev = 0; ///< Grows by one with each change that touched it.
    Stamp born;      ///< Of the change that made it, or made it anew.
    Stamp died;      ///< Of its last deletion.
    FieldStamps fields;
};

/// The record after a change that was decided: fields of `patch` replace those of the record, and
/// for table actions `status` becomes the action's name. `stamp.rev` is the new version.
void applyPatch(RecordState &state, DataType type, Action action, QByteArrayView entityId,
                QByteArrayView patch, const Stamp &stamp);
void applyRemoval(RecordState &state, const Stamp &stamp);

/// Name of the field that holds the lines of an order.
inline constexpr QByteArrayView linesField = "items";

} // namespace possync::sync
