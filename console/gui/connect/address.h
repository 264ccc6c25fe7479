// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QList>
#include <QString>
#include <QUrl>

class QSettings;

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

/// A server the person keeps, known by its name. Its token is kept elsewhere: see SecretStore.
struct Profile {
    QString name = {};
    QUrl server = {};
    QByteArray certificate = {}; ///< PEM of the one to trust; empty: whom the system trusts.
    bool operator==(const Profile &) const = default;
};

/// What makes no sense in the settings is left out.
QList<Profile> loadProfiles(const QSettings &settings);
void saveProfiles(QSettings &settings, const QList<Profile> &profiles);

} // namespace possync::gui
