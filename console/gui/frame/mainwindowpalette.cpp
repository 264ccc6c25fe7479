// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the command palette of the window offers.
#include "console/gui/access/accesspage.h"
#include "console/gui/base/page.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/changespage.h"
#include "console/gui/conflicts/conflictspage.h"
#include "console/gui/devices/devicespage.h"
#include "console/gui/devices/insight.h"
#include "console/gui/frame/commandpalette.h"
#include "console/gui/frame/mainwindow.h"

#include <QStatusBar>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostDevices = 30; // of each restaurant

} // namespace

QList<PaletteEntry> MainWindow::renameEntries()
{
    if (const QString why = m_session.whyNotRename(); !why.isEmpty())
        return {{tr("Rename…"), why, [this, why] { statusBar()->showMessage(why, 12000); }}};
    const QString shown = m_session.selected();
    QList<PaletteEntry> restaurants;
    QList<PaletteEntry> devices;
    for (const RestaurantFacts &restaurant : m_session.fleet().restaurants()) {
        PaletteEntry entry{tr("Rename %1…").arg(plainLine(restaurant.title(), 80)),
                           tr("Restaurant"), [this, id = restaurant.id] { rename(id, {}); },
                           restaurant.id};
        // What is being looked at comes first.
        if (restaurant.id == shown)
            restaurants.prepend(std::move(entry));
        else
            restaurants.append(std::move(entry));
        const QList<DeviceFacts> all = m_session.fleet().devices(restaurant.id);
        for (const DeviceFacts &device : all.first(std::min(all.size(), mostDevices)))
            devices.append({tr("Rename %1…").arg(titleWithId(device)),
                            tr("Device in %1").arg(plainLine(restaurant.title(), 30)),
                            [this, restaurant = restaurant.id, id = device.deviceId] {
                                rename(restaurant, id);
                            }});
    }
    return restaurants + devices;
}

CommandPalette *MainWindow::openPalette()
{
    QList<PaletteEntry> entries;
    for (int i = 0; i < m_pages.size(); ++i)
        entries.append({m_pages[i]->title(),
                        tr("Page · %1").arg(pageKeys(i).toString(QKeySequence::NativeText)),
                        [this, i] { showIndex(i); }});
    entries.append(
        {tr("All restaurants"), tr("Restaurant"), [this] { m_session.select(QString()); }});
    for (const RestaurantFacts &restaurant : m_session.fleet().restaurants()) {
        entries.append({plainLine(restaurant.title(), 80), tr("Restaurant"),
                        [this, id = restaurant.id] { m_session.select(id); }, restaurant.id});
        const QList<DeviceFacts> devices = m_session.fleet().devices(restaurant.id);
        for (const DeviceFacts &device : devices.first(std::min(devices.size(), mostDevices))) {
            entries.append({titleWithId(device),
                            tr("Device in %1").arg(plainLine(restaurant.title(), 30)),
                            [this, device] {
                                m_session.select(device.restaurant);
                                m_devices->setNeedle(device.deviceId);
                                showPage(m_devices->id());
                            }});
        }
    }
    entries.append(
        {tr("Connect to a server…"), tr("Action"), [this] { Q_EMIT connectRequested(); }});
    entries.append(
        {tr("Retry the connection now"), tr("Action"), [this] { Q_EMIT retryRequested(); }});
    entries.append({tr("Pair a tablet…"), tr("Action"), [this] {
                        m_access->showPairing();
                        showPage(m_access->id());
                    }});
    entries.append({tr("Light theme"), tr("View"), [this] { setScheme(Scheme::Light); }});
    entries.append({tr("Dark theme"), tr("View"), [this] { setScheme(Scheme::Dark); }});
    entries.append({tr("Reset layout"),
                    tr("View · %1").arg(resetKeys().toString(QKeySequence::NativeText)),
                    [this] { resetLayout(); }});
    entries += renameEntries();
    auto *palette = new CommandPalette(
        std::move(entries),
        [this](const QString &text) -> QList<PaletteEntry> {
            const QString quoted = u"\"%1\""_s.arg(QString(text).remove(u'"').remove(u'\\'));
            return {{tr("Who changed “%1” last?").arg(plainLine(text, 60)), tr("Changes"),
                     [this, quoted] {
                         m_changes->setFilter(quoted);
                         showPage(m_changes->id());
                     }},
                    {tr("Devices with “%1”").arg(plainLine(text, 60)), tr("Devices"),
                     [this, text] {
                         m_devices->setNeedle(text);
                         showPage(m_devices->id());
                     }},
                    {tr("Conflicts about “%1”").arg(plainLine(text, 60)), tr("Conflicts"),
                     [this, text] {
                         m_conflicts->setNeedle(text);
                         showPage(m_conflicts->id());
                     }}};
        },
        this);
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, 70)));
    palette->show();
    return palette;
}

} // namespace possync::gui
