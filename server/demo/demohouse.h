// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "common/model/result.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace possync::demo {

/// A record of the demo restaurant, its text exactly as in the file.
struct DemoRecord {
    DataType type = DataType::Orders;
    QByteArray id;
    QByteArray text;
};

struct DemoDish {
    QByteArray id;
    QByteArray name;
    qint64 pricePence = 0;
};

/// The demo restaurant as shipped in resources/demo: menu, stock, tables, staff, printers.
struct DemoHouse {
    QByteArray restaurantId;
    QByteArray name; ///< What people call it.
    std::vector<DemoRecord> records;
    std::vector<DemoDish> dishes;
    std::vector<QByteArray> tables;
    std::vector<QByteArray> staff;
    std::vector<DemoRecord> stock;

    static Result<DemoHouse, QString> load();
};

/// "12.50" as 1250; 0 if it is not a price.
qint64 penceOf(QByteArrayView price);
/// 1250 as "12.50".
QByteArray priceText(qint64 pence);

} // namespace possync::demo
