// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"
#include "console/remote/profile.h"

#include <QString>
#include <QUrl>

namespace possync::gui {

/// Reads what a person types as a server: "127.0.0.1:3000", "backoffice", "http://host:3000",
/// "ws://host:3000". Gives an http(s) URL with a port and without a path; the error is a sentence
/// for people.
Result<QUrl, QString> parseServerAddress(const QString &typed);
/// "127.0.0.1:3000"
QString hostText(const QUrl &server);

/// The token in an address as devices are given it, `http://host:3000/t/<token>/api`; empty if
/// there is none.
QByteArray tokenInAddress(const QString &typed);

using remote::loadProfiles;
using remote::Profile;
using remote::saveProfiles;

} // namespace possync::gui
