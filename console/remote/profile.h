// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QUrl>
#include <optional>

class QSettings;

namespace possync::remote {

/// A server the person keeps, known by its name. Its token is kept elsewhere: see SecretStore.
struct Profile {
    QString name = {};
    QUrl server = {};
    QByteArray certificate = {}; ///< PEM of the one to trust; empty: whom the system trusts.
    bool operator==(const Profile &) const = default;
};

/// Whose settings hold the profiles: `QSettings(organization, application)`. The console writes
/// them, other programs only read.
inline constexpr auto settingsOrganization = "PosSync";
inline constexpr auto settingsApplication = "possync-console";

/// "127.0.0.1:3000", "backoffice", "http://host:3000", "ws://host:3000" as an http(s) URL with a
/// port and without a path; nothing if it is no address.
std::optional<QUrl> serverFromText(const QString &typed);

/// What makes no sense in the settings is left out.
QList<Profile> loadProfiles(const QSettings &settings);
void saveProfiles(QSettings &settings, const QList<Profile> &profiles);

} // namespace possync::remote
