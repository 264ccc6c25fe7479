// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"
#include "console/gui/changes/changestore.h"

#include <QString>
#include <QStringList>
#include <memory>

namespace possync::gui {

/// Why a filter line makes no sense, and where.
struct FilterError {
    QString message;
    qsizetype position = 0;
};

/// A filter line over changes:
///   type == orders && action == status_changed      comparison of a field
///   data.status == ready                             a field inside the change
///   device contains till || size > 500 || time > 20:14
///   !(user == asha) "Table 12"                       bare words search everywhere; side by side
///   means "and"
/// Text compares without regard to case; `device` and `restaurant` take an id or what people call
/// it. Copies share the compiled form.
class ChangeFilter
{
public:
    class Node;

    /// The filter that lets everything through.
    ChangeFilter() = default;

    /// `nowMs` gives the day that a time of day such as 20:14 belongs to.
    static Result<ChangeFilter, FilterError> parse(const QString &line, qint64 nowMs);

    bool isEmpty() const { return !m_root; }
    bool matches(const ChangeStore &store, const ChangeView &row) const;

    /// Field names for completion and help.
    static QStringList fieldNames();
    /// `field == "value"` with quotes where they are needed.
    static QString equals(const QString &field, const QString &value);

private:
    explicit ChangeFilter(std::shared_ptr<Node> root)
        : m_root(std::move(root))
    {
    }

    std::shared_ptr<Node> m_root;
};

/// Value of a top-level field of a JSON object text as plain text: strings unquoted, others as
/// written. Empty view-less result if there is no such field or the text is not an object.
std::optional<QByteArray> jsonField(QByteArrayView object, QByteArrayView name);
/// True if `text` holds `lowerNeedle` without regard to the case of ASCII letters.
bool containsFolded(QByteArrayView text, QByteArrayView lowerNeedle);

} // namespace possync::gui
