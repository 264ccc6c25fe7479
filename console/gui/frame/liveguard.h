// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"

class QWidget;

namespace possync::gui {

/// Does `act` if the restaurant is unlocked, and otherwise asks first: real staff will see it. A
/// yes unlocks the restaurant for ten minutes. `what` says what staff will see, `yes` is the
/// button that agrees. Never does anything after `parent` has gone.
void throughLiveGuard(QWidget *parent, Session &session, const QString &restaurant,
                      const QString &what, const QString &yes, const std::function<void()> &act);

} // namespace possync::gui
