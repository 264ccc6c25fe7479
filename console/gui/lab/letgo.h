// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

namespace possync::gui {

/// Ends a run that is just calling its page: it is heard no more, and goes when it has returned.
template<typename Run>
void letGo(std::unique_ptr<Run> &run, const QObject *page)
{
    run->disconnect(page);
    run.release()->deleteLater();
}

} // namespace possync::gui
