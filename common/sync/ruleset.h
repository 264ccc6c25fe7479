// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/fieldpath.h"
#include "common/sync/orderlines.h"
#include "common/sync/rules.h"

/// The inside of rules.h; for common/sync only.
namespace possync::sync::rules {

/// `Order "o1"`, for sentences.
QByteArray named(const Proposal &change);
QByteArray byWhom(const Stamp &stamp);

/// One proposal against one record.
class Ruleset
{
public:
    Ruleset(const RecordState &state, const Proposal &change);
    Resolution resolved();

private:
    struct PatchField {
        QByteArray key;
        QByteArray value;
    };

    // rules.cpp: fields, status, payment, tables, deletion.
    Resolution resolvedClassic();
    bool isSeen(const Stamp &stamp) const;
    bool wins(const Stamp &stamp) const;
    QByteArrayView current(QByteArrayView field) const;
    const Stamp *stampOf(QByteArrayView field) const;
    void reject(const QByteArray &code, const QByteArray &reason, const QByteArray &proof);
    void say(const QByteArray &sentence);
    void keep(const QByteArray &field, QByteArrayView kept, QByteArrayView lost, const Stamp *stamp,
              const QByteArray &sentence);
    void take(const QByteArray &field, const QByteArray &value);
    void noteReplaced(const QByteArray &field, QByteArrayView former, QByteArrayView value,
                      const Stamp &stamp);
    bool isStale(QByteArrayView field, QByteArrayView value) const;
    void mergeField(const QByteArray &field, QByteArrayView value);
    bool isPaid() const;
    static bool isPaymentDetail(QByteArrayView field);
    bool isSecondPayment(const json::Members &data) const;
    void rejectPayment();
    void removal();
    bool passesDeletion();
    bool passesOccupation();
    QByteArray patchText() const;

    // rulesetlines.cpp: order lines and operations.
    /// Merges a whole array line by line; false if one of the two is no map of lines.
    bool mergeLines(QByteArrayView array);
    void mergeLine(OrderLine &line, QByteArrayView fields);
    void dropUnlisted(const OrderLines &listed);
    bool openLines();
    void finishLines();
    bool perform(const v2::Operation &operation);
    bool addTo(const QByteArray &field, const QByteArray &by);
    bool addToLine(OrderLine &line, const QByteArray &by);
    const Stamp *stampOfLine(QByteArrayView line, QByteArrayView field) const;

    const RecordState &m_state;
    const Proposal &m_change;
    json::Members m_record; ///< Of the record as it is; empty if there is none.
    std::vector<PatchField> m_patch;
    std::optional<OrderLines> m_lines; ///< As they become; set once a line was touched.
    Resolution m_result;
};

} // namespace possync::sync::rules
