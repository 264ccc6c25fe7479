// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/commandrun.h"

#include "console/cli/table.h"
#include "console/cli/topview.h"

#include <QFile>
#include <QTimer>
#include <cstdio>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

void write(std::FILE *stream, const QByteArray &text)
{
    std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stream);
    std::fflush(stream);
}

} // namespace

void writeOut(const QString &text)
{
    write(stdout, text.toUtf8());
}

void writeOut(const QByteArray &utf8)
{
    write(stdout, utf8.endsWith('\n') ? utf8 : utf8 + '\n');
}

void writeError(const QString &text)
{
    write(stderr, text.toUtf8());
}

CommandRun::CommandRun(Invocation invocation, QObject *parent)
    : QObject(parent)
    , m_invocation(std::move(invocation))
    , m_rest(m_invocation.server)
{
    m_rest.setToken(m_invocation.token);
}

CommandRun::~CommandRun() = default;

bool CommandRun::readPin()
{
    if (m_invocation.pinFile.isEmpty() && m_invocation.certificate.isEmpty())
        return true;
    if (m_invocation.pinFile.isEmpty()) {
        m_trust = remote::ServerTrust(remote::certificateIn(m_invocation.certificate));
        m_rest.setTrust(m_trust);
        return true;
    }
    QFile file(m_invocation.pinFile);
    if (!file.open(QIODevice::ReadOnly)) {
        fail({u"no_file"_s,
              u"%1 cannot be read: %2."_s.arg(m_invocation.pinFile, file.errorString()),
              {}});
        return false;
    }
    const QSslCertificate certificate = remote::certificateIn(file.readAll());
    if (certificate.isNull()) {
        fail({u"bad_file"_s, u"%1 holds no certificate in PEM."_s.arg(m_invocation.pinFile),
              u"possync-server init-tls writes one: ca.pem."_s});
        return false;
    }
    m_trust = remote::ServerTrust(certificate);
    m_rest.setTrust(m_trust);
    return true;
}

void CommandRun::start()
{
    static const QHash<QString, void (CommandRun::*)()> commands{
        {u"status"_s, &CommandRun::status},
        {u"profiles"_s, &CommandRun::profiles},
        {u"restaurants"_s, &CommandRun::restaurants},
        {u"devices"_s, &CommandRun::devices},
        {u"push"_s, &CommandRun::push},
        {u"changes"_s, &CommandRun::changes},
        {u"data"_s, &CommandRun::data},
        {u"logs"_s, &CommandRun::logs},
        {u"simulate"_s, &CommandRun::simulate},
        {u"verify"_s, &CommandRun::verify},
        {u"backup"_s, &CommandRun::backup},
        {u"restore"_s, &CommandRun::restore},
        {u"run"_s, &CommandRun::runScenario},
        {u"record"_s, &CommandRun::record},
        {u"replay"_s, &CommandRun::replay},
        {u"top"_s, &CommandRun::top},
        {u"traffic"_s, &CommandRun::traffic},
        {u"completion"_s, &CommandRun::completion},
        {u"token"_s, &CommandRun::token},
        {u"pair"_s, &CommandRun::pair},
        {u"history"_s, &CommandRun::history},
        {u"conflicts"_s, &CommandRun::conflicts},
        {u"webhooks"_s, &CommandRun::webhooks},
        {u"audit"_s, &CommandRun::audit},
        {u"rename"_s, &CommandRun::rename},
        {u"export"_s, &CommandRun::exportAll},
        {u"erase"_s, &CommandRun::erase},
    };
    // Later, so that a command line that fails at once still finds the event loop running.
    const auto command = commands.value(m_invocation.command);
    QTimer::singleShot(0, this, [this, command] {
        if (readPin())
            (this->*command)();
    });
}

void CommandRun::fail(const remote::RemoteError &error)
{
    QString text = printable(error.message);
    const QString hint = !error.hint.isEmpty() || !remote::isAboutToken(error) ? error.hint
                         : m_invocation.tokenHint.isEmpty() ? u"Give a token with --token."_s
                                                            : m_invocation.tokenHint;
    if (!hint.isEmpty())
        text += (text.endsWith(u'.') ? u" "_s : u". "_s) + hint;
    writeError(text + u'\n');
    finish(DidNotHappen);
}

void CommandRun::failUsage(const QString &text)
{
    writeError(u"%1\nSee: possyncctl %2 --help\n"_s.arg(text, m_invocation.command));
    finish(MakesNoSense);
}

std::function<void(const remote::Answer<QByteArray> &)>
CommandRun::telling(std::function<QString(remote::Fields &)> told)
{
    return [this, told = std::move(told)](const remote::Answer<QByteArray> &answer) {
        if (!answer) {
            fail(answer.error());
            return;
        }
        remote::Fields f(*answer);
        const QString text = told(f);
        if (!f.isGood()) {
            fail(
                {u"bad_answer"_s, u"The server's answer makes no sense: %1."_s.arg(f.error()), {}});
            return;
        }
        if (m_invocation.wantsJson)
            writeOut(*answer);
        else
            writeOut(text);
        finish(Happened);
    };
}

std::optional<qint64> CommandRun::number(const QString &option, qint64 otherwise, qint64 lowest,
                                         qint64 highest)
{
    const auto value = numberOption(m_invocation, option, otherwise, lowest, highest);
    if (value)
        return *value;
    failUsage(value.error().text);
    return std::nullopt;
}

} // namespace possync::cli
