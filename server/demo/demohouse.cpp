// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/demo/demohouse.h"

#include "common/model/jsontext.h"

#include <QFile>

namespace possync::demo {
namespace {

QByteArray textOf(const json::Members &members, QByteArrayView key)
{
    const json::Member *member = json::find(members, key);
    return member && member->type == json::Type::String ? json::unquoted(member->value)
                                                        : QByteArray();
}

} // namespace

qint64 penceOf(QByteArrayView price)
{
    const qsizetype point = price.indexOf('.');
    const QByteArray whole = (point < 0 ? price : price.first(point)).toByteArray();
    QByteArray part = point < 0 ? QByteArray("00") : price.sliced(point + 1).toByteArray();
    part = (part + "00").first(2);
    return whole.toLongLong() * 100 + part.toLongLong();
}

QByteArray priceText(qint64 pence)
{
    return QByteArray::number(pence / 100) + '.'
           + QByteArray::number(pence % 100).rightJustified(2, '0');
}

Result<DemoHouse, QString> DemoHouse::load()
{
    QFile file(QStringLiteral(":/possync/demo/oh-bombay-milton.json"));
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{QStringLiteral("the demo restaurant is missing from this build")};
    const QByteArray text = file.readAll();
    json::Members top;
    if (const auto parsed = json::parseObject(text, top); !parsed)
        return Unexpected{QStringLiteral("the demo restaurant cannot be read: ")
                          + QString::fromUtf8(parsed.error().detail)};
    DemoHouse house;
    house.restaurantId = textOf(top, "restaurant_id");
    house.name = textOf(top, "name");
    json::Members fields;
    std::vector<QByteArrayView> elements;
    for (const DataType type : allDataTypes) {
        const json::Member *list = json::find(top, dataTypeName(type));
        if (!list || !json::splitArray(list->value, elements))
            continue; // the demo begins without orders
        for (const QByteArrayView element : elements) {
            json::splitObject(element, fields);
            const DemoRecord record{type, textOf(fields, "id"), element.toByteArray()};
            house.records.push_back(record);
            if (type == DataType::MenuItems) {
                const json::Member *price = json::find(fields, "price");
                house.dishes.push_back(
                    {record.id, textOf(fields, "name"), price ? penceOf(price->value) : 0});
            } else if (type == DataType::Tables) {
                house.tables.push_back(record.id);
            } else if (type == DataType::Users) {
                house.staff.push_back(record.id);
            } else if (type == DataType::Inventory) {
                house.stock.push_back(record);
            }
        }
    }
    if (house.restaurantId.isEmpty() || house.dishes.empty() || house.tables.empty()
        || house.staff.empty() || house.stock.empty())
        return Unexpected{
            QStringLiteral("the demo restaurant lacks dishes, tables, staff or stock")};
    return house;
}

} // namespace possync::demo
