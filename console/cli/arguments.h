// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>
#include <variant>

namespace possync::cli {

struct OptionSpec {
    QString name;      ///< With the dashes.
    QString valueName; ///< Empty: a flag.
    QString help;
};

struct CommandSpec {
    QString name;
    QStringList arguments; ///< "RESTAURANT"; optional ones in brackets: "[TYPE]".
    QString summary;
    QString details; ///< More lines for the command's own help; may be empty.
    QList<OptionSpec> options;
};

/// Every command, in the order of the help.
const QList<CommandSpec> &commandSpecs();

/// A command line that was understood.
struct Invocation {
    QString command;
    QStringList arguments;
    QHash<QString, QString> options; ///< By name with dashes; a flag's value is empty.
    QUrl server;
    QByteArray token;
    QString profile = {}; ///< Name of a kept server; then `server` is not told here.
    QString pinFile = {}; ///< Certificate that the server is known by; empty: as the system trusts.
    QByteArray certificate = {}; ///< The same as PEM, from a profile.
    QString tokenHint = {};      ///< What to do where the server wants another token.
    bool wantsJson = false;

    bool has(const QString &option) const { return options.contains(option); }
    QString value(const QString &option, const QString &otherwise = {}) const
    {
        return options.value(option, otherwise);
    }
};

/// Help or version: to be printed, and nothing else done.
struct PrintOnly {
    QString text;
};

/// A command line that makes no sense; one or two lines for the person who wrote it.
struct UsageError {
    QString text;
};

struct Environment {
    QString server;   ///< $POSSYNC_SERVER
    QString token;    ///< $POSSYNC_TOKEN
    QString pin = {}; ///< $POSSYNC_PIN
};

using Parsed = Result<std::variant<Invocation, PrintOnly>, UsageError>;

/// `arguments` without the program's name.
Parsed parseArguments(const QStringList &arguments, const Environment &environment);

QString generalHelp();
QString commandHelp(const CommandSpec &command);

/// The data type's own name where the typed message's was given ("order_update" is "orders"); other
/// text as it is.
QString dataTypeAsWritten(const QString &text);

/// What is wrong with type or action according to the catalogue, with the legal ones; empty if
/// fine.
QString catalogueError(const QString &dataType, const QString &action);

/// The value of an option as a whole number in a range, or an error naming the option.
Result<qint64, UsageError> numberOption(const Invocation &invocation, const QString &option,
                                        qint64 otherwise, qint64 lowest, qint64 highest);

} // namespace possync::cli
