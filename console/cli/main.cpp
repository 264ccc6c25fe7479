// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/commandrun.h"
#include "console/remote/ownertoken.h"

#include <QCoreApplication>

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
    if (invocation.token.isEmpty())
        invocation.token = possync::remote::localOwnerToken(invocation.server);
    CommandRun run(std::move(invocation));
    QObject::connect(&run, &CommandRun::finished, &app,
                     [](int code) { QCoreApplication::exit(code); });
    run.start();
    return QCoreApplication::exec();
}
