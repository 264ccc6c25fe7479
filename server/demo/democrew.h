// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/demo/demodevice.h"
#include "server/demo/demohouse.h"

#include <QRandomGenerator>
#include <QTimer>

namespace possync::demo {

/// An evening in the demo restaurant: till, waiters, kitchen and bar on real sockets, guests who
/// come, order, eat, pay and leave. Orders follow their legal path and the kitchen its pace; an
/// hour of the evening passes in five minutes. Lives on the main thread.
class DemoCrew final : public QObject
{
    Q_OBJECT
public:
    /// `server` is the server's own http(s) URL; `isNew` says that the restaurant has no records
    /// yet: then they are sent first, through `POST /api/sync`.
    DemoCrew(DemoHouse house, const QUrl &server, bool isNew, QObject *parent = nullptr);
    ~DemoCrew() override;

    void start();

    /// Device ids of the crew, and what people call them.
    static std::vector<std::pair<QByteArray, QByteArray>> deviceNames();

private:
    enum class Stage { Seated, Ordered, Confirmed, Preparing, Ready, Served, Paid, Cleaning };
    struct Party {
        QByteArray table;
        QByteArray order;
        QByteArray number;
        DemoDevice *waiter = nullptr;
        Stage stage = Stage::Seated;
        int items = 0;
        qint64 totalPence = 0;
        qint64 nextStepMs = 0;
    };

    void seed();
    void openDoors();
    void turn();
    void welcomeGuests();
    void step(Party &party);
    void addDishes(Party &party);
    void useStock();
    void changeMenu();
    QByteArray orderFields(const Party &party, const char *status) const;
    int pick(std::size_t below) { return m_random.bounded(static_cast<int>(below)); }

    const DemoHouse m_house;
    const QUrl m_server;
    const bool m_isNew;
    QRandomGenerator m_random{20260101};
    std::vector<DemoDevice *> m_waiters;
    DemoDevice *m_till = nullptr;
    DemoDevice *m_kitchen = nullptr;
    DemoDevice *m_bar = nullptr;
    std::vector<Party> m_parties;
    std::vector<qint64> m_stockMilli; ///< Present stock, thousandths of the unit.
    QTimer m_turnTimer;
    qint64 m_nowMs = 9 * 60 * 1000; ///< Since the doors opened: begins when the house fills up.
    int m_orderCount = 0;
    QByteArray m_soldOut;
};

} // namespace possync::demo
