// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/changes/changefilter.h"

#include <vector>

/// The compiled form of a filter line; used by changefilter.cpp only.
namespace possync::gui {

enum class Field {
    Type,
    Action,
    Record,
    Device,
    User,
    Restaurant,
    Outcome,
    ChangeId,
    Seq,
    Size,
    Time
};
enum class Compare { Equal, Unequal, Contains, Greater, Less, GreaterEqual, LessEqual };

Compare compareOf(const QString &sign);

class ChangeFilter::Node
{
public:
    virtual ~Node() = default;
    virtual bool matches(const ChangeStore &store, const ChangeView &row) = 0;
};

using FilterNodePtr = std::shared_ptr<ChangeFilter::Node>;

class AndNode : public ChangeFilter::Node
{
public:
    AndNode(FilterNodePtr a, FilterNodePtr b)
        : m_a(std::move(a))
        , m_b(std::move(b))
    {
    }
    bool matches(const ChangeStore &s, const ChangeView &r) override
    {
        return m_a->matches(s, r) && m_b->matches(s, r);
    }

private:
    FilterNodePtr m_a, m_b;
};

class OrNode : public ChangeFilter::Node
{
public:
    OrNode(FilterNodePtr a, FilterNodePtr b)
        : m_a(std::move(a))
        , m_b(std::move(b))
    {
    }
    bool matches(const ChangeStore &s, const ChangeView &r) override
    {
        return m_a->matches(s, r) || m_b->matches(s, r);
    }

private:
    FilterNodePtr m_a, m_b;
};

class NotNode : public ChangeFilter::Node
{
public:
    explicit NotNode(FilterNodePtr inner)
        : m_inner(std::move(inner))
    {
    }
    bool matches(const ChangeStore &s, const ChangeView &r) override
    {
        return !m_inner->matches(s, r);
    }

private:
    FilterNodePtr m_inner;
};

/// Verdicts about interned names: each name is looked at once, however many rows carry it.
class NameVerdicts
{
public:
    template<typename Judge>
    bool of(const NameTable &names, quint32 number, Judge judge)
    {
        if (m_known.size() < names.size())
            m_known.resize(names.size(), -1);
        signed char &verdict = m_known[number];
        if (verdict < 0)
            verdict = judge(names.nameOf(number)) ? 1 : 0;
        return verdict == 1;
    }

private:
    std::vector<signed char> m_known;
};

/// Verdicts about the names people gave to restaurants and devices: each is looked at once, and
/// anew after a name changed.
class GivenNameVerdicts
{
public:
    template<typename Judge>
    bool ofRestaurant(const ChangeStore &store, const ChangeView &row, Judge judge)
    {
        return of(store, quint64(row.restaurant) << 32 | noDevice,
                  [&] { return judge(store.restaurantName(row)); });
    }
    template<typename Judge>
    bool ofDevice(const ChangeStore &store, const ChangeView &row, Judge judge)
    {
        return of(store, quint64(row.restaurant) << 32 | row.device,
                  [&] { return judge(store.deviceName(row)); });
    }

private:
    static constexpr quint32 noDevice = 0xffffffff;

    template<typename Look>
    bool of(const ChangeStore &store, quint64 whose, Look look)
    {
        const ChangeNames &names = store.names();
        if (names.isEmpty())
            return false;
        if (m_version != names.version()) {
            m_known.clear();
            m_version = names.version();
        }
        if (const auto known = m_known.constFind(whose); known != m_known.cend())
            return *known;
        return *m_known.insert(whose, look());
    }

    QHash<quint64, bool> m_known;
    quint64 m_version = 0;
};

class TextNode : public ChangeFilter::Node
{
public:
    TextNode(Field field, Compare compare, const QByteArray &value);
    bool matches(const ChangeStore &store, const ChangeView &row) override;

private:
    bool judge(QByteArrayView text) const;
    bool judgeNamed(const ChangeStore &store, const ChangeView &row);

    Field m_field;
    Compare m_compare;
    QByteArray m_folded;
    NameVerdicts m_verdicts;
    GivenNameVerdicts m_given;
};

class NumberNode : public ChangeFilter::Node
{
public:
    NumberNode(Field field, Compare compare, qint64 value)
        : m_field(field)
        , m_compare(compare)
        , m_value(value)
    {
    }
    bool matches(const ChangeStore &store, const ChangeView &row) override;

private:
    Field m_field;
    Compare m_compare;
    qint64 m_value;
};

/// A field inside the change's own JSON.
class DataFieldNode : public ChangeFilter::Node
{
public:
    DataFieldNode(QByteArray name, Compare compare, const QByteArray &value);
    bool matches(const ChangeStore &store, const ChangeView &row) override;

private:
    QByteArray m_name;
    Compare m_compare;
    QByteArray m_folded;
    std::optional<double> m_number;
};

/// Bare words: any visible text of the row.
class AnywhereNode : public ChangeFilter::Node
{
public:
    explicit AnywhereNode(const QByteArray &text)
        : m_folded(text.toLower())
    {
    }
    bool matches(const ChangeStore &store, const ChangeView &row) override;

private:
    QByteArray m_folded;
    NameVerdicts m_words, m_devices, m_users, m_restaurants;
    GivenNameVerdicts m_given;
};

} // namespace possync::gui
