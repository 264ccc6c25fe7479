// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/commandrun.h"
#include "console/remote/simulation.h"

#include <QDateTime>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

QString progressText(const remote::Simulation::Progress &p)
{
    const QString counts =
        u"sent %1, delivered %2 of %3"_s.arg(p.sent).arg(p.delivered).arg(p.expected);
    switch (p.phase) {
    case remote::Simulation::Phase::Connecting:
        return u"connecting: %1 of %2 devices"_s.arg(p.connected).arg(p.devices);
    case remote::Simulation::Phase::Working:
        return u"working: %1 s left, %2 of %3 devices connected, %4"_s.arg(p.secondsLeft, 0, 'f', 0)
            .arg(p.connected)
            .arg(p.devices)
            .arg(counts);
    case remote::Simulation::Phase::Healing:
        return u"healing: %1 of %2 devices connected, %3"_s.arg(p.connected)
            .arg(p.devices)
            .arg(counts);
    case remote::Simulation::Phase::Comparing:
        return u"comparing: "_s + counts;
    }
    return {};
}

QString strikesText(const remote::Verdict &v)
{
    QStringList strikes;
    for (auto it = v.strikes.cbegin(); it != v.strikes.cend(); ++it)
        strikes.append(u"%1 %2"_s.arg(it.key()).arg(it.value()));
    return strikes.join(u", "_s);
}

QByteArray strikesJson(const remote::Verdict &v)
{
    QByteArray text;
    for (auto it = v.strikes.cbegin(); it != v.strikes.cend(); ++it)
        text += (text.isEmpty() ? "\"" : ",\"") + it.key().toLatin1()
                + "\":" + QByteArray::number(it.value());
    return '{' + text + '}';
}

QString verdictText(const remote::Verdict &v, quint64 seed)
{
    QString text = u"sent        %1 changes\n"_s.arg(v.sent);
    text += u"delivered   %1 of %2\n"_s.arg(v.delivered).arg(v.expected);
    text += u"lost        %1\n"_s.arg(v.lost);
    text += u"duplicated  %1\n"_s.arg(v.duplicated);
    text += u"reordered   %1\n"_s.arg(v.reordered);
    text += u"altered     %1\n"_s.arg(v.altered);
    text += u"latency     p50 %1  p90 %2  p99 %3  max %4 ms\n"_s.arg(
        msText(v.p50Us), msText(v.p90Us), msText(v.p99Us), msText(v.maxUs));
    text += v.identical ? u"devices     identical, and as the server has it\n"_s
                        : u"devices     %1 records differ\n"_s.arg(v.differing);
    if (!v.strikes.isEmpty())
        text += u"faults      %1\n"_s.arg(strikesText(v));
    text += v.isClean()
                ? u"verdict     clean\n"_s
                : u"verdict     NOT clean; --seed %1 makes the same decisions\n"_s.arg(seed);
    return text;
}

QByteArray verdictJson(const remote::Verdict &v, quint64 seed)
{
    const auto number = [](const char *key, qint64 value) {
        return QByteArray(",\"") + key + "\":" + QByteArray::number(value);
    };
    return "{\"seed\":" + QByteArray::number(seed) + number("sent", v.sent)
           + number("expected", v.expected) + number("delivered", v.delivered)
           + number("lost", v.lost) + number("duplicated", v.duplicated)
           + number("reordered", v.reordered) + number("altered", v.altered)
           + number("differing", v.differing) + number("latency_p50_us", v.p50Us)
           + number("latency_p90_us", v.p90Us) + number("latency_p99_us", v.p99Us)
           + number("latency_max_us", v.maxUs) + ",\"strikes\":" + strikesJson(v)
           + ",\"identical\":" + (v.identical ? "true" : "false")
           + ",\"clean\":" + (v.isClean() ? "true" : "false") + '}';
}

std::optional<remote::SimulationProtocol> protocolFrom(const QString &name)
{
    if (name == u"classic"_s)
        return remote::SimulationProtocol::Classic;
    if (name == u"v2"_s)
        return remote::SimulationProtocol::V2;
    if (name == u"mixed"_s)
        return remote::SimulationProtocol::Mixed;
    return std::nullopt;
}

} // namespace

void CommandRun::simulate()
{
    const auto restaurants = number(u"--restaurants"_s, 1, 1, 10000);
    const auto devices = restaurants ? number(u"--devices"_s, 5, 1, 10000) : std::nullopt;
    const auto rate = devices ? number(u"--rate"_s, 20, 1, 1000000) : std::nullopt;
    const auto seconds = rate ? number(u"--seconds"_s, 10, 1, 86400) : std::nullopt;
    const auto seed = seconds
                          ? number(u"--seed"_s, QDateTime::currentMSecsSinceEpoch() % 1000000000, 0,
                                   std::numeric_limits<qint64>::max())
                          : std::nullopt;
    if (!seed)
        return;
    const QString name = m_invocation.value(u"--protocol"_s, u"classic"_s);
    const auto protocol = protocolFrom(name);
    if (!protocol) {
        failUsage(u"There is no protocol \"%1\". There are: classic, v2, mixed"_s.arg(name));
        return;
    }
    const auto faults = remote::simulationFaultsFrom(m_invocation.value(u"--faults"_s));
    if (!faults) {
        failUsage(faults.error());
        return;
    }
    allowManySockets();
    auto *simulation = new remote::Simulation({.server = m_invocation.server,
                                               .token = m_invocation.token, .trust = m_trust,
                                               .restaurants = static_cast<int>(*restaurants),
                                               .devices = static_cast<int>(*devices),
                                               .rate = static_cast<double>(*rate),
                                               .seconds = static_cast<double>(*seconds),
                                               .seed = static_cast<quint64>(*seed),
                                               .faults = *faults,
                                               .protocol = *protocol},
                                              this);
    const auto clearLine = showProgress(
        simulation, [simulation] { return progressText(simulation->progress()); });
    connect(simulation, &remote::Simulation::finished, this,
            [this, clearLine, seed](const remote::Answer<remote::Verdict> &verdict) {
                clearLine();
                if (!verdict) {
                    fail(verdict.error());
                    return;
                }
                const auto number = static_cast<quint64>(*seed);
                if (m_invocation.wantsJson)
                    writeOut(verdictJson(*verdict, number));
                else
                    writeOut(verdictText(*verdict, number));
                finish(verdict->isClean() ? Happened : DidNotHappen);
            });
    simulation->start();
}

} // namespace possync::cli
