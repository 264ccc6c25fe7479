// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/compose/template.h"

#include "common/model/jsontext.h"
#include "console/gui/changes/fieldmodel.h"

#include <QCoreApplication>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::ChangeTemplate)
};

FormField text(const char *key, const QString &label, const QString &preset,
               bool isRequired = false)
{
    return {key, label, FormField::Text, preset, {}, isRequired};
}

FormField number(const char *key, const QString &label, const QString &preset)
{
    return {key, label, FormField::Number, preset, {}, true};
}

FormField choice(const char *key, const QString &label, const QStringList &choices, int preset = 0)
{
    return {key, label, FormField::Choice, choices[preset], choices, true};
}

FormField flag(const char *key, const QString &label, bool preset)
{
    return {key, label, FormField::Flag, preset ? u"true"_s : u"false"_s, {}, true};
}

QStringList orderStates()
{
    return {u"pending"_s, u"confirmed"_s, u"preparing"_s, u"ready"_s,
            u"served"_s,  u"completed"_s, u"cancelled"_s, u"refunded"_s};
}

QList<FormField> orderFields()
{
    return {text("order_number", Words::tr("Order number"), u"ORD-9001"_s, true),
            choice("status", Words::tr("Status"), orderStates()),
            choice("type", Words::tr("Type"),
                   {u"dineIn"_s, u"takeaway"_s, u"delivery"_s, u"catering"_s}),
            number("total_amount", Words::tr("Total"), u"45.50"_s),
            number("items_count", Words::tr("Items"), u"3"_s)};
}

QList<FormField> menuFields()
{
    return {text("name", Words::tr("Name"), u"Butter Chicken"_s, true),
            number("price", Words::tr("Price"), u"17.95"_s),
            text("category_id", Words::tr("Category"), u"curries"_s),
            flag("is_available", Words::tr("Available"), true)};
}

QList<FormField> stockFields()
{
    return {text("name", Words::tr("Name"), u"Basmati rice"_s, true),
            number("current_stock", Words::tr("In stock"), u"12.5"_s),
            number("min_stock", Words::tr("Minimum"), u"5"_s),
            choice("unit", Words::tr("Unit"),
                   {u"kilograms"_s, u"grams"_s, u"pieces"_s, u"liters"_s, u"milliliters"_s,
                    u"pounds"_s, u"ounces"_s, u"units"_s})};
}

QList<FormField> tableFields(const QString &status)
{
    return {text("number", Words::tr("Table"), u"12"_s),
            {"status",
             Words::tr("Status"),
             FormField::Choice,
             status,
             {u"available"_s, u"occupied"_s, u"reserved"_s, u"cleaning"_s},
             true},
            number("guests", Words::tr("Guests"), status == "occupied"_L1 ? u"4"_s : u"0"_s)};
}

QList<FormField> userFields()
{
    return {
        text("name", Words::tr("Name"), u"Test person"_s, true),
        choice("role", Words::tr("Role"), {u"server"_s, u"cashier"_s, u"manager"_s, u"admin"_s}),
        flag("is_active", Words::tr("Active"), true)};
}

QList<FormField> printerFields()
{
    return {text("name", Words::tr("Name"), u"Kitchen printer"_s, true),
            choice("type", Words::tr("Connection"),
                   {u"wifi"_s, u"ethernet"_s, u"bluetooth"_s, u"usb"_s, u"remote"_s, u"vpn"_s}),
            text("address", Words::tr("Address"), u"192.168.1.80"_s)};
}

QByteArray valueText(FormField::Kind kind, const QString &text)
{
    switch (kind) {
    case FormField::Flag:
        return text == "true"_L1 ? "true" : "false";
    case FormField::Number: {
        const QByteArray number = text.trimmed().toUtf8();
        const auto type = json::check(number);
        // Numbers keep the text they were typed in: 45.50 is sent as 45.50.
        return type && *type == json::Type::Number ? number : json::quoted(number);
    }
    case FormField::Text:
    case FormField::Choice:
        break;
    }
    return json::quoted(text.toUtf8());
}

} // namespace

QList<ChangeTemplate> allTemplates()
{
    using enum Action;
    const QString order = u"order_test_1"_s;
    const QString dish = u"menu_test_1"_s;
    const QString stock = u"stock_test_1"_s;
    const QString table = u"table_12"_s;
    const QString person = u"user_test_1"_s;
    const QString printer = u"printer_test_1"_s;
    const QList<FormField> stockLevel{number("current_stock", Words::tr("In stock"), u"8"_s),
                                      number("delta", Words::tr("Change by"), u"-2"_s)};
    return {
        {DataType::Orders, Created, Words::tr("New order"), order, orderFields()},
        {DataType::Orders, Updated, Words::tr("Order edited"), order, orderFields()},
        {DataType::Orders,
         StatusChanged,
         Words::tr("Order status"),
         order,
         {choice("status", Words::tr("Status"), orderStates(), 2)}},
        {DataType::Orders,
         Completed,
         Words::tr("Order completed"),
         order,
         {choice("status", Words::tr("Status"), {u"completed"_s}),
          choice("payment_status", Words::tr("Payment"),
                 {u"paid"_s, u"pending"_s, u"failed"_s, u"refunded"_s})}},
        {DataType::MenuItems, Created, Words::tr("New dish"), dish, menuFields()},
        {DataType::MenuItems, Updated, Words::tr("Dish edited"), dish, menuFields()},
        {DataType::MenuItems,
         AvailabilityChanged,
         Words::tr("Dish sold out"),
         dish,
         {flag("is_available", Words::tr("Available"), false)}},
        {DataType::MenuItems, Deleted, Words::tr("Dish removed"), dish, {}},
        {DataType::Inventory, ItemAdded, Words::tr("New stock item"), stock, stockFields()},
        {DataType::Inventory, StockChanged, Words::tr("Stock level"), stock, stockLevel},
        {DataType::Inventory,
         LowStockAlert,
         Words::tr("Low stock alert"),
         stock,
         {text("name", Words::tr("Name"), u"Basmati rice"_s, true),
          number("current_stock", Words::tr("In stock"), u"2"_s),
          number("min_stock", Words::tr("Minimum"), u"5"_s)}},
        {DataType::Inventory, ItemRemoved, Words::tr("Stock item removed"), stock, {}},
        {DataType::Tables, Occupied, Words::tr("Table occupied"), table,
         tableFields(u"occupied"_s)},
        {DataType::Tables, Available, Words::tr("Table free"), table, tableFields(u"available"_s)},
        {DataType::Tables, Reserved, Words::tr("Table reserved"), table,
         tableFields(u"reserved"_s)},
        {DataType::Tables, Cleaning, Words::tr("Table being cleaned"), table,
         tableFields(u"cleaning"_s)},
        {DataType::Users, Created, Words::tr("New user"), person, userFields()},
        {DataType::Users, Updated, Words::tr("User edited"), person, userFields()},
        {DataType::Users,
         RoleChanged,
         Words::tr("User's role"),
         person,
         {choice("role", Words::tr("Role"), {u"server"_s, u"cashier"_s, u"manager"_s, u"admin"_s},
                 2)}},
        {DataType::Users, Deleted, Words::tr("User removed"), person, {}},
        {DataType::Printers, Added, Words::tr("New printer"), printer, printerFields()},
        {DataType::Printers, Configured, Words::tr("Printer set up"), printer, printerFields()},
        {DataType::Printers,
         AssignmentChanged,
         Words::tr("Printer assigned"),
         printer,
         {text("station", Words::tr("Station"), u"tandoor"_s, true)}},
        {DataType::Printers, Removed, Words::tr("Printer removed"), printer, {}},
    };
}

QByteArray presetData(const ChangeTemplate &chosen)
{
    QByteArray data("{}");
    for (const FormField &field : chosen.fields)
        data = withMember(data, field.key, field.kind, field.preset);
    return data;
}

QByteArray withMember(const QByteArray &object, const QByteArray &key, FormField::Kind kind,
                      const QString &text)
{
    json::Members members;
    const bool isObject = bool(json::parseObject(object, members));
    QByteArray out("{");
    bool isSet = text.isEmpty();
    const auto add = [&out](const QByteArray &quotedKey, QByteArrayView value) {
        if (out.size() > 1)
            out += ',';
        out += quotedKey + ':';
        out.append(value);
    };
    for (const json::Member &member : isObject ? members : json::Members()) {
        if (member.key != key) {
            add('"' + member.key.toByteArray() + '"', member.value);
        } else if (!isSet) {
            add(json::quoted(key), valueText(kind, text));
            isSet = true;
        }
    }
    if (!isSet)
        add(json::quoted(key), valueText(kind, text));
    return prettyJson(out + '}').toUtf8();
}

QString dataProblem(const QByteArray &text, const ChangeTemplate &chosen)
{
    json::Members members;
    const auto parsed = json::parseObject(text, members);
    if (!parsed) {
        const auto line = text.first(std::min(parsed.error().offset, text.size())).count('\n') + 1;
        return Words::tr("Line %1: %2").arg(line).arg(QString::fromUtf8(parsed.error().detail));
    }
    for (const FormField &field : chosen.fields) {
        const json::Member *member = json::find(members, field.key);
        if (!member) {
            if (field.isRequired)
                return Words::tr("“%1” is missing.").arg(QString::fromUtf8(field.key));
            continue;
        }
        if (field.kind == FormField::Number && member->type != json::Type::Number)
            return Words::tr("“%1” must be a number.").arg(QString::fromUtf8(field.key));
        if (field.kind == FormField::Flag && member->type != json::Type::True
            && member->type != json::Type::False)
            return Words::tr("“%1” must be true or false.").arg(QString::fromUtf8(field.key));
        if (field.kind == FormField::Choice
            && !field.choices.contains(QString::fromUtf8(json::unquoted(member->value))))
            return Words::tr("“%1” must be one of: %2.")
                .arg(QString::fromUtf8(field.key), field.choices.join(u", "_s));
    }
    return {};
}

} // namespace possync::gui
