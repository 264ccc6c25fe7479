// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/connect/connectiontest.h"

#include "console/gui/base/words.h"
#include "console/gui/connect/address.h"

#include <QHostInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTcpSocket>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int stepDeadlineMs = 5000;
constexpr qint64 longestHealth = 64 * 1024;

} // namespace

ConnectionTest::ConnectionTest(QObject *parent)
    : QObject(parent)
    , m_http(new QNetworkAccessManager(this))
{
    m_http->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        fail(m_step, m_step == Port
                         ? tr("Nothing answers at %1. Is that computer on, and is its firewall "
                              "open for this port?")
                               .arg(hostText(m_server))
                         : tr("No answer within %1 seconds.").arg(stepDeadlineMs / 1000));
    });
}

ConnectionTest::~ConnectionTest()
{
    stop();
}

void ConnectionTest::stop()
{
    ++m_run;
    m_deadline.stop();
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(std::exchange(m_lookup, -1));
    if (m_socket) {
        m_socket->abort();
        m_socket->deleteLater();
        m_socket = nullptr;
    }
}

void ConnectionTest::start(const QString &typedAddress)
{
    stop();
    Q_EMIT stepStarted(Address);
    const auto server = parseServerAddress(typedAddress);
    if (!server) {
        fail(Address, server.error());
        return;
    }
    m_server = *server;
    pass(Address, m_server.toString());
    resolve();
}

void ConnectionTest::resolve()
{
    m_step = Name;
    Q_EMIT stepStarted(Name);
    m_deadline.start(stepDeadlineMs);
    m_lookup =
        QHostInfo::lookupHost(m_server.host(), this, [this, run = m_run](const QHostInfo &info) {
            if (run != m_run)
                return;
            m_lookup = -1;
            if (info.error() != QHostInfo::NoError || info.addresses().isEmpty())
                return fail(Name, tr("No computer is known by the name “%1”. Check the spelling, "
                                     "or type its number address.")
                                      .arg(m_server.host()));
            pass(Name, info.addresses().first().toString());
            reach();
        });
}

void ConnectionTest::reach()
{
    m_step = Port;
    Q_EMIT stepStarted(Port);
    m_deadline.start(stepDeadlineMs);
    m_socket = new QTcpSocket(this);
    connect(m_socket, &QTcpSocket::connected, this, [this] {
        m_socket->abort();
        m_socket->deleteLater();
        m_socket = nullptr;
        pass(Port, tr("Port %1 is open.").arg(m_server.port()));
        ask();
    });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        if (!m_socket)
            return;
        fail(
            Port,
            error == QAbstractSocket::ConnectionRefusedError
                ? tr("The computer is there, but no program listens on port %1. Is possync-server "
                     "running?")
                      .arg(m_server.port())
                : tr("%1 cannot be reached: %2.").arg(hostText(m_server), m_socket->errorString()));
    });
    m_socket->connectToHost(m_server.host(), quint16(m_server.port()));
}

void ConnectionTest::ask()
{
    m_step = Server;
    Q_EMIT stepStarted(Server);
    m_deadline.start(stepDeadlineMs);
    QUrl url = m_server;
    url.setPath(u"/api/health"_s);
    QNetworkReply *reply = m_http->get(QNetworkRequest(url));
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received) {
        if (received > longestHealth)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, run = m_run] {
        reply->deleteLater();
        if (run != m_run)
            return;
        const QByteArray body = reply->read(longestHealth);
        const QJsonObject health = QJsonDocument::fromJson(body).object();
        if (reply->error() != QNetworkReply::NoError && body.isEmpty())
            return fail(Server, tr("The server did not answer as expected: %1.")
                                    .arg(plainLine(reply->errorString(), 200)));
        if (!health.contains("connectedRestaurants"_L1))
            return fail(Server, tr("Something answers on port %1, but it is not a PosSync server.")
                                    .arg(m_server.port()));
        const QString version = health.value("version"_L1).toString();
        pass(Server,
             version.isEmpty() ? tr(
                 "A sync server without a version: an older one, so live pages may stay empty.")
                               : tr("PosSync server %1, %n connection(s).", nullptr,
                                    health.value("totalConnections"_L1).toInt())
                                     .arg(plainLine(version, 40)));
        Q_EMIT finished(true);
    });
}

void ConnectionTest::pass(Step step, const QString &words)
{
    m_deadline.stop();
    Q_EMIT stepFinished(step, true, words);
}

void ConnectionTest::fail(Step step, const QString &words)
{
    stop();
    Q_EMIT stepFinished(step, false, words);
    Q_EMIT finished(false);
}

} // namespace possync::gui
