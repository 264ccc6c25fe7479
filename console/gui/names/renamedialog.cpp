// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/names/renamedialog.h"

#include "console/gui/base/tonelabel.h"
#include "console/gui/base/words.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace possync::gui {

using namespace Qt::StringLiterals;

RenameDialog::RenameDialog(Session &session, QString restaurant, QString device, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_restaurant(std::move(restaurant))
    , m_device(std::move(device))
    , m_name(new QLineEdit(presentName(), this))
    , m_rename(nullptr)
    , m_problem(new ToneLabel(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(m_device.isEmpty() ? tr("Rename a restaurant") : tr("Rename a device"));
    auto *about =
        plainLabel(m_device.isEmpty()
                       ? tr("What people call the restaurant %1:").arg(plainLine(m_restaurant, 80))
                       : tr("What people call the device %1 of %2:")
                             .arg(plainLine(m_device, 60), m_session.restaurantTitle(m_restaurant)),
                   this);
    about->setWordWrap(true);
    about->setBuddy(m_name);
    m_name->setAccessibleName(tr("Name"));
    m_name->setPlaceholderText(plainLine(m_device.isEmpty() ? m_restaurant : m_device, 80));
    m_name->setMinimumWidth(fontMetrics().averageCharWidth() * 48);
    m_name->selectAll();
    auto *hint =
        plainLabel(tr("At most 80 characters. If it is left empty, the id is shown."), this);
    hint->setWordWrap(true);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *buttons = new QDialogButtonBox(this);
    m_rename = buttons->addButton(tr("&Rename"), QDialogButtonBox::AcceptRole);
    m_rename->setProperty("primary", true);
    m_rename->setDefault(true);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &RenameDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &RenameDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 16, 18, 14);
    column->setSpacing(10);
    column->addWidget(about);
    column->addWidget(m_name);
    column->addWidget(hint);
    column->addWidget(m_problem);
    column->addWidget(buttons);
}

QString RenameDialog::presentName() const
{
    if (m_device.isEmpty()) {
        const RestaurantFacts *facts = m_session.fleet().restaurant(m_restaurant);
        return facts ? facts->name : QString();
    }
    for (const DeviceFacts &device : m_session.fleet().devices(m_restaurant)) {
        if (device.deviceId == m_device)
            return device.name;
    }
    return {};
}

void RenameDialog::accept()
{
    ServerPort *port = m_session.port();
    if (!port) {
        showProblem(tr("Not connected to the server; the name is as before."));
        return;
    }
    setBusy(true);
    port->rename(m_restaurant, m_device, m_name->text(), this, [this](const auto &answer) {
        setBusy(false);
        if (!answer) {
            showProblem(plainLine(answer.error()));
            return;
        }
        const QString name = answer.value().value("name"_L1).toString();
        const QString id = plainLine(m_device.isEmpty() ? m_restaurant : m_device, 60);
        Q_EMIT renamed(name.isEmpty() ? tr("%1 goes by its id.").arg(id)
                                      : tr("%1 is called “%2” now.").arg(id, plainLine(name, 80)));
        QDialog::accept();
    });
}

void RenameDialog::setBusy(bool isBusy)
{
    m_rename->setEnabled(!isBusy);
    m_name->setReadOnly(isBusy);
    if (isBusy)
        m_problem->hide();
}

void RenameDialog::showProblem(const QString &problem)
{
    m_problem->say(problem, Tone::Bad);
    m_problem->show();
    m_name->setFocus();
}

} // namespace possync::gui
