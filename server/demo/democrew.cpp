// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/demo/democrew.h"

#include "common/model/jsontext.h"

#include <QDateTime>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <array>
#include <cmath>

namespace possync::demo {
namespace {

constexpr int turnMs = 250;
/// One evening, doors open to lights out, in this time; then the next begins.
constexpr qint64 eveningMs = 30 * 60 * 1000;

/// How full the house wants to be, over the evening: quiet start, two waves, slow end.
double demandAt(qint64 nowMs)
{
    const double share = static_cast<double>(nowMs % eveningMs) / static_cast<double>(eveningMs);
    const auto wave = [share](double middle, double width) {
        const double x = (share - middle) / width;
        return std::exp(-x * x);
    };
    return 0.15 + 0.55 * wave(0.35, 0.15) + 0.75 * wave(0.65, 0.14);
}

} // namespace

DemoCrew::DemoCrew(DemoHouse house, const QUrl &server, bool isNew, QObject *parent)
    : QObject(parent)
    , m_house(std::move(house))
    , m_server(server)
    , m_isNew(isNew)
{
    QUrl socketUrl = server;
    socketUrl.setScheme(server.scheme() == u"https" ? QStringLiteral("wss") : QStringLiteral("ws"));
    const auto device = [&](const char *id, std::size_t person) {
        return new DemoDevice(socketUrl, m_house.restaurantId, id,
                              m_house.staff[person % m_house.staff.size()], this);
    };
    m_till = device("till-front", 0);
    m_kitchen = device("kitchen-display", 1);
    m_bar = device("bar-tablet", 2);
    m_waiters = {device("waiter-tablet-1", 3), device("waiter-tablet-2", 4),
                 device("waiter-tablet-3", 5)};
    for (const DemoRecord &record : m_house.stock) {
        json::Members fields;
        json::splitObject(record.text, fields);
        const json::Member *stock = json::find(fields, "current_stock");
        m_stockMilli.push_back(stock ? penceOf(stock->value) * 10 : 10'000);
    }
    connect(&m_turnTimer, &QTimer::timeout, this, [this] { turn(); });
}

DemoCrew::~DemoCrew() = default;

std::vector<std::pair<QByteArray, QByteArray>> DemoCrew::deviceNames()
{
    return {{"till-front", "Front till"},
            {"kitchen-display", "Kitchen screen"},
            {"bar-tablet", "Bar tablet"},
            {"waiter-tablet-1", "Waiter's tablet 1"},
            {"waiter-tablet-2", "Waiter's tablet 2"},
            {"waiter-tablet-3", "Waiter's tablet 3"}};
}

void DemoCrew::start()
{
    if (m_isNew)
        seed();
    else
        openDoors();
}

void DemoCrew::seed()
{
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    QByteArray body = "{\"restaurant_id\":" + json::quoted(m_house.restaurantId)
                      + ",\"device_id\":\"demo-setup\",\"changes\":[";
    for (std::size_t i = 0; i < m_house.records.size(); ++i) {
        const DemoRecord &record = m_house.records[i];
        const Action action = record.type == DataType::Inventory  ? Action::ItemAdded
                              : record.type == DataType::Printers ? Action::Added
                              : record.type == DataType::Tables   ? Action::Available
                                                                  : Action::Created;
        body += (i == 0 ? "" : ",") + QByteArray("{\"type\":\"data_change\",\"data_type\":")
                + json::quoted(dataTypeName(record.type))
                + ",\"action\":" + json::quoted(actionName(action)) + ",\"data\":" + record.text
                + ",\"device_id\":\"demo-setup\",\"change_id\":\"" + QByteArray::number(nowMs)
                + "_demo-setup_" + record.id + "\"}";
    }
    body += "]}";
    auto *network = new QNetworkAccessManager(this);
    QUrl url = m_server;
    url.setPath(url.path() + QStringLiteral("/api/sync"));
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    QNetworkReply *reply = network->post(request, body);
    reply->ignoreSslErrors(); // this process talks to itself over loopback
    connect(reply, &QNetworkReply::finished, this, [this, reply, network] {
        if (reply->error() != QNetworkReply::NoError)
            qWarning("The demo restaurant could not be set up: %s",
                     qUtf8Printable(reply->errorString()));
        network->deleteLater();
        openDoors();
    });
}

void DemoCrew::openDoors()
{
    m_till->start();
    m_kitchen->start();
    m_bar->start();
    for (DemoDevice *waiter : m_waiters)
        waiter->start();
    m_turnTimer.start(turnMs);
}

void DemoCrew::turn()
{
    m_nowMs += turnMs;
    welcomeGuests();
    for (Party &party : m_parties) {
        if (m_nowMs >= party.nextStepMs)
            step(party);
    }
    std::erase_if(m_parties, [](const Party &party) { return party.table.isEmpty(); });
    if (pick(40) == 0)
        changeMenu();
}

void DemoCrew::welcomeGuests()
{
    const auto wanted =
        static_cast<std::size_t>(demandAt(m_nowMs) * static_cast<double>(m_house.tables.size()));
    if (m_parties.size() >= wanted || pick(3) != 0)
        return;
    const QByteArray &table = m_house.tables[static_cast<std::size_t>(pick(m_house.tables.size()))];
    const bool isTaken =
        std::ranges::any_of(m_parties, [&](const Party &party) { return party.table == table; });
    if (isTaken)
        return;
    Party party;
    party.table = table;
    party.waiter = m_waiters[static_cast<std::size_t>(pick(m_waiters.size()))];
    party.number = "ORD-" + QByteArray::number(++m_orderCount).rightJustified(4, '0');
    party.order = "order_" + QByteArray::number(QDateTime::currentMSecsSinceEpoch()) + '_'
                  + QByteArray::number(m_orderCount);
    party.nextStepMs = m_nowMs + 3000 + pick(5000);
    party.waiter->send(DataType::Tables, Action::Occupied, table,
                       "\"guests\":" + QByteArray::number(1 + pick(6)) + ",\"order_number\":\""
                           + party.number + '"');
    m_parties.push_back(std::move(party));
}

QByteArray DemoCrew::orderFields(const Party &party, const char *status) const
{
    return "\"order_number\":\"" + party.number + "\",\"status\":\"" + status
           + "\",\"type\":\"dineIn\",\"table_id\":" + json::quoted(party.table)
           + ",\"total_amount\":" + priceText(party.totalPence)
           + ",\"items_count\":" + QByteArray::number(party.items) + ",\"updated_at\":\""
           + QDateTime::currentDateTime()
                 .toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz"))
                 .toUtf8()
           + '"';
}

void DemoCrew::addDishes(Party &party)
{
    const int count = 1 + pick(5);
    for (int i = 0; i < count; ++i) {
        party.totalPence +=
            m_house.dishes[static_cast<std::size_t>(pick(m_house.dishes.size()))].pricePence;
        ++party.items;
    }
}

void DemoCrew::step(Party &party)
{
    const auto status = [&](DemoDevice *by, Action action, const char *name, Stage next,
                            int waitMs) {
        by->send(DataType::Orders, action, party.order, orderFields(party, name));
        party.stage = next;
        party.nextStepMs = m_nowMs + waitMs / 2 + pick(static_cast<std::size_t>(waitMs));
    };
    switch (party.stage) {
    case Stage::Seated:
        addDishes(party);
        status(party.waiter, Action::Created, "pending", Stage::Ordered, 2000);
        break;
    case Stage::Ordered:
        if (pick(4) == 0) {
            addDishes(party); // somebody wants one more naan
            status(party.waiter, Action::Updated, "pending", Stage::Ordered, 2500);
            break;
        }
        status(party.waiter, Action::StatusChanged, "confirmed", Stage::Confirmed, 3000);
        break;
    case Stage::Confirmed:
        status(m_kitchen, Action::StatusChanged, "preparing", Stage::Preparing, 15'000);
        useStock();
        break;
    case Stage::Preparing:
        status(m_kitchen, Action::StatusChanged, "ready", Stage::Ready, 4000);
        break;
    case Stage::Ready:
        status(party.waiter, Action::StatusChanged, "served", Stage::Served, 30'000);
        break;
    case Stage::Served:
        if (pick(3) == 0) {
            addDishes(party); // dessert, coffee
            status(m_bar, Action::Updated, "served", Stage::Served, 15'000);
            break;
        }
        status(m_till, Action::Completed, "completed", Stage::Paid, 4000);
        break;
    case Stage::Paid:
        party.waiter->send(DataType::Tables, Action::Cleaning, party.table,
                           "\"order_number\":null");
        party.stage = Stage::Cleaning;
        party.nextStepMs = m_nowMs + 3000 + pick(4000);
        break;
    case Stage::Cleaning:
        party.waiter->send(DataType::Tables, Action::Available, party.table, "\"guests\":0");
        party.table.clear(); // gone
        break;
    }
}

void DemoCrew::useStock()
{
    const auto at = static_cast<std::size_t>(pick(m_house.stock.size()));
    const DemoRecord &item = m_house.stock[at];
    json::Members fields;
    json::splitObject(item.text, fields);
    const json::Member *minimum = json::find(fields, "min_stock");
    const qint64 minimumMilli = minimum ? penceOf(minimum->value) * 10 : 0;
    qint64 &stockMilli = m_stockMilli[at];
    stockMilli -= 100 + pick(900);
    const bool isRefilled = stockMilli < minimumMilli / 2;
    if (isRefilled)
        stockMilli = minimumMilli * 4 + 5000; // the delivery came
    const QByteArray amount = "\"current_stock\":" + QByteArray::number(stockMilli / 1000) + '.'
                              + QByteArray::number(stockMilli % 1000).rightJustified(3, '0');
    m_kitchen->send(DataType::Inventory, Action::StockChanged, item.id, amount);
    if (stockMilli < minimumMilli)
        m_kitchen->send(DataType::Inventory, Action::LowStockAlert, item.id, amount);
}

void DemoCrew::changeMenu()
{
    // One dish at a time is sold out, and comes back.
    if (!m_soldOut.isEmpty()) {
        m_till->send(DataType::MenuItems, Action::AvailabilityChanged, m_soldOut,
                     "\"is_available\":true");
        m_soldOut.clear();
        return;
    }
    m_soldOut = m_house.dishes[static_cast<std::size_t>(pick(m_house.dishes.size()))].id;
    m_kitchen->send(DataType::MenuItems, Action::AvailabilityChanged, m_soldOut,
                    "\"is_available\":false");
}

} // namespace possync::demo
