// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/overlay.h"

#include <QTest>

using namespace possync;
using namespace possync::sync;
using Kind = v2::Operation::Kind;

class OverlayTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ownChangeIsShownByTheRules_data();
    void ownChangeIsShownByTheRules();
};

void OverlayTest::ownChangeIsShownByTheRules_data()
{
    QTest::addColumn<std::optional<QByteArray>>("record");
    QTest::addColumn<v2::PushedChange>("change");
    QTest::addColumn<std::optional<QByteArray>>("shown");
    const auto row = [](const char *name, std::optional<QByteArray> record, DataType type,
                        Action action, const QByteArray &data,
                        std::vector<v2::Operation> operations, std::optional<QByteArray> shown) {
        v2::PushedChange change;
        change.dataType = type;
        change.action = action;
        change.entityId = "x";
        change.data = data;
        change.operations = std::move(operations);
        change.time = HybridTime(1'767'225'600'000, 0);
        QTest::newRow(name) << std::move(record) << change << std::move(shown);
    };
    using enum DataType;
    row("created", std::nullopt, Orders, Action::Created, R"({"n":2.50})", {},
        R"({"id":"x","n":2.50})");
    row("field", R"({"id":"x","a":1,"b":2})", Orders, Action::Updated, R"({"a":3})", {},
        R"({"id":"x","a":3,"b":2})");
    row("removed", R"({"id":"x"})", MenuItems, Action::Deleted, "{}", {}, std::nullopt);
    row("notice", R"({"id":"x"})", Inventory, Action::LowStockAlert, R"({"a":1})", {},
        R"({"id":"x"})");
    row("table", R"({"id":"x","status":"available"})", Tables, Action::Occupied, "{}", {},
        R"({"id":"x","status":"occupied"})");
    row("status goes forward", R"({"id":"x","status":"ready"})", Orders, Action::StatusChanged,
        R"({"status":"served"})", {}, R"({"id":"x","status":"served"})");
    row("status does not go back", R"({"id":"x","status":"completed"})", Orders,
        Action::StatusChanged, R"({"status":"preparing"})", {},
        R"({"id":"x","status":"completed"})");
    row("amounts add up", R"({"id":"x","current_stock":10})", Inventory, Action::StockChanged, "{}",
        {{Kind::Add, "current_stock", "-2.5"}}, R"({"id":"x","current_stock":7.5})");
    row("line", R"({"id":"x","items":[{"id":"l1","quantity":1}]})", Orders, Action::Updated, "{}",
        {{Kind::LineAdd, "l2", R"({"id":"l2","quantity":3})"}, {Kind::LineQuantity, "l1", "1"}},
        R"({"id":"x","items":[{"id":"l1","quantity":2},{"id":"l2","quantity":3}]})");
}

void OverlayTest::ownChangeIsShownByTheRules()
{
    QFETCH(std::optional<QByteArray>, record);
    QFETCH(v2::PushedChange, change);
    QFETCH(std::optional<QByteArray>, shown);
    const auto now = withChange(record, change);
    QCOMPARE(now.value_or("none"), shown.value_or("none"));
}

QTEST_GUILESS_MAIN(OverlayTest)
#include "tst_overlay.moc"
