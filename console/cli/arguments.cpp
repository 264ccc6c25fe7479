// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/arguments.h"

#include "common/model/catalogue.h"

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

const QList<OptionSpec> &globalOptions()
{
    static const QList<OptionSpec> options{
        {u"--server"_s, u"URL"_s,
         u"server to talk to (default $POSSYNC_SERVER, else http://127.0.0.1:3000)"_s},
        {u"--profile"_s, u"NAME"_s,
         u"server that the console keeps under this name, with its certificate and token"_s},
        {u"--token"_s, u"TOKEN"_s,
         u"access token (default $POSSYNC_TOKEN; on the server's own computer it is found)"_s},
        {u"--pin"_s, u"FILE"_s,
         u"trust the server by this certificate or authority alone, PEM (default $POSSYNC_PIN)"_s},
        {u"--json"_s, {}, u"answer for machines"_s},
        {u"--help"_s, {}, u"this text, or a command's own"_s},
        {u"--version"_s, {}, u"the version of this program"_s},
    };
    return options;
}

const CommandSpec *findCommand(const QString &name)
{
    const auto &specs = commandSpecs();
    const auto spec = std::ranges::find(specs, name, &CommandSpec::name);
    return spec == specs.end() ? nullptr : &*spec;
}

const OptionSpec *findOption(const CommandSpec *command, const QString &name)
{
    const auto in = [&](const QList<OptionSpec> &options) -> const OptionSpec * {
        const auto option = std::ranges::find(options, name, &OptionSpec::name);
        return option == options.end() ? nullptr : &*option;
    };
    const OptionSpec *option = in(globalOptions());
    return option || !command ? option : in(command->options);
}

QString optionLines(const QList<OptionSpec> &options)
{
    QString text;
    for (const OptionSpec &option : options) {
        const QString left =
            option.valueName.isEmpty() ? option.name : option.name + u' ' + option.valueName;
        text += u"  %1  %2\n"_s.arg(left, -24).arg(option.help);
    }
    return text;
}

QString names(const auto &values, auto nameOf)
{
    QStringList list;
    for (const auto value : values)
        list.append(QString::fromUtf8(nameOf(value)));
    return list.join(u", "_s);
}

UsageError usage(const QString &problem, const CommandSpec *command)
{
    return {command ? u"%1\nSee: possyncctl %2 --help"_s.arg(problem, command->name)
                    : u"%1\nSee: possyncctl --help"_s.arg(problem)};
}

Result<QUrl, UsageError> serverUrl(QString text)
{
    if (!text.contains(u"://"_s))
        text.prepend(u"http://"_s);
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty()
        || (url.scheme() != u"http"_s && url.scheme() != u"https"_s)) {
        return Unexpected{UsageError{
            u"\"%1\" is not a server's address; one looks like http://127.0.0.1:3000"_s.arg(text)}};
    }
    return url;
}

} // namespace

QString generalHelp()
{
    QString text =
        u"Usage: possyncctl [--server URL | --profile NAME] [--token T] [--pin FILE] [--json] "
        "COMMAND …\n\nCommands:\n"_s;
    for (const CommandSpec &command : commandSpecs()) {
        const QString left = (QStringList(command.name) + command.arguments).join(u' ');
        text += u"  %1  %2\n"_s.arg(left, -38).arg(command.summary);
    }
    text += u"\nOptions:\n"_s + optionLines(globalOptions());
    text += u"\nExit status: 0 it happened, 1 it did not, 2 the command line makes no sense.\n"_s;
    return text;
}

QString commandHelp(const CommandSpec &command)
{
    QString text =
        u"Usage: possyncctl %1"_s.arg((QStringList(command.name) + command.arguments).join(u' '));
    text += command.options.isEmpty() ? u"\n\n"_s : u" [OPTION …]\n\n"_s;
    text += command.summary + u'\n';
    if (!command.details.isEmpty())
        text += u'\n' + command.details + u'\n';
    if (!command.options.isEmpty())
        text += u"\nOptions:\n"_s + optionLines(command.options);
    text += u"\nFor every command:\n"_s + optionLines(globalOptions());
    return text;
}

Parsed parseArguments(const QStringList &arguments, const Environment &environment)
{
    Invocation invocation;
    const CommandSpec *command = nullptr;
    bool wantsHelp = false;
    bool onlyPlain = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (onlyPlain || !argument.startsWith(u'-') || argument.size() == 1) {
            if (command) {
                invocation.arguments.append(argument);
            } else if (command = findCommand(argument); !command) {
                return Unexpected{usage(u"There is no command \"%1\"."_s.arg(argument), nullptr)};
            }
            continue;
        }
        if (argument == u"--"_s) {
            onlyPlain = true;
            continue;
        }
        const qsizetype equals = argument.indexOf(u'=');
        QString name = equals < 0 ? argument : argument.first(equals);
        if (name == u"-h"_s)
            name = u"--help"_s;
        const OptionSpec *option = findOption(command, name);
        if (!option)
            return Unexpected{usage(u"There is no option %1%2."_s.arg(
                                        name, command ? u" for "_s + command->name : QString()),
                                    command)};
        if (option->valueName.isEmpty() && equals >= 0)
            return Unexpected{usage(u"%1 takes no value."_s.arg(name), command)};
        QString value = equals < 0 ? QString() : argument.sliced(equals + 1);
        if (!option->valueName.isEmpty() && equals < 0) {
            if (i + 1 == arguments.size())
                return Unexpected{
                    usage(u"%1 needs a value: %1 %2"_s.arg(name, option->valueName), command)};
            value = arguments[++i];
        }
        wantsHelp = wantsHelp || name == u"--help"_s;
        invocation.options.insert(name, value);
    }
    if (invocation.has(u"--version"_s))
        return std::variant<Invocation, PrintOnly>(
            PrintOnly{u"possyncctl %1\n"_s.arg(QStringLiteral(POSSYNC_VERSION))});
    if (wantsHelp)
        return std::variant<Invocation, PrintOnly>(
            PrintOnly{command ? commandHelp(*command) : generalHelp()});
    if (!command)
        return Unexpected{usage(u"Which command?"_s, nullptr)};

    QStringList required = command->arguments;
    required.removeIf([](const QString &argument) { return argument.startsWith(u'['); });
    if (invocation.arguments.size() < required.size())
        return Unexpected{
            usage(u"%1 needs %2."_s.arg(command->name, required[invocation.arguments.size()]),
                  command)};
    if (invocation.arguments.size() > command->arguments.size())
        return Unexpected{usage(u"%1 does not know what to do with \"%2\"."_s.arg(
                                    command->name, invocation.arguments[command->arguments.size()]),
                                command)};

    invocation.command = command->name;
    invocation.wantsJson = invocation.has(u"--json"_s);
    invocation.profile = invocation.value(u"--profile"_s);
    if (invocation.has(u"--profile"_s)) {
        if (invocation.has(u"--server"_s))
            return Unexpected{
                usage(u"--profile says which server it is: leave out --server."_s, command)};
        if (invocation.profile.isEmpty())
            return Unexpected{
                usage(u"--profile needs a name; possyncctl profiles lists them."_s, command)};
    }
    // A token in the environment is for the server that is named there: no other gets it.
    const bool isForAnother = !invocation.profile.isEmpty() && !environment.server.isEmpty();
    invocation.token =
        invocation.value(u"--token"_s, isForAnother ? QString() : environment.token).toUtf8();
    invocation.pinFile = invocation.value(u"--pin"_s, isForAnother ? QString() : environment.pin);
    const QString fallback =
        environment.server.isEmpty() ? u"http://127.0.0.1:3000"_s : environment.server;
    auto server = serverUrl(invocation.value(u"--server"_s, fallback));
    if (!server)
        return Unexpected{server.error()};
    invocation.server = *server;
    return std::variant<Invocation, PrintOnly>(std::move(invocation));
}

QString dataTypeAsWritten(const QString &text)
{
    const auto type = dataTypeFromTypedMessage(text.toUtf8());
    return type ? QString::fromUtf8(dataTypeName(*type)) : text;
}

QString catalogueError(const QString &dataType, const QString &action)
{
    const auto type = dataTypeFromName(dataType.toUtf8());
    if (!type)
        return u"There is no data type \"%1\". There are: %2"_s.arg(
            dataType, names(allDataTypes, dataTypeName));
    const auto known = actionFromName(action.toUtf8());
    if (known && isActionAllowed(*type, *known))
        return {};
    std::vector<Action> legal(actionsOf(*type).begin(), actionsOf(*type).end());
    for (const Action generic :
         {Action::Created, Action::Updated, Action::Deleted, Action::Upsert}) {
        if (std::ranges::find(legal, generic) == legal.end())
            legal.push_back(generic);
    }
    return u"There is no action \"%1\" for %2. There are: %3"_s.arg(action, dataType,
                                                                    names(legal, actionName));
}

Result<qint64, UsageError> numberOption(const Invocation &invocation, const QString &option,
                                        qint64 otherwise, qint64 lowest, qint64 highest)
{
    if (!invocation.has(option))
        return otherwise;
    bool isNumber = false;
    const qint64 number = invocation.value(option).toLongLong(&isNumber);
    if (isNumber && number >= lowest && number <= highest)
        return number;
    return Unexpected{
        UsageError{u"%1 must be a whole number from %2 to %3, not \"%4\"."_s.arg(option)
                       .arg(lowest)
                       .arg(highest)
                       .arg(invocation.value(option))}};
}

} // namespace possync::cli
