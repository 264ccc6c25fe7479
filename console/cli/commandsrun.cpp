// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scenarios, and what needs no server: completion scripts.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/completion.h"
#include "console/cli/table.h"
#include "console/remote/scenarioreport.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostFileBytes = 4 * 1024 * 1024;

QString samplePath(const QString &name)
{
    return u":/possync/scenarios/%1.toml"_s.arg(name);
}

struct Sample {
    QString name;
    QString about;
};

std::vector<Sample> samples()
{
    std::vector<Sample> found;
    const QStringList files = QDir(u":/possync/scenarios"_s).entryList({u"*.toml"_s});
    for (const QString &file : files) {
        QFile sample(u":/possync/scenarios/"_s + file);
        if (!sample.open(QIODevice::ReadOnly))
            continue;
        const auto scenario = remote::parseScenario(sample.readAll());
        found.push_back({file.chopped(5), scenario ? scenario->about : scenario.error()});
    }
    return found;
}

QString sampleList()
{
    Table table;
    table.addColumn(u"SAMPLE"_s);
    table.addColumn(u"WHAT IT TRIES"_s);
    for (const Sample &sample : samples())
        table.addRow({sample.name, sample.about});
    return table.text(120);
}

QByteArray sampleJson()
{
    QByteArray list;
    for (const Sample &sample : samples())
        list += (list.isEmpty() ? "{\"sample\":" : ",{\"sample\":")
                + json::quoted(sample.name.toUtf8())
                + ",\"about\":" + json::quoted(sample.about.toUtf8()) + '}';
    return "{\"samples\":[" + list + "]}";
}

QString reportText(const remote::ScenarioReport &report)
{
    QString text;
    for (const remote::ScenarioCheck &check : report.checks)
        text += u"%1 %2: %3\n"_s.arg(check.state == remote::ScenarioCheck::Met ? u"met   "_s
                                                                               : u"MISSED"_s,
                                     printable(check.text.english()),
                                     printable(check.detail.english()));
    if (!report.checks.isEmpty())
        text += u'\n';
    for (const remote::VerdictLine &line : remote::verdictLines(report))
        text += u"%1 %2 %3\n"_s.arg(line.isGood ? u" "_s : u"!"_s, line.what.english().leftJustified(11),
                                    line.value.english());
    text += report.passed() ? u"\npassed\n"_s : u"\nFAILED\n"_s;
    return text;
}

} // namespace

void CommandRun::runScenario()
{
    if (m_invocation.arguments.isEmpty()) {
        if (m_invocation.wantsJson)
            writeOut(sampleJson());
        else
            writeOut(sampleList());
        finish(Happened);
        return;
    }
    const QString &name = m_invocation.arguments.front();
    QFile file(QFile::exists(name) || !QFile::exists(samplePath(name)) ? name : samplePath(name));
    if (!file.open(QIODevice::ReadOnly)) {
        fail({u"no_file"_s, u"%1 cannot be read: %2."_s.arg(name, file.errorString()),
              u"Without a file name, run lists the samples there are."_s});
        return;
    }
    if (file.size() > mostFileBytes) {
        fail({u"too_large"_s, u"%1 is larger than 4 MiB: that is no scenario."_s.arg(name), {}});
        return;
    }
    auto scenario = remote::parseScenario(file.readAll());
    if (!scenario) {
        writeError(u"%1, %2\n"_s.arg(name, printable(scenario.error())));
        finish(MakesNoSense);
        return;
    }
    const QStringList reports = m_invocation.value(u"--report"_s).split(u',', Qt::SkipEmptyParts);
    for (const QString &report : reports) {
        if (!remote::reportFor(report, {})) {
            failUsage(u"%1: a report is called .html, .json or .xml."_s.arg(report));
            return;
        }
    }
    scenario->restaurant = m_invocation.value(u"--restaurant"_s, scenario->restaurant);
    auto *run =
        new remote::ScenarioRun(*scenario, m_invocation.server, m_invocation.token, m_trust, this);
    auto told = std::make_shared<qsizetype>(0);
    connect(run, &remote::ScenarioRun::progressed, this, [run, told] {
        const QStringList &log = run->report().log;
        for (; *told < log.size(); ++*told)
            writeError(printable(log[*told]) + u'\n');
    });
    connect(run, &remote::ScenarioRun::finished, this,
            [this, reports](const remote::Answer<remote::ScenarioReport> &report) {
                if (!report) {
                    fail(report.error());
                    return;
                }
                for (const QString &reportName : reports) {
                    QSaveFile out(reportName);
                    const QByteArray text =
                        remote::reportFor(reportName, *report).value_or(QByteArray());
                    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size()
                        || !out.commit()) {
                        fail({u"no_file"_s,
                              u"%1 cannot be written: %2."_s.arg(reportName, out.errorString()),
                              {}});
                        return;
                    }
                }
                if (m_invocation.wantsJson)
                    writeOut(remote::reportJson(*report));
                else
                    writeOut(reportText(*report));
                finish(report->passed() ? Happened : DidNotHappen);
            });
    run->start();
}

void CommandRun::completion()
{
    const QString script = completionScript(m_invocation.arguments.front());
    if (script.isEmpty()) {
        failUsage(u"There is completion for bash and zsh, not for \"%1\"."_s.arg(
            m_invocation.arguments.front()));
        return;
    }
    writeOut(script);
    finish(Happened);
}

} // namespace possync::cli
