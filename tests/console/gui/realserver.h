// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace possync::gui {

/// The real server program on a port of its own, its data in a directory that goes with it.
class RealServer
{
public:
    RealServer(const QString &program, const QStringList &arguments)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(program,
                        QStringList{QStringLiteral("--port"), QStringLiteral("0"),
                                    QStringLiteral("--data"), filePath(QStringLiteral("data"))}
                            + arguments);
        const QByteArray mark = "possync-server ready on ";
        QByteArray said;
        while (!said.contains('\n') && m_process.waitForReadyRead(20000))
            said += m_process.readAllStandardOutput();
        if (said.startsWith(mark))
            m_url = QUrl(QString::fromUtf8(said.sliced(mark.size()).trimmed()));
    }
    ~RealServer()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(10000))
            m_process.kill();
    }

    bool isReady() const { return m_url.isValid(); }
    QUrl url() const { return m_url; }
    QString filePath(const QString &name) const { return m_dir.filePath(name); }

private:
    QTemporaryDir m_dir;
    QProcess m_process;
    QUrl m_url;
};

} // namespace possync::gui
