// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/options.h"

#include "console/gui/connect/address.h"

#include <QCommandLineParser>

namespace possync::gui {

using namespace Qt::StringLiterals;

Result<Options, QString> parseOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Shows what the devices of a restaurant agree on, and where they do not."_s);
    const QCommandLineOption connectTo(
        u"connect"_s, u"Connect to this server, for example http://127.0.0.1:3000."_s, u"URL"_s);
    const QCommandLineOption profile(u"profile"_s, u"Connect to a server kept under this name."_s,
                                     u"NAME"_s);
    const QCommandLineOption demo(u"demo"_s,
                                  u"Start a demo server on this computer and connect to it."_s);
    const QCommandLineOption reset(u"reset-layout"_s, u"Forget the saved layout of the window."_s);
    const QCommandLineOption screenshots(
        u"screenshot"_s, u"Save a picture of every page into this folder, then quit."_s, u"DIR"_s);
    const QCommandLineOption version({u"v"_s, u"version"_s}, u"Print the version."_s);
    const QCommandLineOption help({u"h"_s, u"help"_s}, u"Print this help."_s);
    parser.addOptions({connectTo, profile, demo, reset, screenshots, version, help});
    if (!parser.parse(arguments))
        return Unexpected(parser.errorText());
    if (!parser.positionalArguments().isEmpty())
        return Unexpected(u"unexpected argument: %1"_s.arg(parser.positionalArguments().first()));
    Options options{.profile = parser.value(profile),
                    .demo = parser.isSet(demo),
                    .resetLayout = parser.isSet(reset),
                    .screenshots = parser.value(screenshots)};
    if (parser.isSet(version))
        options.printAndExit = u"possync-console %1\n"_s.arg(QLatin1StringView(POSSYNC_VERSION));
    else if (parser.isSet(help))
        options.printAndExit = parser.helpText();
    if (parser.isSet(connectTo)) {
        const auto server = parseServerAddress(parser.value(connectTo));
        if (!server)
            return Unexpected(
                u"--connect: not a server address: %1"_s.arg(parser.value(connectTo)));
        options.server = *server;
        options.token = qgetenv("POSSYNC_TOKEN");
    }
    if (int(parser.isSet(connectTo)) + int(parser.isSet(profile)) + int(parser.isSet(demo)) > 1)
        return Unexpected(u"--connect, --profile and --demo exclude each other"_s);
    return options;
}

} // namespace possync::gui
