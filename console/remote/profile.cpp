// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/profile.h"

#include <QSettings>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int usualPort = 3000;

} // namespace

std::optional<QUrl> serverFromText(const QString &typed)
{
    QString text = typed.trimmed();
    if (!text.contains("://"_L1))
        text.prepend("http://"_L1);
    QUrl url(text, QUrl::StrictMode);
    if (url.scheme() == "ws"_L1)
        url.setScheme(u"http"_s);
    else if (url.scheme() == "wss"_L1)
        url.setScheme(u"https"_s);
    if (!url.isValid() || url.host().isEmpty()
        || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1))
        return std::nullopt;
    QUrl server;
    server.setScheme(url.scheme());
    server.setHost(url.host());
    server.setPort(url.port(url.scheme() == "https"_L1 ? 443 : usualPort));
    return server;
}

QList<Profile> loadProfiles(const QSettings &settings)
{
    QList<Profile> profiles;
    // A settings file that somebody edited must not stop the start: what makes no sense is left
    // out.
    for (const QVariant &entry : settings.value("profiles").toList()) {
        const QVariantMap kept = entry.toMap();
        const QStringList pair = entry.toStringList(); // as kept by older consoles
        const QString name = kept.isEmpty() ? pair.value(0) : kept.value(u"name"_s).toString();
        const QString address = kept.isEmpty() ? pair.value(1) : kept.value(u"server"_s).toString();
        const auto server = serverFromText(address);
        if (!name.isEmpty() && server)
            profiles.append({name, *server, kept.value(u"certificate"_s).toByteArray()});
    }
    return profiles;
}

void saveProfiles(QSettings &settings, const QList<Profile> &profiles)
{
    QVariantList list;
    for (const Profile &profile : profiles)
        list.append(QVariantMap{{u"name"_s, profile.name},
                                {u"server"_s, profile.server.toString()},
                                {u"certificate"_s, profile.certificate}});
    settings.setValue("profiles", list);
}

} // namespace possync::remote
