// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The live view, and the traffic of the past.
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/cli/topview.h"

#include <QDateTime>
#include <QTimer>
#include <QUrlQuery>
#include <numeric>
#include <sys/ioctl.h>
#include <unistd.h>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

constexpr int drawMs = 1000;

int terminalRows()
{
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 40;
}

} // namespace

void CommandRun::top()
{
    const auto count = number(u"--count"_s, -1, 1, 1'000'000'000);
    if (!count)
        return;
    m_leftToPrint = *count;
    m_top = std::make_unique<TopView>();
    m_admin = new remote::AdminClient({}, this);
    reportLink(*m_admin);
    connect(m_admin, &remote::AdminClient::restaurantsArrived, this,
            [this](const auto &restaurants) { m_top->take(restaurants); });
    connect(m_admin, &remote::AdminClient::devicesArrived, this,
            [this](const QString &restaurant, const auto &devices) {
                m_top->take(restaurant, devices);
            });
    connect(m_admin, &remote::AdminClient::trafficArrived, this,
            [this](const remote::TrafficSample &sample) { m_top->take(sample); });
    auto *drawing = new QTimer(this);
    connect(drawing, &QTimer::timeout, this, &CommandRun::drawTop);
    drawing->start(drawMs);
    m_admin->connectTo(m_invocation.server, m_invocation.token, m_trust);
    m_admin->subscribe({u"restaurants"_s, u"devices"_s, u"traffic"_s});
}

void CommandRun::drawTop()
{
    if (m_admin->state() != remote::AdminClient::State::Connected)
        return; // the link says so itself; the last picture stays
    const qint64 now = QDateTime::currentMSecsSinceEpoch() + m_admin->clockOffsetMs();
    if (m_invocation.wantsJson) {
        writeOut(m_top->json(now));
    } else {
        const bool isTerminal = isatty(STDOUT_FILENO) != 0;
        writeOut((isTerminal ? u"\033[H\033[J"_s : QString())
                 + m_top->text(remote::hostText(m_invocation.server), now,
                               isTerminal ? terminalRows() : 1'000'000));
    }
    if (m_leftToPrint > 0 && --m_leftToPrint == 0)
        finish(Happened);
}

void CommandRun::traffic()
{
    const QString range =
        QString::fromLatin1(QUrl::toPercentEncoding(m_invocation.value(u"--range"_s, u"1h"_s)));
    m_rest.get(
        remote::RestClient::restaurantPath(restaurant(), u"/traffic?range="_s + range), this,
        [this](const remote::Answer<QByteArray> &body) {
            if (!body) {
                fail(body.error());
                return;
            }
            if (m_invocation.wantsJson) {
                writeOut(*body);
                finish(Happened);
                return;
            }
            const auto page = remote::wire::decodeTrafficPage(*body);
            if (!page) {
                fail({u"bad_answer"_s, u"The server's answer makes no sense."_s, {}});
                return;
            }
            Table table;
            table.addColumn(u"UNTIL"_s);
            for (const QString &title : {u"CHANGES/s"_s, u"DELIVERIES/s"_s, u"KB IN/s"_s,
                                         u"KB OUT/s"_s, u"DEVICES"_s, u"REJECTED"_s})
                table.addColumn(title, Table::Align::Right);
            for (const remote::TrafficSample &s : page->samples) {
                const auto rate = [&s](qint64 n, double unit = 1) {
                    return QString::number(double(n) * 1000 / unit
                                               / double(std::max<qint64>(s.intervalMs, 1)),
                                           'f', 1);
                };
                table.addRow({timeText(s.atMs),
                              rate(std::accumulate(s.changes.begin(), s.changes.end(), qint64(0))),
                              rate(s.deliveries), rate(s.bytesIn, 1024), rate(s.bytesOut, 1024),
                              QString::number(s.connections), QString::number(s.rejected)});
            }
            writeOut(table.isEmpty() ? u"Nothing was measured in this time.\n"_s : table.text());
            finish(Happened);
        });
}

} // namespace possync::cli
