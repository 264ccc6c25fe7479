// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/turnend.h"

#include <QAbstractEventDispatcher>
#include <QObject>
#include <vector>

namespace possync::net {
namespace {

struct TaskList {
    std::vector<TurnEnd::Task *> tasks;
    QAbstractEventDispatcher *connectedTo = nullptr;
};

TaskList &list()
{
    thread_local TaskList tasks;
    return tasks;
}

} // namespace

void TurnEnd::request(Task *task)
{
    if (task->m_index >= 0)
        return;
    TaskList &mine = list();
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    if (mine.connectedTo != dispatcher) {
        mine.connectedTo = dispatcher;
        QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, dispatcher, [] {
            TaskList &due = list();
            // By index: a task may add others, which then have their turn too.
            for (std::size_t i = 0; i < due.tasks.size(); ++i) {
                Task *next = due.tasks[i];
                if (!next)
                    continue;
                next->m_index = -1;
                due.tasks[i] = nullptr;
                next->turnEnded();
            }
            due.tasks.clear();
        });
        QObject::connect(dispatcher, &QObject::destroyed, dispatcher,
                         [] { list().connectedTo = nullptr; });
    }
    task->m_index = static_cast<int>(mine.tasks.size());
    mine.tasks.push_back(task);
}

void TurnEnd::cancel(Task *task)
{
    if (task->m_index < 0)
        return;
    list().tasks[static_cast<std::size_t>(task->m_index)] = nullptr;
    task->m_index = -1;
}

} // namespace possync::net
