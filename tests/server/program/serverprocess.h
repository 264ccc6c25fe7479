// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QSslConfiguration>
#include <QTemporaryDir>
#include <QUrl>
#include <optional>

namespace possync::test {

/// The real server program on a port of its own, with data that outlive it.
class ServerProcess
{
public:
    /// `program` is the path of possync-server; `config` the text of a configuration file, if any.
    explicit ServerProcess(QString program, const QByteArray &config = {});
    ~ServerProcess();

    /// Starts it and waits for its ready line. Returns how long that took, -1 if it did not come.
    qint64 start(const QStringList &moreArguments = {});
    /// Clients talk TLS from now on, and trust what is said here.
    void useTls(const QSslConfiguration &tls) { m_tls = tls; }
    const std::optional<QSslConfiguration> &tls() const { return m_tls; }
    /// kill -9.
    void kill();
    /// SIGTERM; see ended().
    int stop();
    /// Waits for the exit code; -1 if it did not end within five seconds.
    int ended();
    /// Added to its environment; before start().
    void setVariable(const QString &name, const QString &value);
    /// Where its standard input comes from; before start().
    void setInput(const QString &path) { m_process.setStandardInputFile(path); }

    quint16 port() const { return m_port; }
    QUrl url(const QString &path) const;
    QString dataDir() const { return m_directory.filePath(QStringLiteral("data")); }
    QByteArray errors() { return m_process.readAllStandardError(); }
    qint64 pid() const { return m_process.processId(); }

    struct HttpAnswer {
        int status = 0;
        QByteArray head;
        QByteArray body;
    };
    HttpAnswer get(const QString &path, const QByteArray &token = {}) const
    {
        return ask("GET", path, {}, token);
    }
    HttpAnswer post(const QString &path, const QByteArray &body, const QByteArray &token = {}) const
    {
        return ask("POST", path, body, token);
    }
    HttpAnswer ask(const QByteArray &method, const QString &path, const QByteArray &body,
                   const QByteArray &token) const;

    /// What the server wrote for programs on its own computer.
    QByteArray ownerToken() const;
    struct NewToken {
        QByteArray id;
        QByteArray secret;
    };
    /// Makes a token as the owner; `fields` is JSON without braces.
    NewToken makeToken(const QByteArray &fields) const;

private:
    QString m_program;
    QTemporaryDir m_directory;
    QProcess m_process;
    quint16 m_port = 0;
    bool m_hasConfig = false;
    std::optional<QSslConfiguration> m_tls;
};

} // namespace possync::test
