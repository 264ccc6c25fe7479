// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changefilter.h"

#include "common/model/jsontext.h"
#include "console/gui/changes/filternodes.h"
#include "console/gui/changes/filterscanner.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QTime>
#include <bit>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::ChangeFilter)
};

struct FieldName {
    QLatin1StringView name;
    Field field;
};

constexpr FieldName fields[]{
    {"type"_L1, Field::Type},       {"action"_L1, Field::Action},
    {"record"_L1, Field::Record},   {"device"_L1, Field::Device},
    {"user"_L1, Field::User},       {"restaurant"_L1, Field::Restaurant},
    {"outcome"_L1, Field::Outcome}, {"change"_L1, Field::ChangeId},
    {"seq"_L1, Field::Seq},         {"size"_L1, Field::Size},
    {"time"_L1, Field::Time},
};

QString nearestField(const QString &typed)
{
    for (const FieldName &f : fields) {
        const QString name = QString(f.name);
        if (typed.size() >= 2
            && (name.startsWith(typed, Qt::CaseInsensitive)
                || typed.startsWith(name, Qt::CaseInsensitive)))
            return name;
    }
    return typed == "entity"_L1 || typed == "id"_L1 ? u"record"_s : QString();
}

/// Recursive descent; every function leaves the error in m_error and returns null on trouble.
class Parser
{
public:
    Parser(const QString &line, qint64 nowMs)
        : m_tokens(scanFilter(line))
        , m_nowMs(nowMs)
    {
    }

    Result<std::shared_ptr<ChangeFilter::Node>, FilterError> run()
    {
        auto root = either();
        if (root && m_tokens[m_at].kind != Token::End)
            root = fail(Words::tr("A closing bracket has no opening one."));
        if (!root)
            return Unexpected(m_error);
        return root;
    }

private:
    using NodePtr = std::shared_ptr<ChangeFilter::Node>;

    NodePtr fail(const QString &message)
    {
        if (m_error.message.isEmpty())
            m_error = {message, m_tokens[m_at].position};
        return nullptr;
    }

    bool take(Token::Kind kind)
    {
        if (m_tokens[m_at].kind != kind)
            return false;
        ++m_at;
        return true;
    }

    NodePtr either()
    {
        NodePtr left = both();
        while (left && take(Token::Or)) {
            NodePtr right = both();
            left = right ? std::make_shared<OrNode>(left, right) : nullptr;
        }
        return left;
    }

    NodePtr both()
    {
        NodePtr left = negation();
        while (left) {
            const Token::Kind next = m_tokens[m_at].kind;
            if (next == Token::And)
                ++m_at;
            else if (next == Token::End || next == Token::Or || next == Token::Close)
                break;
            NodePtr right = negation();
            left = right ? std::make_shared<AndNode>(left, right) : nullptr;
        }
        return left;
    }

    NodePtr negation()
    {
        if (m_depth > 100)
            return fail(Words::tr("This is nested too deeply."));
        ++m_depth;
        NodePtr node;
        if (take(Token::Not)) {
            const NodePtr inner = negation();
            node = inner ? std::make_shared<NotNode>(inner) : nullptr;
        } else {
            node = primary();
        }
        --m_depth;
        return node;
    }

    NodePtr primary()
    {
        if (take(Token::Open)) {
            NodePtr inner = either();
            if (inner && !take(Token::Close))
                return fail(Words::tr("A bracket is not closed."));
            return inner;
        }
        const Token token = m_tokens[m_at];
        if (token.kind == Token::Unfinished)
            return fail(Words::tr("A quotation mark is not closed."));
        if (token.kind == Token::Operator)
            return fail(Words::tr("A field name is missing before %1.").arg(token.text));
        if (token.kind != Token::Word && token.kind != Token::Quoted)
            return fail(m_tokens.size() == 1 || m_at == 0
                            ? Words::tr("Something to look for is missing here.")
                            : Words::tr("The line ends too early."));
        ++m_at;
        if (token.kind == Token::Word && m_tokens[m_at].kind == Token::Operator)
            return comparison(token);
        return std::make_shared<AnywhereNode>(token.text.toUtf8());
    }

    NodePtr comparison(const Token &name)
    {
        const Token op = m_tokens[m_at++];
        const Token value = m_tokens[m_at];
        if (value.kind == Token::Unfinished)
            return fail(Words::tr("A quotation mark is not closed."));
        if (value.kind != Token::Word && value.kind != Token::Quoted)
            return fail(Words::tr("A value is missing after %1.").arg(op.text));
        const Compare compare = compareOf(op.text);
        if (name.text.startsWith("data."_L1, Qt::CaseInsensitive) && name.text.size() > 5) {
            ++m_at;
            return std::make_shared<DataFieldNode>(name.text.sliced(5).toUtf8(), compare,
                                                   value.text.toUtf8());
        }
        const auto field = std::ranges::find_if(fields, [&](const FieldName &f) {
            return name.text.compare(f.name, Qt::CaseInsensitive) == 0;
        });
        if (field == std::end(fields)) {
            --m_at, --m_at;
            const QString near = nearestField(name.text);
            return fail(
                near.isEmpty()
                    ? Words::tr(
                          "There is no field “%1”. Fields inside the change are written data.%1.")
                          .arg(name.text)
                    : Words::tr("There is no field “%1”. Did you mean “%2”?").arg(name.text, near));
        }
        return fieldNode(field->field, compare, op, value);
    }

    NodePtr fieldNode(Field field, Compare compare, const Token &op, const Token &value)
    {
        const bool numeric = field == Field::Seq || field == Field::Size || field == Field::Time;
        const bool ordered = compare != Compare::Equal && compare != Compare::Unequal
                             && compare != Compare::Contains;
        if (!numeric && ordered)
            return fail(
                Words::tr("%1 works for seq, size, time and data fields only.").arg(op.text));
        if (!numeric) {
            ++m_at;
            return std::make_shared<TextNode>(field, compare, value.text.toUtf8());
        }
        if (compare == Compare::Contains)
            return fail(Words::tr("This field is a number: use ==, > or <."));
        bool ok = false;
        qint64 number = value.text.toLongLong(&ok);
        if (field == Field::Time) {
            const QTime clock = QTime::fromString(
                value.text, value.text.count(u':') == 2 ? u"H:mm:ss"_s : u"H:mm"_s);
            ok = clock.isValid();
            const QDate today = QDateTime::fromMSecsSinceEpoch(m_nowMs).date();
            number = QDateTime(today, clock).toMSecsSinceEpoch();
        }
        if (!ok)
            return fail(field == Field::Time
                            ? Words::tr("Write a time as 20:14 or 20:14:30.")
                            : Words::tr("“%1” is not a whole number.").arg(value.text));
        ++m_at;
        return std::make_shared<NumberNode>(field, compare, number);
    }

    QList<Token> m_tokens;
    qsizetype m_at = 0;
    qint64 m_nowMs;
    int m_depth = 0;
    FilterError m_error;
};

} // namespace

Result<ChangeFilter, FilterError> ChangeFilter::parse(const QString &line, qint64 nowMs)
{
    if (line.trimmed().isEmpty())
        return ChangeFilter();
    if (line.size() > 4000)
        return Unexpected(FilterError{Words::tr("This filter is too long."), 4000});
    auto root = Parser(line, nowMs).run();
    if (!root)
        return Unexpected(root.error());
    return ChangeFilter(*root);
}

bool ChangeFilter::matches(const ChangeStore &store, const ChangeView &row) const
{
    return !m_root || m_root->matches(store, row);
}

QStringList ChangeFilter::fieldNames()
{
    QStringList names;
    for (const FieldName &f : fields)
        names.append(QString(f.name));
    names.append({u"data.status"_s, u"data.name"_s, u"data.order_number"_s});
    return names;
}

QString ChangeFilter::equals(const QString &field, const QString &value)
{
    const bool plain = !value.isEmpty() && std::ranges::all_of(value, [](QChar c) {
        return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'.';
    });
    if (plain)
        return u"%1 == %2"_s.arg(field, value);
    QString escaped = value;
    escaped.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s);
    return u"%1 == \"%2\""_s.arg(field, escaped);
}

std::optional<QByteArray> jsonField(QByteArrayView object, QByteArrayView name)
{
    json::Members members;
    if (!json::parseObject(object, members))
        return std::nullopt;
    const json::Member *member = json::find(members, name);
    if (!member)
        return std::nullopt;
    return member->type == json::Type::String ? json::unquoted(member->value)
                                              : member->value.toByteArray();
}

bool containsFolded(QByteArrayView text, QByteArrayView lowerNeedle)
{
    if (lowerNeedle.isEmpty())
        return true;
    const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
    const char first = lowerNeedle.front();
    const qsizetype last = text.size() - lowerNeedle.size();
    const auto isAt = [&](qsizetype i) {
        qsizetype k = 1;
        while (k < lowerNeedle.size() && fold(text[i + k]) == lowerNeedle[k])
            ++k;
        return k == lowerNeedle.size();
    };
    qsizetype i = 0;
#ifdef __SSE2__
    // A filter runs over the text of a million changes: sixteen places are looked at in one go.
    const char upper = first >= 'a' && first <= 'z' ? char(first - 32) : first;
    for (; i + 16 <= text.size(); i += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(text.data() + i));
        auto places = static_cast<unsigned>(
            _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(first)),
                                           _mm_cmpeq_epi8(block, _mm_set1_epi8(upper)))));
        for (; places != 0; places &= places - 1) {
            const qsizetype place = i + std::countr_zero(places);
            if (place <= last && isAt(place))
                return true;
        }
    }
#endif
    for (; i <= last; ++i) {
        if (fold(text[i]) == first && isAt(i))
            return true;
    }
    return false;
}

} // namespace possync::gui
