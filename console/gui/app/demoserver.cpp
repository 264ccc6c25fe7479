// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/demoserver.h"

#include "console/gui/base/words.h"

#include <QFileInfo>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int startDeadlineMs = 15000;
constexpr int stopDeadlineMs = 5000;

} // namespace

DemoServer::DemoServer(const QString &program, QObject *parent)
    : QObject(parent)
    , m_program(program)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this,
            [this] { Q_EMIT failed(tr("The demo server did not start in time.")); });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &DemoServer::readLine);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT failed(
                tr("The demo server could not be started: %1.").arg(m_process.errorString()));
    });
    connect(&m_process, &QProcess::finished, this, [this] {
        m_deadline.stop();
        const QString said = QString::fromLocal8Bit(m_process.readAllStandardError()).trimmed();
        if (!m_isReady)
            Q_EMIT failed(tr("The demo server ended at once: %1").arg(plainLine(said, 300)));
    });
}

DemoServer::~DemoServer()
{
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(stopDeadlineMs)) {
        m_process.kill();
        m_process.waitForFinished(stopDeadlineMs);
    }
}

void DemoServer::start()
{
    if (!QFileInfo(m_program).isExecutable()) {
        Q_EMIT failed(
            tr("The demo needs possync-server next to this program; it is not there (%1).")
                .arg(m_program));
        return;
    }
    m_deadline.start(startDeadlineMs);
    m_process.start(m_program, {u"--demo"_s, u"--host"_s, u"127.0.0.1"_s, u"--port"_s, u"0"_s,
                                u"--data"_s, m_data.path()});
}

void DemoServer::readLine()
{
    while (m_process.canReadLine()) {
        const QString line = QString::fromLocal8Bit(m_process.readLine()).trimmed();
        const QString before = u"possync-server ready on "_s;
        if (m_isReady || !line.startsWith(before))
            continue;
        m_isReady = true;
        m_deadline.stop();
        Q_EMIT ready(QUrl(line.sliced(before.size())));
    }
}

} // namespace possync::gui
