// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/syncintegration.h"
#include "tests/client/device.h"
#include "tests/support/v2peer.h"

#include <QTest>

using namespace possync;
using namespace possync::test;

namespace {

/// An app with all six services, which report every change of their records, as services do that do
/// not know who made it.
class App : public QObject,
            public OrderService,
            public MenuService,
            public InventoryService,
            public TableService,
            public UserService,
            public PrinterService
{
    Q_OBJECT
public:
    QStringList calls;
    QMap<QString, QByteArray> orders;

    /// The user does something.
    void edit(const QString &id, Action action, const QByteArray &data)
    {
        orders[id] = data;
        Q_EMIT orderChanged(id, action, data);
    }

    void orderCreated(const Update &u) override { order(u"orderCreated"_s, u); }
    void orderUpdated(const Update &u) override { order(u"orderUpdated"_s, u); }
    void orderStatusChanged(const Update &u) override { order(u"orderStatusChanged"_s, u); }
    void orderCompleted(const Update &u) override { order(u"orderCompleted"_s, u); }
    void orderRemoved(const Update &u) override { order(u"orderRemoved"_s, u); }
    void menuItemCreated(const Update &u) override { call(u"menuItemCreated"_s, u); }
    void menuItemUpdated(const Update &u) override { call(u"menuItemUpdated"_s, u); }
    void menuAvailabilityChanged(const Update &u) override
    {
        call(u"menuAvailabilityChanged"_s, u);
    }
    void menuItemRemoved(const Update &u) override { call(u"menuItemRemoved"_s, u); }
    void stockItemAdded(const Update &u) override { call(u"stockItemAdded"_s, u); }
    void stockItemUpdated(const Update &u) override { call(u"stockItemUpdated"_s, u); }
    void stockChanged(const Update &u) override { call(u"stockChanged"_s, u); }
    void lowStockAlert(const Update &u) override { call(u"lowStockAlert"_s, u); }
    void stockItemRemoved(const Update &u) override { call(u"stockItemRemoved"_s, u); }
    void tableOccupied(const Update &u) override { call(u"tableOccupied"_s, u); }
    void tableAvailable(const Update &u) override { call(u"tableAvailable"_s, u); }
    void tableReserved(const Update &u) override { call(u"tableReserved"_s, u); }
    void tableCleaning(const Update &u) override { call(u"tableCleaning"_s, u); }
    void tableUpdated(const Update &u) override { call(u"tableUpdated"_s, u); }
    void tableRemoved(const Update &u) override { call(u"tableRemoved"_s, u); }
    void userCreated(const Update &u) override { call(u"userCreated"_s, u); }
    void userUpdated(const Update &u) override { call(u"userUpdated"_s, u); }
    void userRoleChanged(const Update &u) override { call(u"userRoleChanged"_s, u); }
    void userRemoved(const Update &u) override { call(u"userRemoved"_s, u); }
    void printerAdded(const Update &u) override { call(u"printerAdded"_s, u); }
    void printerConfigured(const Update &u) override { call(u"printerConfigured"_s, u); }
    void printerAssignmentChanged(const Update &u) override
    {
        call(u"printerAssignmentChanged"_s, u);
    }
    void printerRemoved(const Update &u) override { call(u"printerRemoved"_s, u); }

    /// Reports later, from the event loop, as a service behind a queue does.
    bool reportsLater = false;

Q_SIGNALS:
    void orderChanged(const QString &id, possync::Action action, const QByteArray &data);

private:
    void call(const QString &method, const Update &update)
    {
        calls.append(method + u' ' + QString::fromUtf8(update.key.entityId));
    }
    void order(const QString &method, const Update &update)
    {
        call(method, update);
        const QString id = QString::fromUtf8(update.key.entityId);
        if (update.isRemoved)
            orders.remove(id);
        else
            orders[id] = update.record;
        const Action action = update.isRemoved ? Action::Deleted : Action::Updated;
        const QByteArray data = update.isRemoved ? QByteArray("{}") : update.record;
        if (reportsLater)
            QMetaObject::invokeMethod(
                this, [this, id, action, data] { Q_EMIT orderChanged(id, action, data); },
                Qt::QueuedConnection);
        else
            Q_EMIT orderChanged(id, action, data);
    }
};

} // namespace

class SyncIntegrationTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void eachActionHasItsMethod_data();
    void eachActionHasItsMethod();
    void userChangesGoOut();
    void whatComesInDoesNotGoOut_data();
    void whatComesInDoesNotGoOut();
    void ownChangeThatWasRefusedIsTakenBack();
    void disabledNothingGoesEitherWay();
    void refreshTellsOfAll();
    void badChangeIsReported();

private:
    std::unique_ptr<V2Peer> m_peer;
    std::unique_ptr<Device> m_device;
    std::unique_ptr<App> m_app;
    std::unique_ptr<SyncIntegration> m_integration;
};

void SyncIntegrationTest::init()
{
    m_peer = std::make_unique<V2Peer>();
    QVERIFY(m_peer->listen());
    m_device = std::make_unique<Device>(m_peer->url());
    QVERIFY(m_device->open());
    m_app = std::make_unique<App>();
    m_integration = std::make_unique<SyncIntegration>(*m_device->operator->());
    m_integration->bind(static_cast<OrderService *>(m_app.get()));
    m_integration->bind(static_cast<MenuService *>(m_app.get()));
    m_integration->bind(static_cast<InventoryService *>(m_app.get()));
    m_integration->bind(static_cast<TableService *>(m_app.get()));
    m_integration->bind(static_cast<UserService *>(m_app.get()));
    m_integration->bind(static_cast<PrinterService *>(m_app.get()));
    connect(m_app.get(), &App::orderChanged, m_integration.get(), &SyncIntegration::orderChanged);
    m_device->operator->()->start();
    QTRY_VERIFY(m_device->isUpToDate());
}

void SyncIntegrationTest::cleanup()
{
    m_integration.reset();
    m_app.reset();
    m_device.reset();
    m_peer.reset();
}

void SyncIntegrationTest::eachActionHasItsMethod_data()
{
    QTest::addColumn<DataType>("type");
    QTest::addColumn<Action>("action");
    QTest::addColumn<QString>("method");
    const auto row = [](DataType type, Action action, const char *method) {
        QTest::newRow(method) << type << action << QString::fromLatin1(method);
    };
    using enum DataType;
    row(Orders, Action::Created, "orderCreated");
    row(Orders, Action::Updated, "orderUpdated");
    row(Orders, Action::StatusChanged, "orderStatusChanged");
    row(Orders, Action::Completed, "orderCompleted");
    row(Orders, Action::Deleted, "orderRemoved");
    row(MenuItems, Action::Created, "menuItemCreated");
    row(MenuItems, Action::Updated, "menuItemUpdated");
    row(MenuItems, Action::AvailabilityChanged, "menuAvailabilityChanged");
    row(MenuItems, Action::Deleted, "menuItemRemoved");
    row(Inventory, Action::ItemAdded, "stockItemAdded");
    row(Inventory, Action::Updated, "stockItemUpdated");
    row(Inventory, Action::StockChanged, "stockChanged");
    row(Inventory, Action::LowStockAlert, "lowStockAlert");
    row(Inventory, Action::ItemRemoved, "stockItemRemoved");
    row(Tables, Action::Occupied, "tableOccupied");
    row(Tables, Action::Available, "tableAvailable");
    row(Tables, Action::Reserved, "tableReserved");
    row(Tables, Action::Cleaning, "tableCleaning");
    row(Tables, Action::Updated, "tableUpdated");
    row(Tables, Action::Deleted, "tableRemoved");
    row(Users, Action::Created, "userCreated");
    row(Users, Action::Updated, "userUpdated");
    row(Users, Action::RoleChanged, "userRoleChanged");
    row(Users, Action::Deleted, "userRemoved");
    row(Printers, Action::Added, "printerAdded");
    row(Printers, Action::Configured, "printerConfigured");
    row(Printers, Action::AssignmentChanged, "printerAssignmentChanged");
    row(Printers, Action::Removed, "printerRemoved");
}

void SyncIntegrationTest::eachActionHasItsMethod()
{
    QFETCH(DataType, type);
    QFETCH(Action, action);
    QFETCH(QString, method);
    m_peer->inject("other", type, Action::Upsert, "x1", R"({"a":0})");
    QTRY_COMPARE(m_app->calls.size(), 1);
    m_app->calls.clear();
    m_peer->inject("other", type, action, "x1", R"({"a":1})");
    QTRY_COMPARE(m_app->calls, QStringList({method + u" x1"_s}));
}

void SyncIntegrationTest::userChangesGoOut()
{
    m_app->edit(u"o1"_s, Action::Created, R"({"status":"pending"})");
    m_integration->menuItemChanged(u"m1"_s, Action::Created, R"({"price":1})");
    m_integration->inventoryChanged(u"i1"_s, Action::ItemAdded, R"({"current_stock":1})");
    m_integration->tableChanged(u"t1"_s, Action::Occupied, "{}");
    m_integration->userChanged(u"w1"_s, Action::Created, R"({"name":"Ann"})");
    m_integration->printerChanged(u"p1"_s, Action::Added, "{}");
    QTRY_COMPARE(m_peer->head(), quint64(6));
    for (const DataType type : allDataTypes)
        QCOMPARE(m_peer->records(type).size(), std::size_t(1));
    QTRY_VERIFY(m_device->isInSync());
    // It comes back, and is no news.
    QTRY_COMPARE(m_device->updates.size(), 6);
    QCOMPARE(m_app->calls, QStringList());
    // The same once more says nothing new; an alert always does.
    m_app->edit(u"o1"_s, Action::Updated, R"({"status":"pending"})");
    m_integration->tableChanged(u"t1"_s, Action::Occupied, "{}");
    m_integration->inventoryChanged(u"i1"_s, Action::LowStockAlert, R"({"current_stock":1})");
    QTRY_COMPARE(m_peer->head(), quint64(7));
    m_integration->tableChanged(u"t1"_s, Action::Cleaning, "{}");
    QTRY_COMPARE(m_peer->head(), quint64(8));
}

void SyncIntegrationTest::whatComesInDoesNotGoOut_data()
{
    QTest::addColumn<bool>("reportsLater");
    QTest::newRow("reported at once") << false;
    QTest::newRow("reported later") << true;
}

void SyncIntegrationTest::whatComesInDoesNotGoOut()
{
    QFETCH(bool, reportsLater);
    m_app->reportsLater = reportsLater;
    int calls = 0;
    for (const auto &[action, data] :
         {std::pair(Action::Created, R"({"a":1.50})"), std::pair(Action::Updated, R"({"a":2})"),
          std::pair(Action::Deleted, "{}")}) {
        m_peer->inject("other", DataType::Orders, action, "o1", data);
        ++calls;
        QTRY_COMPARE(m_app->calls.size(), calls);
        QCoreApplication::processEvents(); // What the service says later it says now.
    }
    QVERIFY(m_app->orders.isEmpty());
    // The marker is the only one to arrive.
    m_app->edit(u"marker"_s, Action::Created, R"({"a":1})");
    QTRY_VERIFY(m_device->isInSync() && m_peer->head() == 4);
    QCOMPARE(m_peer->records(DataType::Orders).size(), std::size_t(1));
}

void SyncIntegrationTest::ownChangeThatWasRefusedIsTakenBack()
{
    m_peer->inject("other", DataType::Orders, Action::Created, "o1", R"({"a":1})");
    QTRY_COMPARE(m_app->orders.size(), 1);
    m_app->edit(u"o1"_s, Action::Updated, R"({"refuse":1})");
    m_app->edit(u"o2"_s, Action::Created, R"({"refuse":1})");
    QTRY_VERIFY(m_device->isInSync());
    QTRY_COMPARE(m_app->calls,
                 QStringList({u"orderCreated o1"_s, u"orderUpdated o1"_s, u"orderRemoved o2"_s}));
    QCOMPARE(m_app->orders, (QMap<QString, QByteArray>{{u"o1"_s, R"({"id":"o1","a":1})"}}));
    QCOMPARE(m_peer->head(), quint64(1));
}

void SyncIntegrationTest::disabledNothingGoesEitherWay()
{
    m_peer->inject("other", DataType::Orders, Action::Created, "gone", R"({"a":1})");
    QTRY_COMPARE(m_app->calls.size(), 1);
    m_app->calls.clear();
    m_integration->setEnabled(false);
    QVERIFY(!m_integration->isEnabled());
    m_app->edit(u"local"_s, Action::Created, R"({"a":1})");
    m_peer->inject("other", DataType::Orders, Action::Created, "new", R"({"a":1})");
    m_peer->inject("other", DataType::Orders, Action::Deleted, "gone", "{}");
    QTRY_COMPARE(m_device->operator->()->position(), quint64(3));
    QVERIFY(m_app->calls.isEmpty());
    m_integration->setEnabled(true);
    QStringList calls = m_app->calls;
    calls.sort();
    QCOMPARE(calls, QStringList({u"orderRemoved gone"_s, u"orderUpdated new"_s}));
    m_app->edit(u"after"_s, Action::Created, R"({"a":1})");
    QTRY_COMPARE(m_peer->head(), quint64(4));
    QVERIFY(m_peer->record(DataType::Orders, "local").isEmpty());
}

void SyncIntegrationTest::refreshTellsOfAll()
{
    m_integration->bind(static_cast<OrderService *>(nullptr));
    m_peer->inject("other", DataType::Orders, Action::Created, "o1", R"({"a":1})");
    m_peer->inject("other", DataType::Tables, Action::Occupied, "t1", "{}");
    QTRY_COMPARE(m_app->calls, QStringList({u"tableOccupied t1"_s}));
    m_app->calls.clear();
    m_integration->bind(static_cast<OrderService *>(m_app.get()));
    m_integration->refresh();
    QCOMPARE(m_app->calls, QStringList({u"orderUpdated o1"_s, u"tableUpdated t1"_s}));
    QCOMPARE(m_peer->head(), quint64(2));
}

void SyncIntegrationTest::badChangeIsReported()
{
    QByteArray code;
    QString id;
    connect(m_integration.get(), &SyncIntegration::changeRefused, this,
            [&](DataType, const QString &entity, const QueueFailure &failure) {
                id = entity;
                code = failure.code;
            });
    m_app->edit(u"o1"_s, Action::Updated, "no json");
    QCOMPARE(code, "bad_json");
    QCOMPARE(id, u"o1"_s);
}

QTEST_GUILESS_MAIN(SyncIntegrationTest)
#include "tst_syncintegration.moc"
