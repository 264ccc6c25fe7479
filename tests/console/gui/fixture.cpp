// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/gui/fixture.h"

#include "common/model/timestamp.h"

#include <QDateTime>
#include <QDateTimeEdit>
#include <QHeaderView>
#include <QJsonArray>
#include <QLineEdit>
#include <QScrollBar>
#include <QTabBar>
#include <QTableView>
#include <cmath>
#include <random>

namespace possync::gui::fixture {

using namespace Qt::StringLiterals;

namespace {

constexpr auto milton = "oh-bombay-milton";

DeviceFacts device(const QString &id, const QString &user, qint64 roundTrip, qint64 skew,
                   quint64 lag, int number)
{
    const qint64 now = nowMs();
    return {.connection = 100 + number,
            .deviceId = id,
            .userId = user,
            .protocol = number % 3 == 0 ? u"v2"_s : u"classic"_s,
            .address = u"192.168.1.%1:5%2"_s.arg(20 + number).arg(1234 + number * 37),
            .connectedMs = now - (3 * 3600 + number * 411) * 1000,
            .lastSeenMs = now - 400 * (number + 1),
            .roundTripMs = roundTrip,
            .clockSkewMs = skew,
            .position = 48210 - lag,
            .lag = lag,
            .isConnected = true};
}

DeviceFacts gone(DeviceFacts facts, qint64 agoMs, quint64 lag)
{
    facts.isConnected = false;
    facts.lastSeenMs = nowMs() - agoMs;
    facts.lag = lag;
    facts.roundTripMs.reset();
    facts.clockSkewMs.reset();
    facts.address.clear();
    return facts;
}

void fillFleet(Session &session)
{
    const qint64 now = nowMs();
    const auto place = [&](const QString &id, const QString &name, int devices, double rate,
                           qint64 lastAgo) {
        return RestaurantFacts{.id = id,
                               .name = name,
                               .deviceCount = devices,
                               .head = 48210,
                               .epoch = u"e1"_s,
                               .changesPerSecond = rate,
                               .lastChangeMs = now - lastAgo};
    };
    session.takeRestaurants(
        {place(QString::fromLatin1(milton), u"Oh Bombay Milton"_s, 5, 4.2, 3000),
         place(u"spice-route-oakville"_s, u"Spice Route Oakville"_s, 4, 1.7, 11000),
         place(u"curry-leaf-burlington"_s, u"Curry Leaf Burlington"_s, 3, 0.6, 48000),
         place(u"tandoor-house-guelph"_s, u"Tandoor House Guelph"_s, 4, 2.9, 1500),
         place(u"masala-lane-hamilton"_s, u"Masala Lane Hamilton"_s, 1, 0, 1260000),
         place(u"chai-corner-waterloo"_s, u"Chai Corner Waterloo"_s, 0, 0, 7500000)});
    session.setFixedNow(now - 190000);
    QList<DeviceFacts> miltonDevices{
        device(u"pos_device_0017"_s, u"asha"_s, 4, -35, 0, 0),
        device(u"pos_device_0031"_s, u"ravi"_s, 6, 12, 0, 1),
        device(u"pos_device_0042"_s, u"kitchen"_s, 640, 120, 7, 2),
        device(u"till-1"_s, u"meera"_s, 2, 3, 0, 3),
        device(u"bar_tablet"_s, u"dev"_s, 9, -254000, 0, 4),
        gone(device(u"pos_device_0088"_s, u"noor"_s, 0, 0, 0, 5), 190000, 23)};
    const QStringList called{u"Asha's tablet"_s, u"Ravi's tablet"_s, u"Kitchen screen"_s,
                             u"Front till"_s,    u"Bar tablet"_s,    u"Noor's tablet"_s};
    for (qsizetype i = 0; i < called.size(); ++i)
        miltonDevices[i].name = called[i];
    session.takeDevices(QString::fromLatin1(milton), miltonDevices);
    session.setFixedNow(now);
    session.takeDevices(QString::fromLatin1(milton), miltonDevices);
    session.takeDevices(u"spice-route-oakville"_s, {device(u"tablet-1"_s, u"lena"_s, 7, 20, 0, 0),
                                                    device(u"tablet-2"_s, u"omar"_s, 5, -40, 0, 1),
                                                    device(u"kitchen"_s, QString(), 3, 8, 0, 2),
                                                    device(u"till"_s, u"jo"_s, 2, 1, 0, 3)});
    auto catching = device(u"pos_device_0203"_s, u"sam"_s, 12, 60, 1240, 1);
    catching.isCatchingUp = true;
    catching.name = u"Sam's tablet"_s;
    auto kim = device(u"pos_device_0201"_s, u"kim"_s, 5, 20, 0, 0);
    kim.name = u"Kim's tablet"_s;
    session.takeDevices(u"tandoor-house-guelph"_s,
                        {kim, catching, device(u"pos_device_0204"_s, u"ana"_s, 8, 9, 0, 2),
                         device(u"till"_s, u"lou"_s, 2, 1, 0, 3)});
    session.takeDevices(u"curry-leaf-burlington"_s, {device(u"front"_s, u"tia"_s, 6, 2, 0, 0),
                                                     device(u"kitchen"_s, QString(), 4, 3, 0, 1),
                                                     device(u"till"_s, u"max"_s, 3, -6, 0, 2)});
    session.takeDevices(u"masala-lane-hamilton"_s,
                        {device(u"till"_s, u"eli"_s, 14, 30, 0, 0),
                         gone(device(u"tablet-1"_s, u"eli"_s, 0, 0, 0, 1), 1300000, 0)});
}

void fillTraffic(Session &session)
{
    std::mt19937 random(7);
    std::uniform_real_distribution<float> noise(0.7F, 1.3F);
    const qint64 now = nowMs();
    for (qint64 ago = 3600; ago >= 0; --ago) {
        if (ago > 128 && ago < 176)
            continue; // the console was not connected
        TrafficSample sample{.atMs = now - ago * 1000};
        const auto wave =
            float(1 + 0.6 * std::sin(double(ago) / 190) + 0.25 * std::sin(double(ago) / 23));
        const float shares[]{5.2F, 0.5F, 1.8F, 2.1F, 0.1F, 0.05F};
        float all = 0;
        for (int type = 0; type < 6; ++type) {
            sample.values[std::size_t(type)] = shares[type] * wave * noise(random);
            all += sample.values[std::size_t(type)];
        }
        sample[TrafficLine::Deliveries] = all * 4.4F;
        sample[TrafficLine::BytesIn] = all * 610;
        sample[TrafficLine::BytesOut] = all * 4.4F * 650;
        sample[TrafficLine::Connections] = ago > 900 ? 17 : ago > 190 ? 18 : 17;
        sample[TrafficLine::Rejected] = ago % 97 == 0 ? 1 : 0;
        sample[TrafficLine::LatencyP50] = 380 * noise(random);
        sample[TrafficLine::LatencyP99] = 1900 * noise(random) * (ago % 61 == 0 ? 2.6F : 1);
        session.takeTraffic(QString(), sample);
        for (const RestaurantFacts &restaurant : session.fleet().restaurants()) {
            TrafficSample part = sample;
            const auto share = float(restaurant.changesPerSecond / 9.4);
            for (float &value : part.values)
                value *= share;
            session.takeTraffic(restaurant.id, part);
        }
    }
}

void fillConflicts(Session &session)
{
    const qint64 now = nowMs();
    const auto met = [&](const QByteArray &field, const QByteArray &kept, const QByteArray &lost,
                         const QString &keptBy, const QString &lostBy, qint64 ago) {
        return remote::ConflictField{field, kept, lost, keptBy, lostBy, now - ago, now - ago - 40000};
    };
    const QString noor = u"pos_device_0088"_s;
    session.takeConflicts(
        QString::fromLatin1(milton),
        {{.changeId = u"c6"_s,
          .outcome = u"rejected"_s,
          .dataType = "orders",
          .action = "completed",
          .entityId = u"order_109"_s,
          .deviceId = u"pos_device_0009"_s,
          .userId = u"omar"_s,
          .receivedMs = now - 30000,
          .code = u"in_review"_s,
          .kind = u"review"_s,
          .state = u"open"_s,
          .madeMs = now - 5400000,
          .sent = R"({"data":{"id":"order_109","status":"completed","total":48.20}})"},
         {.changeId = u"c5"_s,
          .outcome = u"merged"_s,
          .dataType = "orders",
          .action = "status_changed",
          .entityId = u"order_112"_s,
          .deviceId = noor,
          .userId = u"noor"_s,
          .receivedMs = now - 64000,
          .reason = u"\"status\" is already \"served\"; \"preparing\" came too late"_s,
          .state = u"open"_s,
          .kept = {met("status", "\"served\"", "\"preparing\"", u"pos_device_0031"_s, noor, 60000)}},
         {.changeId = u"c4"_s,
          .outcome = u"rejected"_s,
          .dataType = "tables",
          .action = "occupied",
          .entityId = u"table_7"_s,
          .deviceId = u"pos_device_0017"_s,
          .userId = u"asha"_s,
          .receivedMs = now - 300000,
          .code = u"table_taken"_s,
          .reason = u"tables table_7 was taken by pos_device_0031"_s,
          .state = u"open"_s},
         {.changeId = u"c3"_s,
          .outcome = u"applied"_s,
          .dataType = "menu_items",
          .action = "updated",
          .entityId = u"dish_12"_s,
          .deviceId = u"till-1"_s,
          .userId = u"meera"_s,
          .receivedMs = now - 1900000,
          .state = u"restored"_s,
          .restoredMs = now - 1200000,
          .restoredBy = u"owner"_s,
          .replaced = {met("price", "17.95", "18.50", u"till-1"_s, u"bar_tablet"_s, 1900000)}},
         {.changeId = u"c2"_s,
          .outcome = u"rejected"_s,
          .dataType = "orders",
          .action = "completed",
          .entityId = u"order_108"_s,
          .deviceId = u"bar_tablet"_s,
          .userId = u"dev"_s,
          .receivedMs = now - 2400000,
          .code = u"already_paid"_s,
          .reason = u"orders order_108 was already paid: till-1"_s,
          .state = u"open"_s}});
}

QByteArray changeData(int kind, int i)
{
    static const char *const states[]{"pending", "confirmed", "preparing", "ready", "served"};
    static const char *const dishes[]{"Butter Chicken", "Garlic Naan", "Lamb Biryani",
                                      "Paneer Tikka", "Mango Lassi"};
    const QByteArray n = QByteArray::number(i);
    switch (kind) {
    case 0:
        return "{\"order_number\":\"ORD-" + QByteArray::number(1000 + i).right(4)
               + "\",\"status\":\"pending\",\"type\":\"dineIn\",\"total_amount\":"
               + QByteArray::number(20 + i % 60)
               + ".50,\"items_count\":" + QByteArray::number(1 + i % 7) + "}";
    case 1:
        return QByteArray("{\"status\":\"") + states[i % 5]
               + "\",\"updated_at\":\"2026-06-12T20:14:00.000\"}";
    case 2:
        return "{\"name\":\"Basmati rice\",\"current_stock\":" + QByteArray::number(40 - i % 30)
               + ".5,\"min_stock\":5}";
    case 3:
        return "{\"number\":\"" + QByteArray::number(1 + i % 24)
               + "\",\"status\":\"occupied\",\"guests\":" + QByteArray::number(1 + i % 6) + "}";
    case 4:
        return QByteArray("{\"name\":\"") + dishes[i % 5]
               + "\",\"price\":17.95,\"is_available\":" + (i % 2 ? "true" : "false") + "}";
    default:
        return "{\"name\":\"Asha\",\"role\":\"server\",\"pin\":\"4711\"}";
    }
}

void fillLogs(Session &session)
{
    const std::pair<LogLevel, std::pair<const char *, const char *>> lines[]{
        {LogLevel::Info,
         {"net",
          "oh-bombay-milton: pos_device_0017 connected from 192.168.1.20 as asha (classic)"}},
        {LogLevel::Debug,
         {"room", "oh-bombay-milton: 14 changes committed in 2.1 ms, 56 deliveries released"}},
        {LogLevel::Info, {"store", "saved 312 state rows, replay starts at 48102"}},
        {LogLevel::Warning,
         {"room", "oh-bombay-milton: pos_device_0042 has not confirmed 7 changes for 3 min"}},
        {LogLevel::Info,
         {"net", "spice-route-oakville: tablet-2 resumed at 48190, 11 changes sent"}},
        {LogLevel::Warning, {"room", "oh-bombay-milton: clock of bar_tablet is 254 s behind"}},
        {LogLevel::Error,
         {"net",
          "oh-bombay-milton: pos_device_0088 closed without goodbye, 23 changes wait for it"}},
        {LogLevel::Debug, {"rest", "GET /api/health 200 in 0.1 ms"}},
    };
    QList<LogLine> all;
    for (int i = 0; i < 240; ++i) {
        const auto &[level, text] = lines[(i * 5 + i / 7) % 8];
        all.append({quint64(i + 1), nowMs() - (240 - i) * 1900, level,
                    QString::fromLatin1(text.first), QString::fromLatin1(text.second)});
    }
    session.takeLogs(all);
}

} // namespace

qint64 nowMs()
{
    return QDateTime(QDate(2026, 6, 12), QTime(20, 14, 30)).toMSecsSinceEpoch();
}

std::vector<ChangeEntry> manyChanges(quint64 first, quint64 count)
{
    static const char *const types[]{"orders", "orders",     "inventory",
                                     "tables", "menu_items", "users"};
    static const char *const actions[]{"created",  "status_changed",       "stock_changed",
                                       "occupied", "availability_changed", "updated"};
    static const char *const prefixes[]{"order_", "order_", "rice_", "table_", "dish_", "user_"};
    static const char *const devices[]{"pos_device_0017", "pos_device_0031", "till-1",
                                       "pos_device_0042", "bar_tablet"};
    static const char *const users[]{"asha", "ravi", "meera", "kitchen", "dev"};
    static const char *const places[]{milton, milton, "spice-route-oakville",
                                      "tandoor-house-guelph"};
    std::vector<ChangeEntry> changes;
    changes.reserve(count);
    for (quint64 n = first; n < first + count; ++n) {
        const auto i = int(n % 1000000);
        const int kind = int((n * 7 + n / 11) % 6);
        const QByteArray entity =
            prefixes[kind] + QByteArray::number(kind < 2 ? 100 + i / 3 % 42 : 1 + i % 24);
        const qint64 at = nowMs() - 3000 - qint64(first + count - n) * 900;
        changes.push_back({.seq = n,
                           .sentMs = at - 12,
                           .receivedMs = at,
                           .restaurant = places[n % 4],
                           .changeId = QByteArray::number(at) + '_' + devices[n % 5] + '_' + entity,
                           .dataType = types[kind],
                           .action = actions[kind],
                           .entityId = entity,
                           .deviceId = devices[n % 5],
                           .userId = users[n % 5],
                           .outcome = n % 41 == 0 ? "duplicate" : "applied",
                           .data = changeData(kind, i)});
    }
    return changes;
}

QByteArray accessAnswer(const QString &path)
{
    if (path.contains("pairings"_L1)) {
        const QByteArray offer =
            "{\"code\":\"K7QM-4FXD\",\"reachable_from\":\"network\",\"expires_at\":\""
            + formatTimestamp(nowMs() + 554000) + "\"}";
        return path.endsWith("new"_L1) ? offer : "{\"pairings\":[" + offer + "]}";
    }
    if (path.contains("tokens"_L1))
        return R"({"tokens":[
            {"id":"1f","name":"this computer","kind":"console","role":"owner","state":"active","last_used_at":"2026-06-12T19:59:00.000Z"},
            {"id":"2a","name":"Tablet 1","kind":"device","role":"server","restaurant":"oh-bombay-milton","state":"active","device_id":"pos_device_0017"},
            {"id":"2b","name":"Tablet 2","kind":"device","role":"server","restaurant":"oh-bombay-milton","state":"replaced","device_id":"pos_device_0030"},
            {"id":"3c","name":"Kitchen","kind":"device","role":"kitchen","restaurant":"oh-bombay-milton","state":"active"},
            {"id":"4d","name":"Bookkeeper","kind":"console","role":"viewer","restaurant":"oh-bombay-milton","state":"active","expires_at":"2026-07-12T20:00:00.000Z"}]})";
    return R"({"intact":true,"next":3,"entries":[
        {"no":1,"at":"2026-06-12T19:50:00.000Z","actor":"1f","role":"owner","address":"127.0.0.1","act":"make token","restaurant":"oh-bombay-milton","target":"4d as viewer","outcome":"done"},
        {"no":2,"at":"2026-06-12T20:01:00.000Z","actor":"-","role":"","address":"192.168.1.77","act":"connect","restaurant":"","target":"","outcome":"token_required"},
        {"no":3,"at":"2026-06-12T20:03:10.000Z","actor":"1f","role":"owner","address":"127.0.0.1","act":"pair a device","restaurant":"oh-bombay-milton","target":"2a as server","outcome":"done"},
        {"no":4,"at":"2026-06-12T20:05:41.000Z","actor":"2b","role":"server","address":"192.168.1.31","act":"push","restaurant":"oh-bombay-milton","target":"users user_7 of pos_device_0030","outcome":"forbidden"},
        {"no":5,"at":"2026-06-12T20:09:02.000Z","actor":"1f","role":"owner","address":"127.0.0.1","act":"restore a value","restaurant":"oh-bombay-milton","target":"1781295263400_pos_device_0031_order_114","outcome":"done"}]})";
}

QString whatIsCut(const Page &page)
{
    for (const QTableView *table : page.findChildren<QTableView *>()) {
        if (!table->isVisible())
            continue;
        const QString where = page.id() + u": "_s + table->accessibleName();
        const QHeaderView *header = table->horizontalHeader();
        if (table->horizontalScrollBar()->isVisible()
            || header->length() > table->viewport()->width())
            return where;
        QFont bold = header->font();
        bold.setWeight(QFont::DemiBold);
        for (int column = 0; column < header->count(); ++column) {
            const QString heading =
                table->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
            if (!header->isSectionHidden(column)
                && QFontMetrics(bold).size(0, heading).width() > header->sectionSize(column))
                return where + u", "_s + heading;
        }
    }
    for (const QTabBar *tabs : page.findChildren<QTabBar *>()) {
        const int last = tabs->count() - 1;
        if (tabs->isVisible() && last >= 0 && tabs->tabRect(last).right() >= tabs->width())
            return page.id() + u": "_s + tabs->tabText(last);
    }
    for (const QDateTimeEdit *edit : page.findChildren<QDateTimeEdit *>()) {
        const auto *line = edit->findChild<QLineEdit *>();
        if (edit->isVisible()
            && line->width() <= line->fontMetrics().horizontalAdvance(line->text()))
            return page.id() + u": "_s + line->text();
    }
    return {};
}

remote::ReplayReport replayed()
{
    remote::ReplayReport report;
    report.recorded = report.acknowledged = report.verdict.sent = 1234;
    report.verdict.expected = report.verdict.delivered = 4936;
    report.verdict.p50Us = 2100;
    report.verdict.p99Us = 14000;
    report.verdict.differing = 1;
    report.verdict.identical = false;
    report.devices = 5;
    report.tookMs = 73000;
    report.isCompared = true;
    report.differing = {u"orders order_4711"_s};
    report.remarks = {{"Users were not compared: changes of users were recorded that do not say "
                       "whom they are about."}};
    return report;
}

QByteArray certificate(int number)
{
    static const char *const both[]{R"(-----BEGIN CERTIFICATE-----
MIIBnjCCAUOgAwIBAgIUVfDtxNP6IHA05Af/gfD8G6GwmyUwCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZUG9zU3luYyBwcml2YXRlIGF1dGhvcml0eTAeFw0yNjExMjcy
MTU0MzVaFw0zNjExMjQyMTU0MzVaMCQxIjAgBgNVBAMMGVBvc1N5bmMgcHJpdmF0
ZSBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAROCMcXcNKWqygt
3JFlzM3fE0OvjeugbIx2NIkj27esqiZZCVzvrCZEwUjkRV0Sz5ato2jiRaXusXSi
lXAa2Fmxo1MwUTAdBgNVHQ4EFgQULkLRtKswSNC1iutLNIsp2qXUsAEwHwYDVR0j
BBgwFoAULkLRtKswSNC1iutLNIsp2qXUsAEwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNJADBGAiEAsnnVhK0Mc7OQifczzkL8jzXqaH9uDPzgT1VDPO+7jKsC
IQD10JOq66I6x0u7ZeNtDcoycdEJGOqwpHJIycW2sgIlcQ==
-----END CERTIFICATE-----)",
                                    R"(-----BEGIN CERTIFICATE-----
MIIBnDCCAUOgAwIBAgIUWBjzSiurbxggsxGWuOWwh5TvE/MwCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZUG9zU3luYyBwcml2YXRlIGF1dGhvcml0eTAeFw0yNjExMjcy
MTU0MzZaFw0zNjExMjQyMTU0MzZaMCQxIjAgBgNVBAMMGVBvc1N5bmMgcHJpdmF0
ZSBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASlp/DazuzkHfjB
rTqfgH5IaY66Aip4/K3qQAqNrXtFEui+PXMs34GrpA9+T2iP8gneT+7N7Jf2ZN3c
wPoEu6Zbo1MwUTAdBgNVHQ4EFgQUKTC2E4fZuNQ+u+8qeMdKJEgjELowHwYDVR0j
BBgwFoAUKTC2E4fZuNQ+u+8qeMdKJEgjELowDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNHADBEAiA4QK9DclqxrbcZoKuORsOFtv4aFeVO3V7yVeT56Lr2AQIg
OeosVeTlUzenzqs4kL7VdfcWJWBYHt9p5xdw5VOoHWg=
-----END CERTIFICATE-----)"};
    return both[number];
}

QJsonObject records()
{
    QJsonArray orders;
    static const char *const states[]{"pending", "confirmed", "preparing",
                                      "ready",   "served",    "completed"};
    static const char *const kinds[]{"dineIn", "takeaway", "dineIn", "delivery"};
    for (int i = 0; i < 42; ++i) {
        orders.append(QJsonObject{
            {u"id"_s, u"order_%1"_s.arg(100 + i)},
            {u"order_number"_s, u"ORD-%1"_s.arg(1001 + i)},
            {u"status"_s, QString::fromLatin1(states[i * 5 % 6])},
            {u"type"_s, QString::fromLatin1(kinds[i % 4])},
            {u"total_amount"_s, 21.5 + i * 3.25},
            {u"items_count"_s, 1 + i % 7},
            {u"last_sync"_s, u"2026-06-12T20:%1:0%2.000Z"_s.arg(10 + i % 4).arg(i % 10)}});
    }
    QJsonArray users;
    for (const auto *name : {"Asha", "Ravi", "Meera", "Dev", "Noor"})
        users.append(QJsonObject{{u"id"_s, QString::fromLatin1(name).toLower()},
                                 {u"name"_s, QString::fromLatin1(name)},
                                 {u"role"_s, u"server"_s},
                                 {u"pin"_s, u"4711"_s}});
    QJsonArray tables;
    for (int i = 1; i <= 24; ++i)
        tables.append(QJsonObject{{u"id"_s, u"table_%1"_s.arg(i)},
                                  {u"number"_s, QString::number(i)},
                                  {u"status"_s, i % 3 ? u"available"_s : u"occupied"_s}});
    return {{u"restaurant_id"_s, QString::fromLatin1(milton)},
            {u"data"_s, QJsonObject{{u"orders"_s, orders},
                                    {u"users"_s, users},
                                    {u"tables"_s, tables},
                                    {u"menu_items"_s, QJsonArray()},
                                    {u"inventory"_s, QJsonArray()},
                                    {u"printers"_s, QJsonArray()}}}};
}

void fill(Session &session)
{
    session.setFixedNow(nowMs());
    LinkStatus link{.phase = LinkStatus::Connected, .host = u"127.0.0.1:3000"_s, .roundTripMs = 2};
    session.setLink(link);
    fillFleet(session);
    fillTraffic(session);
    fillLogs(session);
    fillConflicts(session);
    std::vector<ChangeEntry> changes = manyChanges(47700, 480);
    for (ChangeEntry &change : changes) {
        // Each from a device of its own restaurant.
        if (change.restaurant != milton)
            change.deviceId = change.seq % 8 < 4                    ? "till"
                              : change.restaurant.startsWith("spice") ? "tablet-1"
                                                                      : "pos_device_0201";
    }
    session.takeChanges(std::move(changes));
}

} // namespace possync::gui::fixture
