// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/liveguard.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::LiveGuard)
};

} // namespace

void throughLiveGuard(QWidget *parent, Session &session, const QString &restaurant,
                      const QString &what, const QString &yes, const std::function<void()> &act)
{
    if (session.isUnlocked(restaurant)) {
        act();
        return;
    }
    const QList<DeviceFacts> devices = session.fleet().devices(restaurant);
    const auto connected = int(std::ranges::count_if(devices, &DeviceFacts::isConnected));
    auto *question = new QMessageBox(QMessageBox::Warning, Words::tr("A live restaurant"),
                                     QString(), QMessageBox::Cancel, parent);
    question->setObjectName(u"liveGuard"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    question->setText(Words::tr("This goes to %n real device(s) in %1.", nullptr, connected)
                          .arg(session.restaurantTitle(restaurant)));
    question->setInformativeText(
        what + u' '
        + Words::tr("The restaurant stays unlocked for ten minutes; the red frame says so."));
    QPushButton *agree = question->addButton(yes, QMessageBox::AcceptRole);
    QObject::connect(agree, &QPushButton::clicked, parent, [&session, restaurant, act] {
        session.unlock(restaurant);
        act();
    });
    question->open();
}

} // namespace possync::gui
