// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/profileuse.h"

#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"

#include <QSettings>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

/// A keychain that is locked asks its owner in a window; who sits at a terminal may not see it.
constexpr int keychainMs = 20000;

constexpr auto whereFrom = "The console keeps servers: possync-console, menu File, Servers.";

} // namespace

QList<remote::Profile> keptProfiles()
{
    return remote::loadProfiles(QSettings(QString::fromLatin1(remote::settingsOrganization),
                                          QString::fromLatin1(remote::settingsApplication)));
}

Result<Done, UsageError> useProfile(Invocation &invocation, const QList<remote::Profile> &profiles)
{
    const auto found = std::ranges::find(profiles, invocation.profile, &remote::Profile::name);
    if (found == profiles.end()) {
        QStringList names;
        for (const remote::Profile &profile : profiles)
            names.append(printable(profile.name));
        return Unexpected{UsageError{u"No server is kept under the name \"%1\". %2"_s.arg(
            printable(invocation.profile), names.isEmpty()
                                               ? QString::fromLatin1(whereFrom)
                                               : u"There are: %1"_s.arg(names.join(u", "_s)))}};
    }
    invocation.server = found->server;
    if (invocation.pinFile.isEmpty())
        invocation.certificate = found->certificate;
    return Done{};
}

void fetchToken(remote::SecretStore &secrets, const Invocation &invocation, QObject *context,
                std::function<void(Invocation)> begin)
{
    secrets.setPatience(keychainMs);
    secrets.read({invocation.profile, invocation.server, invocation.certificate}, context,
                 [invocation, begin = std::move(begin)](const QByteArray &token,
                                                        const remote::Phrase &problem) {
                     Invocation whole = invocation;
                     whole.token = token;
                     if (token.isEmpty())
                         whole.tokenHint =
                             (problem.isEmpty() ? u"No token is kept for it"_s
                                                : u"The kept token could not be had: %1"_s.arg(
                                                    printable(problem.english())))
                             + u". Give one with --token or $POSSYNC_TOKEN."_s;
                     begin(std::move(whole));
                 });
}

void CommandRun::profiles()
{
    const QList<remote::Profile> profiles = keptProfiles();
    if (m_invocation.has(u"--names"_s)) {
        for (const remote::Profile &profile : profiles)
            writeOut(printable(profile.name) + u'\n');
    } else if (m_invocation.wantsJson) {
        QByteArray list;
        for (const remote::Profile &profile : profiles)
            list += (list.isEmpty() ? "{\"name\":" : ",{\"name\":")
                    + json::quoted(profile.name.toUtf8())
                    + ",\"server\":" + json::quoted(profile.server.toString().toUtf8())
                    + ",\"pinned\":" + (profile.certificate.isEmpty() ? "false" : "true") + '}';
        writeOut(QByteArray("{\"profiles\":[" + list + "]}"));
    } else if (profiles.isEmpty()) {
        writeOut(u"No server is kept. "_s + QString::fromLatin1(whereFrom) + u'\n');
    } else {
        Table table;
        table.addColumn(u"NAME"_s);
        table.addColumn(u"SERVER"_s);
        for (const remote::Profile &profile : profiles)
            table.addRow({profile.name, profile.server.toString()});
        writeOut(table.text(120));
    }
    finish(Happened);
}

} // namespace possync::cli
