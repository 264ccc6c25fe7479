// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/jsontext.h"

#include <QString>
#include <QStringList>

namespace possync::remote {

/// Members of one JSON object, read by name. The first thing wrong is kept in error() and every
/// later answer is empty, so a reader asks for all it wants and checks once. "Optional" takes a
/// missing member and null for "not told"; a value of the wrong type is an error in any case.
/// Refers to the text, which must outlive it.
class Fields
{
public:
    /// Checks and cuts the text.
    explicit Fields(QByteArrayView text);

    QString text(QByteArrayView key) { return QString::fromUtf8(bytes(key)); }
    QByteArray bytes(QByteArrayView key);
    QString optionalText(QByteArrayView key) { return QString::fromUtf8(optionalBytes(key)); }
    QByteArray optionalBytes(QByteArrayView key);
    qint64 integer(QByteArrayView key);
    std::optional<qint64> optionalInteger(QByteArrayView key);
    /// An integer that is not negative.
    quint64 counter(QByteArrayView key);
    quint64 optionalCounter(QByteArrayView key);
    double optionalNumber(QByteArrayView key);
    bool optionalFlag(QByteArrayView key, bool otherwise = false);
    bool flag(QByteArrayView key);
    /// UTC milliseconds; 0 for "not told".
    qint64 optionalTime(QByteArrayView key);
    /// Exact texts of an array's elements.
    std::vector<QByteArrayView> list(QByteArrayView key);
    std::vector<QByteArrayView> optionalList(QByteArrayView key);
    QStringList optionalTexts(QByteArrayView key);
    /// Exact text of an object; empty for "not told".
    QByteArrayView optionalObject(QByteArrayView key);
    QByteArrayView object(QByteArrayView key);
    bool has(QByteArrayView key) const { return json::find(m_members, key) != nullptr; }
    const json::Members &members() const { return m_members; }

    bool isGood() const { return m_error.isEmpty(); }
    const QString &error() const { return m_error; }
    void fail(const QString &error);

private:
    const json::Member *ask(QByteArrayView key, bool isRequired);
    void failType(QByteArrayView key, const QString &wanted);

    json::Members m_members;
    QString m_error;
};

} // namespace possync::remote
