// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/completion.h"

#include "common/model/catalogue.h"
#include "console/cli/arguments.h"
#include "console/remote/simfaults.h"

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

constexpr auto globals = "--server --profile --token --pin --json --help --version";

QString optionNames(const CommandSpec &command)
{
    QStringList names;
    for (const OptionSpec &option : command.options)
        names.append(option.name);
    return names.join(u' ');
}

QString dataTypes()
{
    QStringList names;
    for (const DataType type : allDataTypes)
        names.append(QString::fromLatin1(dataTypeName(type)));
    return names.join(u' ');
}

QString faults()
{
    return remote::simulationFaultNames().join(u' ');
}

QString quoted(QString text)
{
    return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
}

/// Values of an option, for zsh.
QString optionValues(const OptionSpec &option)
{
    if (option.name == u"--faults"_s)
        return u"_sequence compadd - %1"_s.arg(faults());
    return option.name == u"--protocol"_s ? u"(classic v2 mixed)"_s : QString();
}

/// What may follow a command's options: words, or files.
QString argumentWords(const CommandSpec &command)
{
    if (command.name == u"push"_s || command.name == u"data"_s)
        return dataTypes();
    return command.name == u"completion"_s ? u"bash zsh"_s : QString();
}

QString bashScript()
{
    QStringList names;
    QString cases;
    for (const CommandSpec &command : commandSpecs()) {
        names.append(command.name);
        cases += u"        %1) words=\"%2 %3\" ;;\n"_s.arg(command.name, optionNames(command),
                                                           argumentWords(command));
    }
    return u"# bash completion for possyncctl\n"
           "_possyncctl() {\n"
           "    local cur prev word command=\"\" words\n"
           "    cur=${COMP_WORDS[COMP_CWORD]}\n"
           "    prev=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    COMPREPLY=()\n"
           "    case $prev in\n"
           "        --server|--token) return ;;\n"
           "        --profile)\n"
           "            while IFS= read -r word; do\n"
           "                if [[ $word == \"$cur\"* ]]; then COMPREPLY+=(\"$(printf %q \"$word\")\"); "
           "fi\n"
           "            done < <(possyncctl profiles --names 2>/dev/null)\n"
           "            return ;;\n"
           "        --pin) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
           "        --level) COMPREPLY=($(compgen -W \"debug info warning error\" -- \"$cur\")); "
           "return ;;\n"
           "        --report) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
           "        --protocol) COMPREPLY=($(compgen -W \"classic v2 mixed\" -- \"$cur\")); "
           "return ;;\n"
           "        --faults) COMPREPLY=($(compgen -P \"${cur%\"${cur##*,}\"}\" -W \"%4\" -- "
           "\"${cur##*,}\")); return ;;\n"
           "        --range) COMPREPLY=($(compgen -W \"5m 1h 6h 24h 7d 30d\" -- \"$cur\")); return "
           ";;\n"
           "    esac\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
           "        case \" %1 \" in *\" $word \"*) command=$word; break ;; esac\n"
           "    done\n"
           "    case $command in\n"
           "        \"\") words=\"%1\" ;;\n"
           "%2"
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$words %3\" -- \"$cur\"))\n"
           "    if [ \"$command\" = run ]; then COMPREPLY+=($(compgen -f -X '!*.toml' -- "
           "\"$cur\")); fi\n"
           "}\n"
           "complete -o default -F _possyncctl possyncctl\n"_s.arg(
               names.join(u' '), cases, QString::fromLatin1(globals), faults());
}

QString zshScript()
{
    QString commands;
    QString cases;
    for (const CommandSpec &command : commandSpecs()) {
        commands += u"        %1\n"_s.arg(quoted(command.name + u':' + command.summary));
        QString options;
        for (const OptionSpec &option : command.options) {
            QString help = option.help;
            help.replace(u'[', u'(').replace(u']', u')').replace(u':', u';');
            options += u" \\\n                %1"_s.arg(quoted(u"%1[%2]%3"_s.arg(
                option.name, help,
                option.valueName.isEmpty()
                    ? QString()
                    : u":%1:%2"_s.arg(option.valueName.toLower(), optionValues(option)))));
        }
        const QString words = argumentWords(command);
        if (command.name == u"run"_s)
            options += u" \\\n                '*:scenario:_files -g \"*.toml\"'"_s;
        else if (!words.isEmpty())
            options += u" \\\n                %1"_s.arg(quoted(u"*:word:(%1)"_s.arg(words)));
        cases +=
            u"            %1) _arguments -S %2 ;;\n"_s.arg(command.name, u"$global"_s + options);
    }
    return u"#compdef possyncctl\n"
           "_possyncctl_profiles() {\n"
           "    local -a names\n"
           "    names=(\"${(@f)$(possyncctl profiles --names 2>/dev/null)}\")\n"
           "    compadd -a names\n"
           "}\n"
           "_possyncctl() {\n"
           "    local -a commands global\n"
           "    commands=(\n%1    )\n"
           "    global=('--server[server to talk to]:url:' '--token[access token]:token:' "
           "'--profile[server that the console keeps]:profile:_possyncctl_profiles' "
           "'--pin[certificate to trust]:file:_files' "
           "'--json[answer for machines]' '--help[help]' '--version[version]')\n"
           "    local context state line\n"
           "    _arguments -C $global '1: :->command' '*:: :->rest'\n"
           "    case $state in\n"
           "        command) _describe 'command' commands ;;\n"
           "        rest) case $line[1] in\n%2        esac ;;\n"
           "    esac\n"
           "}\n"
           "_possyncctl \"$@\"\n"_s.arg(commands, cases);
}

} // namespace

QString completionScript(const QString &shell)
{
    return shell == u"bash"_s ? bashScript() : shell == u"zsh"_s ? zshScript() : QString();
}

} // namespace possync::cli
