// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/commandrun.h"
#include "console/cli/profileuse.h"
#include "console/remote/ownertoken.h"

#include <QCoreApplication>
#include <memory>

int main(int argc, char **argv)
{
    using namespace possync::cli;

    QCoreApplication app(argc, argv);
    const Parsed parsed = parseArguments(QCoreApplication::arguments().sliced(1),
                                         {qEnvironmentVariable("POSSYNC_SERVER"),
                                          qEnvironmentVariable("POSSYNC_TOKEN"),
                                          qEnvironmentVariable("POSSYNC_PIN")});
    if (!parsed) {
        writeError(parsed.error().text + u'\n');
        return MakesNoSense;
    }
    if (const auto *print = std::get_if<PrintOnly>(&*parsed)) {
        writeOut(print->text);
        return Happened;
    }
    auto invocation = std::get<Invocation>(*parsed);
    if (!invocation.profile.isEmpty()) {
        if (const auto used = useProfile(invocation, keptProfiles()); !used) {
            writeError(used.error().text + u'\n');
            return MakesNoSense;
        }
    }
    std::unique_ptr<CommandRun> run;
    const auto begin = [&run, &app](Invocation whole) {
        if (whole.token.isEmpty())
            whole.token = possync::remote::localOwnerToken(whole.server);
        run = std::make_unique<CommandRun>(std::move(whole));
        QObject::connect(run.get(), &CommandRun::finished, &app,
                         [](int code) { QCoreApplication::exit(code); });
        run->start();
    };
    possync::remote::SecretStore secrets;
    if (invocation.profile.isEmpty() || !invocation.token.isEmpty())
        begin(std::move(invocation));
    else
        fetchToken(secrets, invocation, &app, begin);
    const int code = QCoreApplication::exec();
    run.reset();
    return code;
}
