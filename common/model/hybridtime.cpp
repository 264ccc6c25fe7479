// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/hybridtime.h"

namespace possync {

std::optional<HybridTime> HybridTime::fromText(QByteArrayView text)
{
    const auto number = [](QByteArrayView digits) -> std::optional<qint64> {
        if (digits.isEmpty() || digits.size() > 15)
            return std::nullopt;
        qint64 value = 0;
        for (const char c : digits) {
            if (c < '0' || c > '9')
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const qsizetype dash = text.indexOf('-');
    if (dash < 0)
        return std::nullopt;
    const auto ms = number(text.first(dash));
    const auto counter = number(text.sliced(dash + 1));
    if (!ms || !counter || *ms > maxMs || *counter > static_cast<qint64>(maxCounter))
        return std::nullopt;
    return HybridTime(*ms, static_cast<quint64>(*counter));
}

QByteArray HybridTime::toText() const
{
    return QByteArray::number(ms()) + '-' + QByteArray::number(counter());
}

} // namespace possync
