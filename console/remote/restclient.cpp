// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/restclient.h"

#include <QNetworkReply>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

/// Property of a reply that was aborted because of its size.
constexpr auto tooLarge = "possyncTooLarge";

/// Reads the body before handing it on; a body that makes no sense is an error as well.
template<typename T, typename Decode>
Receiver<QByteArray> decoding(Receiver<T> receiver, Decode decode)
{
    return [receiver = std::move(receiver), decode](const Answer<QByteArray> &body) {
        if (!body) {
            receiver(Unexpected{body.error()});
            return;
        }
        wire::Decoded<T> value = decode(*body);
        if (value) {
            receiver(std::move(*value));
            return;
        }
        receiver(Unexpected{trouble(
            u"bad_answer"_s,
            {QT_TRANSLATE_NOOP("possync::remote", "The server's answer makes no sense: %1."),
             {value.error()}},
            {QT_TRANSLATE_NOOP("possync::remote",
                               "Is this a PosSync server, and of the same version?")})});
    };
}

} // namespace

QString hostText(const QUrl &server)
{
    const int port = server.port(server.scheme() == u"https"_s ? 443 : 80);
    const QString host = server.host();
    return (host.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(host).arg(port);
}

bool isAboutToken(const RemoteError &error)
{
    return error.code.startsWith(u"token_"_s) || error.code == u"forbidden"_s;
}

RemoteError unreachable(const QUrl &server, const Phrase &sentence)
{
    Phrase whole = sentence;
    whole.values.prepend(hostText(server));
    return trouble(u"unreachable"_s, whole,
                   {QT_TRANSLATE_NOOP("possync::remote",
                                      "Is possync-server running? Start it with: possync-server")});
}

Phrase noAnswer()
{
    return {QT_TRANSLATE_NOOP("possync::remote", "Could not reach %1: nothing answers there.")};
}

Phrase systemsWord(const QString &reason)
{
    return {QT_TRANSLATE_NOOP("possync::remote", "Could not reach %1: %2."), {reason}};
}

RestClient::RestClient(const QUrl &server, QObject *parent)
    : QObject(parent)
    , m_server(server)
{
}

void RestClient::setTrust(const ServerTrust &trust)
{
    if (trust != m_trust)
        m_network.clearConnectionCache(); // what was encrypted for another is not used again
    m_trust = trust;
}

QNetworkRequest RestClient::request(const QString &path, std::chrono::milliseconds timeout) const
{
    QString base = m_server.toString(QUrl::FullyEncoded | QUrl::RemoveQuery | QUrl::RemoveFragment
                                     | QUrl::StripTrailingSlash);
    QNetworkRequest request(QUrl(base + path, QUrl::StrictMode));
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    // Elsewhere is nobody's choice but the person's: the token would travel along.
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    if (m_server.scheme() == u"https"_s)
        request.setSslConfiguration(m_trust.configuration());
    request.setTransferTimeout(static_cast<int>(timeout.count()));
    request.setRawHeader("Accept", "application/json");
    if (!m_token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_token);
    return request;
}

void RestClient::get(const QString &path, QObject *context, Receiver<QByteArray> receiver,
                     std::chrono::milliseconds timeout)
{
    await(m_network.get(request(path, timeout)), context, std::move(receiver));
}

void RestClient::post(const QString &path, const QByteArray &body, QObject *context,
                      Receiver<QByteArray> receiver, std::chrono::milliseconds timeout)
{
    QNetworkRequest asked = request(path, timeout);
    asked.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    await(m_network.post(asked, body), context, std::move(receiver));
}

void RestClient::await(QNetworkReply *reply, QObject *context, Receiver<QByteArray> receiver)
{
    // The reply gathers the body by itself; nothing else would bound it.
    connect(reply, &QNetworkReply::readyRead, reply, [reply, largest = m_largestAnswer] {
        if (reply->bytesAvailable() > largest) {
            reply->setProperty(tooLarge, largest);
            reply->abort();
        }
    });
    const auto tlsErrors = std::make_shared<QList<QSslError>>();
    connect(reply, &QNetworkReply::sslErrors, this,
            [this, reply, tlsErrors](const QList<QSslError> &errors) {
                if (m_trust.answersFor(errors))
                    reply->ignoreSslErrors();
                else
                    *tlsErrors = errors;
            });
    connect(reply, &QNetworkReply::finished, this,
            [this, reply, tlsErrors, guard = QPointer<QObject>(context),
             receiver = std::move(receiver)] {
                reply->deleteLater();
                if (!guard)
                    return;
                const QByteArray body = reply->isOpen() ? reply->readAll() : QByteArray();
                const int status =
                    reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
                if (reply->error() == QNetworkReply::NoError && status < 300)
                    receiver(body);
                else
                    receiver(Unexpected{explain(*reply, body, *tlsErrors)});
            });
}

RemoteError RestClient::explain(QNetworkReply &reply, const QByteArray &body,
                                const QList<QSslError> &tlsErrors) const
{
    if (const QVariant largest = reply.property(tooLarge); largest.isValid())
        return trouble(
            u"bad_answer"_s,
            {QT_TRANSLATE_NOOP("possync::remote", "%1 sent more than %2 MiB for an answer."),
             {hostText(m_server), QString::number(largest.toLongLong() >> 20)}},
            {QT_TRANSLATE_NOOP("possync::remote", "Ask for less at a time.")});
    if (!tlsErrors.isEmpty())
        return m_trust.explain(m_server, tlsErrors);
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 300) {
        if (const auto stated = wire::decodeError(body)) {
            return *stated;
        }
        return trouble(u"http_%1"_s.arg(status),
                       {QT_TRANSLATE_NOOP("possync::remote", "%1 answered with HTTP status %2."),
                        {hostText(m_server), QString::number(status)}},
                       {QT_TRANSLATE_NOOP("possync::remote", "Is this a PosSync server?")});
    }
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        return unreachable(m_server, noAnswer());
    case QNetworkReply::HostNotFoundError:
        return trouble(u"unreachable"_s,
                       {QT_TRANSLATE_NOOP("possync::remote",
                                          "Could not reach %1: no machine of that name is known."),
                        {hostText(m_server)}},
                       {QT_TRANSLATE_NOOP("possync::remote", "Check the address.")});
    case QNetworkReply::OperationCanceledError:
    case QNetworkReply::TimeoutError:
        return trouble(u"timeout"_s,
                       {QT_TRANSLATE_NOOP("possync::remote", "%1 did not answer in time."),
                        {hostText(m_server)}},
                       {QT_TRANSLATE_NOOP("possync::remote",
                                          "Try again; the server's log says what keeps it busy.")});
    case QNetworkReply::RemoteHostClosedError:
        return unreachable(
            m_server,
            {QT_TRANSLATE_NOOP("possync::remote",
                               "Could not reach %1: it closed the connection without an answer.")});
    case QNetworkReply::SslHandshakeFailedError:
        return trouble(u"tls"_s,
                       {QT_TRANSLATE_NOOP("possync::remote", "Could not speak TLS with %1: %2."),
                        {hostText(m_server), reply.errorString()}});
    default:
        return unreachable(m_server, systemsWord(reply.errorString()));
    }
}

QString RestClient::restaurantPath(const QString &restaurant, const QString &rest)
{
    return u"/api/restaurants/"_s + QString::fromLatin1(QUrl::toPercentEncoding(restaurant)) + rest;
}

void RestClient::remove(const QString &path, QObject *context, Receiver<QByteArray> receiver,
                        std::chrono::milliseconds timeout)
{
    await(m_network.deleteResource(request(path, timeout)), context, std::move(receiver));
}

void RestClient::health(QObject *context, Receiver<Health> receiver)
{
    get(u"/api/health"_s, context, decoding(std::move(receiver), wire::decodeHealth));
}

void RestClient::restaurants(QObject *context, Receiver<QList<RestaurantSummary>> receiver)
{
    get(u"/api/restaurants"_s, context, decoding(std::move(receiver), wire::decodeRestaurants));
}

void RestClient::devices(const QString &restaurant, QObject *context,
                         Receiver<QList<DeviceStatus>> receiver)
{
    get(restaurantPath(restaurant, u"/devices"_s), context,
        decoding(std::move(receiver), [restaurant](const QByteArray &body) {
            return wire::decodeDevices(body, restaurant);
        }));
}

void RestClient::changes(const QString &restaurant, quint64 since, int limit, QObject *context,
                         Receiver<ChangePage> receiver)
{
    get(restaurantPath(restaurant, u"/changes?since=%1&limit=%2"_s.arg(since).arg(limit)), context,
        decoding(std::move(receiver), [restaurant](const QByteArray &body) {
            return wire::decodeChangePage(body, restaurant);
        }));
}

void RestClient::records(const QString &restaurant, QObject *context, Receiver<RecordList> receiver)
{
    get(restaurantPath(restaurant, u"/data"_s), context,
        decoding(std::move(receiver), wire::decodeRecords));
}

void RestClient::recordsAt(const QString &restaurant, quint64 seq, QObject *context,
                           Receiver<PastRecords> receiver)
{
    get(restaurantPath(restaurant, u"/data?at=seq:%1"_s.arg(seq)), context,
        decoding(std::move(receiver), wire::decodePastRecords));
}

void RestClient::logs(quint64 since, int limit, const QString &level, QObject *context,
                      Receiver<LogPage> receiver)
{
    QString path = u"/api/logs?limit=%1"_s.arg(limit);
    if (since > 0)
        path += u"&since=%1"_s.arg(since);
    if (!level.isEmpty())
        path += u"&level="_s + QString::fromLatin1(QUrl::toPercentEncoding(level));
    get(path, context, decoding(std::move(receiver), wire::decodeLogPage));
}

void RestClient::sync(const std::vector<NewChange> &changes, QObject *context,
                      Receiver<std::vector<SyncResult>> receiver)
{
    post(u"/api/sync"_s, wire::encodeSync(changes), context,
         decoding(std::move(receiver), wire::decodeSyncResults));
}

} // namespace possync::remote
