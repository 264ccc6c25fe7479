// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/hooksender.h"

#include "server/hooks/authorities.h"

#include <QHostInfo>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace possync::hooks {
namespace {

constexpr qint64 mostAnswerBytes = 64 * 1024;

/// As the receiver knows itself: the port only where it is not the scheme's own.
QByteArray hostField(const QUrl &target)
{
    const QString host = target.host();
    QString field = host.contains(u':') ? u'[' + host + u']' : host;
    if (target.port() != -1)
        field += u':' + QString::number(target.port());
    return field.toLatin1();
}

} // namespace

/// One try; deletes itself behind its end.
class HookSender::Try final : public QObject
{
public:
    Try(HookSender &sender, const Hook &hook, const Delivery &delivery, qint64 nowMs, Done done)
        : QObject(&sender)
        , m_sender(sender)
        , m_target(hook.url)
        , m_delivery(delivery)
        , m_timestampS(nowMs / 1000)
        , m_signature(
              signatures(hook.secretsAt(nowMs), m_timestampS, delivery.eventId, delivery.body))
        , m_done(std::move(done))
    {
        QTimer::singleShot(sender.m_patience, this, [this] {
            end({false, 0,
                 u"the receiver took longer than %1 s"_s.arg(
                     std::chrono::duration<double>(m_sender.m_patience).count())});
        });
        QHostInfo::lookupHost(hook.url.host(), this,
                              [this](const QHostInfo &info) { resolved(info); });
    }

private:
    void resolved(const QHostInfo &info)
    {
        const auto address = addressFor(m_target, info.addresses(), m_sender.m_allowed);
        if (!address) {
            end({false, 0, address.error()});
            return;
        }
        // To the address that was judged, whatever the name leads to by now.
        QUrl url = m_target;
        url.setHost(address->toString());
        QNetworkRequest request(url);
        request.setRawHeader("Host", hostField(m_target));
        if (m_target.scheme() == u"https")
            request.setSslConfiguration(m_sender.tls());
        request.setPeerVerifyName(m_target.host());
        request.setRawHeader("Content-Type", "application/json");
        request.setRawHeader("User-Agent", "PosSync/" POSSYNC_VERSION);
        request.setRawHeader("X-PosSync-Event", m_delivery.event);
        request.setRawHeader("X-PosSync-Id", m_delivery.eventId);
        request.setRawHeader("X-PosSync-Timestamp", QByteArray::number(m_timestampS));
        request.setRawHeader("X-PosSync-Signature", m_signature);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                             QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        m_reply = m_sender.m_network.post(request, m_delivery.body);
        m_reply->setParent(this);
        m_reply->setReadBufferSize(mostAnswerBytes);
        connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
            m_tlsProblem = refusedBecause(errors, m_target.host());
        });
        connect(m_reply, &QNetworkReply::readyRead, this, [this] { dropBody(); });
        connect(m_reply, &QNetworkReply::finished, this, [this] { finished(); });
    }

    void dropBody()
    {
        m_answerBytes += m_reply->readAll().size();
        if (m_answerBytes > mostAnswerBytes)
            end({false, statusOf(), u"the receiver's answer is longer than 64 KiB"_s});
    }

    int statusOf() const
    {
        return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

    void finished()
    {
        dropBody();
        const int status = statusOf();
        if (status >= 200 && status < 300 && m_reply->error() == QNetworkReply::NoError)
            end({true, status, {}});
        else if (status >= 300 && status < 400)
            end({false, status,
                 u"the receiver answered %1; redirects are not followed"_s.arg(status)});
        else if (status != 0)
            end({false, status, u"the receiver answered %1"_s.arg(status)});
        else
            end({false, 0, reason()});
    }

    /// Without the URL, whose path may be a secret.
    QString reason() const
    {
        switch (m_reply->error()) {
        case QNetworkReply::ConnectionRefusedError:
            return u"the receiver refused the connection"_s;
        case QNetworkReply::RemoteHostClosedError:
            return u"the receiver closed the connection without an answer"_s;
        case QNetworkReply::SslHandshakeFailedError:
            return m_tlsProblem.isEmpty()
                       ? u"the receiver and this server found no way to speak TLS"_s
                       : u"the receiver's certificate is refused: "_s + m_tlsProblem;
        default:
            return u"the receiver cannot be reached (network error %1)"_s.arg(m_reply->error());
        }
    }

    void end(const Attempt &attempt)
    {
        if (!m_done)
            return;
        if (m_reply) {
            m_reply->disconnect(this);
            m_reply->abort();
        }
        deleteLater();
        std::exchange(m_done, {})(attempt);
    }

    HookSender &m_sender;
    const QUrl m_target;
    const Delivery m_delivery;
    const qint64 m_timestampS;
    const QByteArray m_signature;
    Done m_done;
    QNetworkReply *m_reply = nullptr;
    qint64 m_answerBytes = 0;
    QString m_tlsProblem;
};

HookSender::HookSender(AllowedHosts allowed, std::chrono::milliseconds patience,
                       const QList<QSslCertificate> &authorities, QObject *parent)
    : QObject(parent)
    , m_authorities(authorities)
    , m_allowed(std::move(allowed))
    , m_patience(patience)
{
    m_network.setProxy(QNetworkProxy::NoProxy);
}

const QSslConfiguration &HookSender::tls()
{
    if (!m_tls) {
        m_tls = QSslConfiguration::defaultConfiguration();
        m_tls->setProtocol(QSsl::TlsV1_2OrLater);
        if (!m_authorities.isEmpty())
            m_tls->setCaCertificates(QSslConfiguration::systemCaCertificates() + m_authorities);
    }
    return *m_tls;
}

void HookSender::send(const Hook &hook, const Delivery &delivery, qint64 nowMs, Done done)
{
    new Try(*this, hook, delivery, nowMs, std::move(done));
}

} // namespace possync::hooks
