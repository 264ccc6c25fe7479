// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/fields.h"

#include "common/model/timestamp.h"

#include <QCoreApplication>
#include <cmath>
#include <limits>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

/// What is wrong is told in the language of the program: English, unless it installed another.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::remote)
};

/// Whole numbers may come as 5, 5.0 or 5e0, depending on who wrote them.
std::optional<qint64> wholeNumber(QByteArrayView text)
{
    bool isOk = false;
    const qint64 plain = text.toLongLong(&isOk);
    if (isOk)
        return plain;
    const double number = text.toDouble(&isOk);
    constexpr double exactLimit = 9007199254740992.0;
    if (!isOk || std::abs(number) > exactLimit || number != std::floor(number))
        return std::nullopt;
    return static_cast<qint64>(number);
}

} // namespace

Fields::Fields(QByteArrayView text)
{
    const auto parsed = json::parseObject(text, m_members, {.depth = 64, .members = 1000000});
    if (!parsed) {
        m_members.clear();
        fail(Words::tr("not a JSON object (%1)").arg(QString::fromUtf8(parsed.error().detail)));
    }
}

void Fields::fail(const QString &error)
{
    if (m_error.isEmpty())
        m_error = error;
}

void Fields::failType(QByteArrayView key, const QString &wanted)
{
    fail(Words::tr("\"%1\" must be %2").arg(QString::fromUtf8(key), wanted));
}

const json::Member *Fields::ask(QByteArrayView key, bool isRequired)
{
    if (!isGood())
        return nullptr;
    const json::Member *member = json::find(m_members, key);
    if (member && (isRequired || member->type != json::Type::Null))
        return member;
    if (isRequired)
        fail(Words::tr("\"%1\" is missing").arg(QString::fromUtf8(key)));
    return nullptr;
}

QByteArray Fields::bytes(QByteArrayView key)
{
    const json::Member *member = ask(key, true);
    if (!member)
        return {};
    if (member->type != json::Type::String) {
        failType(key, Words::tr("a text"));
        return {};
    }
    return json::unquoted(member->value);
}

QByteArray Fields::optionalBytes(QByteArrayView key)
{
    return ask(key, false) ? bytes(key) : QByteArray();
}

qint64 Fields::integer(QByteArrayView key)
{
    const json::Member *member = ask(key, true);
    if (!member)
        return 0;
    const auto number =
        member->type == json::Type::Number ? wholeNumber(member->value) : std::nullopt;
    if (!number)
        failType(key, Words::tr("a whole number"));
    return number.value_or(0);
}

std::optional<qint64> Fields::optionalInteger(QByteArrayView key)
{
    return ask(key, false) ? std::optional(integer(key)) : std::nullopt;
}

quint64 Fields::counter(QByteArrayView key)
{
    const qint64 number = integer(key);
    if (number < 0)
        failType(key, Words::tr("0 or more"));
    return isGood() ? static_cast<quint64>(number) : 0;
}

quint64 Fields::optionalCounter(QByteArrayView key)
{
    return ask(key, false) ? counter(key) : 0;
}

double Fields::optionalNumber(QByteArrayView key)
{
    const json::Member *member = ask(key, false);
    if (!member)
        return 0;
    if (member->type != json::Type::Number) {
        failType(key, Words::tr("a number"));
        return 0;
    }
    return member->value.toDouble();
}

bool Fields::optionalFlag(QByteArrayView key, bool otherwise)
{
    return ask(key, false) ? flag(key) : otherwise;
}

bool Fields::flag(QByteArrayView key)
{
    const json::Member *member = ask(key, true);
    if (!member)
        return false;
    if (member->type != json::Type::True && member->type != json::Type::False)
        failType(key, Words::tr("true or false"));
    return member->type == json::Type::True;
}

qint64 Fields::optionalTime(QByteArrayView key)
{
    const QByteArray text = optionalBytes(key);
    if (text.isEmpty())
        return 0;
    const auto time = parseTimestamp(text);
    if (!time)
        failType(key, Words::tr("a time"));
    return time.value_or(0);
}

std::vector<QByteArrayView> Fields::list(QByteArrayView key)
{
    std::vector<QByteArrayView> elements;
    const json::Member *member = ask(key, true);
    if (member && (member->type != json::Type::Array || !json::splitArray(member->value, elements)))
        failType(key, Words::tr("a list"));
    return elements;
}

std::vector<QByteArrayView> Fields::optionalList(QByteArrayView key)
{
    return ask(key, false) ? list(key) : std::vector<QByteArrayView>();
}

QStringList Fields::optionalTexts(QByteArrayView key)
{
    QStringList texts;
    for (const QByteArrayView element : optionalList(key)) {
        if (!element.startsWith('"')) {
            failType(key, Words::tr("a list of texts"));
            return {};
        }
        texts.append(QString::fromUtf8(json::unquoted(element)));
    }
    return texts;
}

QByteArrayView Fields::object(QByteArrayView key)
{
    const json::Member *member = ask(key, true);
    if (!member)
        return {};
    if (member->type != json::Type::Object) {
        failType(key, Words::tr("an object"));
        return {};
    }
    return member->value;
}

QByteArrayView Fields::optionalObject(QByteArrayView key)
{
    return ask(key, false) ? object(key) : QByteArrayView();
}

} // namespace possync::remote
