// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/filternodes.h"

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

template<typename T>
bool ordered(Compare compare, T a, T b)
{
    switch (compare) {
    case Compare::Equal:
        return !(a < b) && !(b < a);
    case Compare::Unequal:
        return a < b || b < a;
    case Compare::Greater:
        return b < a;
    case Compare::Less:
        return a < b;
    case Compare::GreaterEqual:
        return !(a < b);
    case Compare::LessEqual:
        return !(b < a);
    case Compare::Contains:
        break;
    }
    return false;
}

bool equalsFolded(QByteArrayView text, QByteArrayView folded)
{
    return text.size() == folded.size() && containsFolded(text, folded);
}

bool textVerdict(Compare compare, QByteArrayView text, QByteArrayView folded)
{
    switch (compare) {
    case Compare::Contains:
        return containsFolded(text, folded);
    case Compare::Equal:
        return equalsFolded(text, folded);
    case Compare::Unequal:
        return !equalsFolded(text, folded);
    default:
        return ordered(compare, QByteArrayView(text.toByteArray().toLower()).compare(folded), 0);
    }
}

} // namespace

Compare compareOf(const QString &sign)
{
    if (sign == "!="_L1)
        return Compare::Unequal;
    if (sign == ">"_L1)
        return Compare::Greater;
    if (sign == "<"_L1)
        return Compare::Less;
    if (sign == ">="_L1)
        return Compare::GreaterEqual;
    if (sign == "<="_L1)
        return Compare::LessEqual;
    return sign.compare("contains"_L1, Qt::CaseInsensitive) == 0 ? Compare::Contains
                                                                 : Compare::Equal;
}

TextNode::TextNode(Field field, Compare compare, const QByteArray &value)
    : m_field(field)
    , m_compare(compare)
    , m_folded(value.toLower())
{
}

bool TextNode::judge(QByteArrayView text) const
{
    return textVerdict(m_compare, text, m_folded);
}

bool TextNode::judgeNamed(const ChangeStore &store, const ChangeView &row)
{
    // Either of its names will do; for “is not”, neither may be it.
    const bool isUnequal = m_compare == Compare::Unequal;
    const Compare compare = isUnequal ? Compare::Equal : m_compare;
    const auto named = [&](const QByteArray &name) {
        return !name.isEmpty() && textVerdict(compare, name, m_folded);
    };
    const bool isDevice = m_field == Field::Device;
    const auto isId = [&](const QByteArray &id) { return textVerdict(compare, id, m_folded); };
    const bool isIt = (isDevice ? m_verdicts.of(store.devices(), row.device, isId)
                                : m_verdicts.of(store.restaurants(), row.restaurant, isId))
                      || (isDevice ? m_given.ofDevice(store, row, named)
                                   : m_given.ofRestaurant(store, row, named));
    return isIt != isUnequal;
}

bool TextNode::matches(const ChangeStore &store, const ChangeView &row)
{
    const auto named = [this](const QByteArray &name) { return judge(name); };
    switch (m_field) {
    case Field::Type:
        return m_verdicts.of(store.words(), row.type, named);
    case Field::Action:
        return m_verdicts.of(store.words(), row.action, named);
    case Field::Outcome:
        return m_verdicts.of(store.words(), row.outcome, named);
    case Field::User:
        return m_verdicts.of(store.users(), row.user, named);
    case Field::Device:
    case Field::Restaurant:
        return judgeNamed(store, row);
    case Field::Record:
        return judge(row.entityId);
    case Field::ChangeId:
        return judge(row.changeId);
    case Field::Seq:
    case Field::Size:
    case Field::Time:
        break;
    }
    return false;
}

bool NumberNode::matches(const ChangeStore &, const ChangeView &row)
{
    const qint64 value = m_field == Field::Seq    ? qint64(row.seq)
                         : m_field == Field::Size ? qint64(row.data.size())
                                                  : row.receivedMs;
    if (m_field == Field::Time && (m_compare == Compare::Equal || m_compare == Compare::Unequal))
        return (value / 60000 == m_value / 60000) == (m_compare == Compare::Equal);
    return ordered(m_compare, value, m_value);
}

DataFieldNode::DataFieldNode(QByteArray name, Compare compare, const QByteArray &value)
    : m_name(std::move(name))
    , m_compare(compare)
    , m_folded(value.toLower())
{
    bool ok = false;
    const double number = value.toDouble(&ok);
    if (ok)
        m_number = number;
}

bool DataFieldNode::matches(const ChangeStore &, const ChangeView &row)
{
    // Most rows do not hold the name at all; that is quick to see.
    if (row.data.indexOf(m_name) < 0)
        return m_compare == Compare::Unequal;
    const std::optional<QByteArray> value = jsonField(row.data, m_name);
    if (!value)
        return m_compare == Compare::Unequal;
    if (m_number && m_compare != Compare::Contains) {
        bool ok = false;
        const double number = value->toDouble(&ok);
        if (ok)
            return ordered(m_compare, number, *m_number);
    }
    return textVerdict(m_compare, *value, m_folded);
}

bool AnywhereNode::matches(const ChangeStore &store, const ChangeView &row)
{
    const auto named = [this](const QByteArray &name) { return containsFolded(name, m_folded); };
    return m_words.of(store.words(), row.type, named)
           || m_words.of(store.words(), row.action, named)
           || m_words.of(store.words(), row.outcome, named)
           || m_devices.of(store.devices(), row.device, named)
           || m_users.of(store.users(), row.user, named)
           || m_restaurants.of(store.restaurants(), row.restaurant, named)
           || m_given.ofDevice(store, row, named) || m_given.ofRestaurant(store, row, named)
           || containsFolded(row.entityId, m_folded) || containsFolded(row.changeId, m_folded)
           || containsFolded(row.data, m_folded);
}

} // namespace possync::gui
