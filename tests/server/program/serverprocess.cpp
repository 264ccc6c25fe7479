// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/serverprocess.h"

#include "tests/server/program/wiresocket.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace possync::test {

ServerProcess::ServerProcess(QString program, const QByteArray &config)
    : m_program(std::move(program))
    , m_hasConfig(!config.isEmpty())
{
    if (!m_hasConfig)
        return;
    QFile file(m_directory.filePath(QStringLiteral("possync.toml")));
    if (file.open(QIODevice::WriteOnly))
        file.write(config);
}

ServerProcess::~ServerProcess()
{
    kill();
}

qint64 ServerProcess::start(const QStringList &moreArguments)
{
    QStringList arguments{QStringLiteral("--port"), QStringLiteral("0"),
                          QStringLiteral("--data"), dataDir(),
                          QStringLiteral("--auth"), QStringLiteral("off")};
    if (m_hasConfig)
        arguments << QStringLiteral("--config")
                  << m_directory.filePath(QStringLiteral("possync.toml"));
    QElapsedTimer timer;
    timer.start();
    m_process.start(m_program, arguments + moreArguments);
    QByteArray line;
    while (!line.contains('\n')) {
        if (!m_process.waitForReadyRead(10'000))
            return -1;
        line += m_process.readAllStandardOutput();
    }
    m_port = static_cast<quint16>(line.trimmed().mid(line.trimmed().lastIndexOf(':') + 1).toUInt());
    return timer.elapsed();
}

void ServerProcess::kill()
{
    m_process.kill();
    m_process.waitForFinished(5'000);
}

void ServerProcess::setVariable(const QString &name, const QString &value)
{
    QProcessEnvironment environment = m_process.processEnvironment();
    if (environment.isEmpty())
        environment = QProcessEnvironment::systemEnvironment();
    environment.insert(name, value);
    m_process.setProcessEnvironment(environment);
}

int ServerProcess::stop()
{
    m_process.terminate();
    return ended();
}

int ServerProcess::ended()
{
    const bool isOver =
        m_process.state() == QProcess::NotRunning || m_process.waitForFinished(5'000);
    return isOver ? m_process.exitCode() : -1;
}

QUrl ServerProcess::url(const QString &path) const
{
    return QUrl(QStringLiteral("%1://127.0.0.1:%2%3")
                    .arg(m_tls ? QStringLiteral("wss") : QStringLiteral("ws"))
                    .arg(m_port)
                    .arg(path));
}

ServerProcess::HttpAnswer ServerProcess::ask(const QByteArray &method, const QString &path,
                                             const QByteArray &body, const QByteArray &token) const
{
    WireSocket socket = m_tls ? WireSocket(m_port, *m_tls) : WireSocket(m_port);
    socket.send(method + ' ' + path.toUtf8()
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + (token.isEmpty() ? QByteArray() : "Authorization: Bearer " + token + "\r\n")
                + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    const QByteArray answer = socket.readUntilClosed();
    const qsizetype head = answer.indexOf("\r\n\r\n");
    return {answer.mid(9, 3).toInt(), answer.first(std::max<qsizetype>(head, 0)),
            head < 0 ? QByteArray() : answer.mid(head + 4)};
}

QByteArray ServerProcess::ownerToken() const
{
    QFile file(QDir(dataDir()).filePath(QStringLiteral("owner.token")));
    return file.open(QIODevice::ReadOnly) ? file.readLine().trimmed() : QByteArray();
}

ServerProcess::NewToken ServerProcess::makeToken(const QByteArray &fields) const
{
    const HttpAnswer made =
        post(QStringLiteral("/api/admin/tokens"), '{' + fields + '}', ownerToken());
    const QJsonObject answer = QJsonDocument::fromJson(made.body).object();
    return {answer[u"token"][u"id"].toString().toLatin1(), answer[u"secret"].toString().toLatin1()};
}

} // namespace possync::test
