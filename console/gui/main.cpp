// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/console.h"
#include "console/gui/app/options.h"
#include "console/gui/base/language.h"
#include "console/remote/profile.h"

#include <QApplication>
#include <QSettings>
#include <cstdio>
#include <cstdlib>

using namespace possync::gui;
using namespace Qt::StringLiterals;

namespace {

/// Qt would abort without a display; a sentence is kinder.
bool hasDisplay()
{
#ifdef Q_OS_LINUX
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY")
           || qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
#else
    return true;
#endif
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication::setApplicationName(QString::fromLatin1(possync::remote::settingsApplication));
    QCoreApplication::setOrganizationName(QString::fromLatin1(possync::remote::settingsOrganization));
    QCoreApplication::setApplicationVersion(QStringLiteral(POSSYNC_VERSION));
    Options options;
    {
        // The options are read before anything needs a display.
        const QCoreApplication reader(argc, argv);
        const auto parsed = parseOptions(QCoreApplication::arguments());
        if (!parsed) {
            std::fprintf(stderr, "possync-console: %s\n", qPrintable(parsed.error()));
            return 2;
        }
        options = *parsed;
    }
    if (!options.printAndExit.isEmpty()) {
        std::fputs(qPrintable(options.printAndExit), stdout);
        return EXIT_SUCCESS;
    }
    if (!hasDisplay() && std::none_of(argv, argv + argc, [](const char *a) {
            return QByteArrayView(a) == "-platform";
        })) {
        std::fputs("possync-console: there is no display; use possyncctl in a terminal\n", stderr);
        return 2;
    }
    QApplication application(argc, argv);
    QSettings settings;
    installLanguage(application, settings.value("view/language").toString());
    Console console(options, settings);
    console.start();
    return QApplication::exec();
}
