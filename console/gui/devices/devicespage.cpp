// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/devices/devicespage.h"

#include "console/gui/base/card.h"
#include "console/gui/base/columnfit.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/devices/insight.h"
#include "console/gui/names/renamedialog.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

DevicesPage::DevicesPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_model(new DeviceModel(session.fleet(), this))
    , m_proxy(new DeviceProxy(this))
    , m_table(new QTableView(this))
    , m_empty(nullptr)
    , m_filter(new QLineEdit(this))
    , m_troubled(new QToolButton(this))
    , m_count(plainLabel({}, this))
    , m_heading(plainLabel({}, this))
    , m_reason(plainLabel({}, this))
    , m_ping(new QPushButton(icon(u"ping"_s), tr("&Ping"), this))
    , m_kick(new QPushButton(icon(u"kick"_s), tr("&Disconnect…"), this))
    , m_rename(new QPushButton(icon(u"rename"_s), tr("Re&name…"), this))
    , m_renameAction(new QAction(m_rename->icon(), m_rename->text(), m_table))
{
    m_rename->setObjectName(u"rename"_s);
    m_filter->setPlaceholderText(tr("Filter devices by any text"));
    m_filter->setAccessibleName(m_filter->placeholderText());
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    m_troubled->setText(tr("Only with trouble"));
    m_troubled->setIcon(icon(u"warning"_s));
    m_troubled->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_troubled->setCheckable(true);
    m_troubled->setProperty("framed", true);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(10);
    tools->addWidget(m_filter, 1);
    tools->addWidget(m_troubled);
    tools->addWidget(m_count);

    auto *detail = new Card(this);
    auto *row = new QHBoxLayout(detail);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(10);
    auto *words = new QVBoxLayout;
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_heading->setFont(bold);
    m_reason->setWordWrap(true);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words->addWidget(m_heading);
    words->addWidget(m_reason);
    row->addLayout(words, 1);
    row->addWidget(m_rename);
    row->addWidget(m_ping);
    row->addWidget(m_kick);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 18, 12);
    column->setSpacing(10);
    column->addLayout(tools);
    column->addWidget(m_table, 1);
    column->addWidget(detail);
    buildTable();

    connect(m_filter, &QLineEdit::textChanged, m_proxy, &DeviceProxy::setNeedle);
    connect(m_troubled, &QToolButton::toggled, this,
            [this](bool on) { m_proxy->setOnlyTroubled(on, m_session.nowMs()); });
    connect(m_ping, &QPushButton::clicked, this, &DevicesPage::ping);
    connect(m_kick, &QPushButton::clicked, this, &DevicesPage::kick);
    connect(m_rename, &QPushButton::clicked, this, &DevicesPage::rename);
    connect(m_renameAction, &QAction::triggered, this, &DevicesPage::rename);
    connect(&session, &Session::selectionChanged, this, &DevicesPage::adoptSelection);
    connect(&session, &Session::linkChanged, this, [this] {
        m_empty->refresh();
        showDetail();
    });
    connect(&session, &Session::ticked, this, [this](qint64 now) {
        if (!isVisible())
            return;
        m_model->setNow(now);
        settle();
        showDetail();
    });
    m_model->setNow(session.nowMs());
    adoptSelection();
    showDetail();
}

void DevicesPage::buildTable()
{
    m_proxy->setSourceModel(m_model);
    m_table->setModel(m_proxy);
    prepareTable(m_table, {});
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setItemDelegateForColumn(DeviceModel::StateColumn, new StateDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(DeviceModel::StateColumn, Qt::AscendingOrder);
    m_columns = new ColumnFit(m_table, {{.wanted = 23},
                                        {.wanted = 16, .least = 13},
                                        {.wanted = 18, .least = 15},
                                        {.wanted = 8, .least = 7},
                                        {.wanted = 46, .least = 30, .share = 1},
                                        {.wanted = 10, .least = 9},
                                        {.wanted = 9, .least = 8, .rank = 1},
                                        {.wanted = 8, .least = 6},
                                        {.wanted = 10, .least = 8, .rank = 2},
                                        {.wanted = 7, .least = 6, .rank = 6},
                                        {.wanted = 8, .least = 7, .rank = 5},
                                        {.wanted = 18, .least = 13, .rank = 3},
                                        {.wanted = 10, .least = 9, .rank = 4},
                                        {.wanted = 9, .least = 8, .rank = 7}});
    m_table->setAccessibleName(tr("Devices"));
    m_table->viewport()->installEventFilter(this);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_renameAction->setShortcut(Qt::Key_F2);
    m_renameAction->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(m_renameAction);
    m_empty = new EmptyOverlay(m_table, [this]() -> EmptyWords {
        if (m_model->rowCount() > 0)
            return {tr("No device matches"),
                    tr("%n device(s) are hidden by the filter, the switch “Only with trouble” or "
                       "the restaurant chosen at the left.",
                       nullptr, m_model->rowCount())};
        if (!m_session.isConnected())
            return {tr("No devices known"),
                    tr("There is no connection to a server; devices appear when there is.")};
        return {
            tr("No device has connected yet"),
            tr("Point a tablet's sync address at this server; it appears here within a second.")};
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &now) {
                if (now.isValid()) {
                    const DeviceFacts &device = m_model->device(m_proxy->mapToSource(now).row());
                    m_currentRestaurant = device.restaurant;
                    m_currentDevice = device.deviceId;
                }
                showDetail();
            });
}

const DeviceFacts *DevicesPage::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? &m_model->device(m_proxy->mapToSource(index).row()) : nullptr;
}

void DevicesPage::adoptSelection()
{
    m_proxy->setRestaurant(m_session.selected());
    m_columns->setLeftOut(DeviceModel::Restaurant, !m_session.selected().isEmpty());
    m_empty->refresh();
}

void DevicesPage::settle()
{
    // Sorting waits until nobody is about to click into the table.
    if (!m_isMouseInside)
        m_proxy->refresh();
    m_count->setText(
        tr("%1 of %n device(s)", nullptr, m_model->rowCount()).arg(m_proxy->rowCount()));
}

void DevicesPage::showDetail()
{
    const DeviceFacts *device = current();
    if (!device) {
        m_heading->setText(tr("Choose a device"));
        m_reason->setText(tr("Its state is explained here, with what helps."));
    } else {
        m_heading->setText(tr("%1 in %2: %3")
                               .arg(titleWithId(*device),
                                    m_session.restaurantTitle(device->restaurant),
                                    deviceStateText(*device, m_session.nowMs())));
        m_reason->setText(deviceReason(*device, m_session.nowMs()));
    }
    const QString whyNot = m_session.whyNotRename();
    const bool canRename = device && whyNot.isEmpty();
    m_rename->setEnabled(canRename);
    m_renameAction->setEnabled(canRename);
    m_rename->setToolTip(canRename ? QKeySequence(Qt::Key_F2).toString(QKeySequence::NativeText)
                         : !whyNot.isEmpty() ? whyNot
                                             : tr("Choose a device first"));
    const bool can = device && device->isConnected && m_session.port();
    for (QPushButton *button : {m_ping, m_kick}) {
        button->setEnabled(can);
        button->setToolTip(can                        ? QString()
                           : !m_session.isConnected() ? tr("Not connected to the server")
                           : device                   ? tr("This device is not connected")
                                                      : tr("Choose a device first"));
    }
}

void DevicesPage::report(const QString &done, const Result<QJsonObject, QString> &answer)
{
    Q_EMIT said(answer ? done : tr("Refused: %1").arg(plainLine(answer.error())));
}

void DevicesPage::ping()
{
    const DeviceFacts *device = current();
    ServerPort *port = m_session.port();
    if (!device || !port)
        return;
    port->ping(
        device->restaurant, device->connection, this,
        [this, name = device->title()](const auto &answer) {
            const auto ms = answer ? answer.value().value("round_trip_ms"_L1) : QJsonValue();
            report(ms.isDouble()
                       ? tr("%1 answered after %2 ms.").arg(plainLine(name, 60)).arg(ms.toDouble())
                       : tr("%1 was pinged.").arg(plainLine(name, 60)),
                   answer);
        });
}

void DevicesPage::kick()
{
    const DeviceFacts *device = current();
    if (!device || !m_session.port())
        return;
    auto *question = new QMessageBox(QMessageBox::Question, tr("Disconnect a device"), QString(),
                                     QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    question->setText(tr("Disconnect %1?").arg(titleWithId(*device)));
    question->setInformativeText(tr("The app connects again by itself after some seconds and "
                                    "receives what it missed. Nothing is lost."));
    QPushButton *yes = question->addButton(tr("Disconnect"), QMessageBox::AcceptRole);
    connect(yes, &QPushButton::clicked, this,
            [this, restaurant = device->restaurant, connection = device->connection,
             name = device->title()] {
                if (ServerPort *port = m_session.port()) {
                    port->kick(restaurant, connection, this, [this, name](const auto &answer) {
                        report(tr("%1 was disconnected.").arg(plainLine(name, 60)), answer);
                    });
                }
            });
    question->open();
}

void DevicesPage::rename()
{
    const DeviceFacts *device = current();
    if (!device || !m_session.port())
        return;
    auto *dialog = new RenameDialog(m_session, device->restaurant, device->deviceId, this);
    connect(dialog, &RenameDialog::renamed, this, &DevicesPage::said);
    dialog->open();
}

void DevicesPage::showTrouble()
{
    m_filter->clear();
    m_troubled->setChecked(m_proxy->rowCount() > 0);
    settle();
    if (m_proxy->rowCount() == 0)
        m_troubled->setChecked(false); // nobody is behind: show them all in sync
    m_table->sortByColumn(DeviceModel::StateColumn, Qt::AscendingOrder);
    if (m_proxy->rowCount() > 0)
        m_table->selectRow(0);
}

void DevicesPage::setNeedle(const QString &needle)
{
    m_troubled->setChecked(false);
    m_filter->setText(needle);
    if (m_proxy->rowCount() > 0)
        m_table->setCurrentIndex(m_proxy->index(0, 0));
}

void DevicesPage::focusSearch()
{
    m_filter->setFocus();
    m_filter->selectAll();
}

void DevicesPage::saveLayout(QSettings &settings) const
{
    m_columns->save(settings, u"columns"_s);
}

void DevicesPage::resetLayout()
{
    m_columns->reset();
}

void DevicesPage::restoreLayout(const QSettings &settings)
{
    m_columns->restore(settings, u"columns"_s);
}

bool DevicesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Enter)
        m_isMouseInside = true;
    else if (event->type() == QEvent::Leave)
        m_isMouseInside = false;
    return Page::eventFilter(watched, event);
}

void DevicesPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_model->setNow(m_session.nowMs());
    settle();
}

} // namespace possync::gui
