// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/connect/connectiontest.h"

#include "console/gui/access/accessmodel.h"
#include "console/gui/base/words.h"
#include "console/gui/connect/address.h"
#include "console/gui/link/convert.h"
#include "console/remote/ownertoken.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSslCipher>
#include <QSslSocket>
#include <QVersionNumber>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int stepDeadlineMs = 5000;
constexpr qint64 longestHealth = 64 * 1024;

bool isHere(const QUrl &server)
{
    return server.host() == "localhost"_L1 || QHostAddress(server.host()).isLoopback();
}

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
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket->deleteLater();
        m_socket = nullptr;
    }
    if (m_client) {
        // It may be its own signal that ends the test.
        m_client->disconnect(this);
        m_client.release()->deleteLater();
    }
}

void ConnectionTest::begin(Step step)
{
    m_step = step;
    Q_EMIT stepStarted(step);
    m_deadline.start(stepDeadlineMs);
}

void ConnectionTest::start(const TestTarget &target)
{
    stop();
    m_target = target;
    m_trust = remote::ServerTrust(remote::certificateIn(target.certificate));
    m_chain.clear();
    m_isTrustQuestion = false;
    begin(Address);
    const auto server = parseServerAddress(target.address);
    if (!server) {
        fail(Address, server.error());
        return;
    }
    m_server = *server;
    m_isOwnersToken = target.token.isEmpty() && !target.isGlance;
    if (m_isOwnersToken)
        m_target.token = remote::localOwnerToken(m_server);
    pass(Address, m_server.toString());
    resolve();
}

void ConnectionTest::resolve()
{
    begin(Name);
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
    begin(Port);
    m_socket = new QTcpSocket(this);
    connect(m_socket, &QTcpSocket::connected, this, [this] {
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket->deleteLater();
        m_socket = nullptr;
        pass(Port, tr("Port %1 is open.").arg(m_server.port()));
        encrypt();
    });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
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

void ConnectionTest::encrypt()
{
    begin(Encryption);
    if (m_server.scheme() != "https"_L1) {
        if (isHere(m_server))
            pass(Encryption, tr("Not encrypted; nothing leaves this computer."));
        else
            pass(Encryption,
                 tr("Not encrypted: whoever is in the same network can read along, the token too. "
                    "“possync-server init-tls” on the server makes a certificate."),
                 Outcome::Noted);
        ask();
        return;
    }
    auto *socket = new QSslSocket(this);
    m_socket = socket;
    socket->setSslConfiguration(m_trust.configuration());
    connect(socket, &QSslSocket::sslErrors, this, [this, socket](const QList<QSslError> &errors) {
        m_chain = socket->peerCertificateChain();
        if (m_trust.answersFor(errors)) {
            socket->ignoreSslErrors();
            return;
        }
        const remote::RemoteError why = m_trust.explain(m_server, errors);
        m_isTrustQuestion = why.code == "tls_untrusted"_L1 || why.code == "tls_changed"_L1;
        fail(Encryption, m_isTrustQuestion
                             ? tr("%1 Compare the fingerprints.").arg(plainLine(messageOf(why)))
                             : plainLine(sentenceOf(why)));
    });
    connect(socket, &QSslSocket::errorOccurred, this, [this, socket] {
        fail(Encryption, tr("The server does not speak TLS as expected (%1). If it has no "
                            "certificate, write http:// before the address.")
                             .arg(plainLine(socket->errorString(), 160)));
    });
    connect(socket, &QSslSocket::encrypted, this, [this, socket] {
        m_chain = socket->peerCertificateChain();
        const QSslCertificate own = m_chain.value(0);
        const QString until =
            QLocale().toString(own.expiryDate().toLocalTime().date(), QLocale::ShortFormat);
        const bool isPinned = !m_trust.pin().isNull();
        const qint64 daysLeft = QDateTime::currentDateTime().daysTo(own.expiryDate());
        constexpr qint64 soonDays = 14;
        pass(Encryption,
             isPinned ? tr("Encrypted (%1), with the certificate you trusted; it holds until %2.")
                            .arg(socket->sessionCipher().protocolString(), until)
                      : tr("Encrypted (%1), certificate of %2; it holds until %3.")
                            .arg(socket->sessionCipher().protocolString(),
                                 plainLine(own.issuerDisplayName(), 60), until),
             daysLeft < soonDays ? Outcome::Noted : Outcome::Passed);
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
        m_socket = nullptr;
        ask();
    });
    socket->connectToHostEncrypted(m_server.host(), quint16(m_server.port()));
}

void ConnectionTest::ask()
{
    begin(Server);
    QUrl url = m_server;
    url.setPath(u"/api/health"_s);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    if (m_server.scheme() == "https"_L1)
        request.setSslConfiguration(m_trust.configuration());
    m_http->clearConnectionCache();
    QNetworkReply *reply = m_http->get(request);
    connect(reply, &QNetworkReply::sslErrors, this, [this, reply](const QList<QSslError> &errors) {
        if (m_trust.answersFor(errors))
            reply->ignoreSslErrors();
    });
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received) {
        if (received > longestHealth)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, run = m_run] {
        reply->deleteLater();
        if (run == m_run)
            takeHealth(*reply);
    });
}

void ConnectionTest::takeHealth(QNetworkReply &reply)
{
    const QByteArray body = reply.read(longestHealth);
    const QJsonObject health = QJsonDocument::fromJson(body).object();
    if (reply.error() != QNetworkReply::NoError && body.isEmpty()) {
        const QString words = tr("The server did not answer as expected: %1.")
                                  .arg(plainLine(reply.errorString(), 200));
        return fail(Server, m_server.scheme() == "http"_L1
                                ? words + u' '
                                      + tr("If it has a certificate, write https:// before the "
                                           "address.")
                                : words);
    }
    if (!health.contains("connectedRestaurants"_L1))
        return fail(Server, tr("Something answers on port %1, but it is not a PosSync server.")
                                .arg(m_server.port()));
    const QString version = health.value("version"_L1).toString();
    const int connections = health.value("totalConnections"_L1).toInt();
    pass(Server, version.isEmpty()
                     ? tr("A sync server, %n connection(s).", nullptr, connections)
                     : tr("A PosSync server, %n connection(s).", nullptr, connections));
    if (m_target.isGlance) {
        stop();
        Q_EMIT finished(true);
        return;
    }
    compareVersions(version);
    logIn();
}

void ConnectionTest::compareVersions(const QString &theirs)
{
    begin(Version);
    const QString ours = QStringLiteral(POSSYNC_VERSION);
    const QVersionNumber server = QVersionNumber::fromString(theirs);
    const QVersionNumber console = QVersionNumber::fromString(ours);
    if (theirs.isEmpty())
        pass(Version,
             tr("The server states no version: an older one, so live pages may stay "
                "empty."),
             Outcome::Noted);
    else if (server == console)
        pass(Version, tr("Server and console are both %1.").arg(ours));
    else if (server < console)
        pass(Version,
             tr("The server (%1) is older than this console (%2): what it does not know "
                "stays empty.")
                 .arg(plainLine(theirs, 40), ours),
             Outcome::Noted);
    else
        pass(Version,
             tr("The server (%1) is newer than this console (%2): what is new there is "
                "not shown here.")
                 .arg(plainLine(theirs, 40), ours),
             Outcome::Noted);
}

void ConnectionTest::logIn()
{
    begin(Token);
    m_client = std::make_unique<remote::AdminClient>();
    connect(m_client.get(), &remote::AdminClient::stateChanged, this, &ConnectionTest::takeState);
    m_client->connectTo(m_server, m_target.token, m_trust);
}

void ConnectionTest::takeState(remote::AdminClient::State state)
{
    if (state == remote::AdminClient::State::Connected) {
        pass(Token, m_target.token.isEmpty() ? tr("No token is needed here.")
                    : m_isOwnersToken ? tr("Accepted with the owner's token of this computer.")
                                      : tr("The token is accepted."));
        takeRole(m_client->welcome());
    } else if (state == remote::AdminClient::State::Waiting
               || state == remote::AdminClient::State::Refused) {
        const remote::RemoteError why = m_client->reason();
        if (why.code == "version"_L1)
            fail(Version, plainLine(sentenceOf(why)));
        else if (why.code == "token_required"_L1)
            fail(Token, tr("The server asks for a token. The owner makes one on the page Access, "
                           "or with “possyncctl token create”; put it into the field above."));
        else if (why.code == "token_invalid"_L1)
            fail(Token, tr("The token is unknown here, over or revoked. Was it copied as a whole? "
                           "The owner can make another on the page Access."));
        else if (why.code == "forbidden"_L1)
            fail(Token, tr("This is the token of a tablet. Watching needs one of a viewer, a "
                           "tester or an owner; the page Access makes it."));
        else
            fail(Token, plainLine(sentenceOf(why)));
    }
}

void ConnectionTest::takeRole(const remote::wire::Welcome &welcome)
{
    begin(Role);
    const QString &role = welcome.role;
    const QString where =
        welcome.restaurant.isEmpty()
            ? QString()
            : u' ' + tr("Only for the restaurant “%1”.").arg(plainLine(welcome.restaurant, 60));
    if (role == "owner"_L1)
        pass(Role, tr("You are an owner: you may do everything.") + where);
    else if (role == "tester"_L1)
        pass(Role, tr("You are a tester: you see everything and may send test changes, but not "
                      "make tokens.")
                       + where);
    else if (role == "viewer"_L1)
        pass(Role, tr("You are a viewer: you see everything and change nothing.") + where);
    else if (role.isEmpty())
        pass(Role, tr("The server does not tell your role; what is not allowed is refused when "
                      "you try it."));
    else
        pass(Role, tr("Your role is %1.").arg(roleWord(role)) + where);
    stop();
    Q_EMIT finished(true);
}

void ConnectionTest::pass(Step step, const QString &words, Outcome outcome)
{
    m_deadline.stop();
    Q_EMIT stepFinished(step, outcome, words);
}

void ConnectionTest::fail(Step step, const QString &words)
{
    stop();
    Q_EMIT stepFinished(step, Outcome::Failed, words);
    Q_EMIT finished(false);
}

} // namespace possync::gui
