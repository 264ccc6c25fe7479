// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Access tokens: token create, token list, token revoke.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

#include <QDateTime>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

QString addressWith(const QUrl &server, const QString &scheme, const QString &token,
                    const QString &rest)
{
    QUrl url = server;
    url.setScheme(server.scheme() == "https"_L1 ? scheme + u's' : scheme);
    return url.toString(QUrl::RemovePath | QUrl::RemoveQuery) + u"/t/"_s + token + rest;
}

} // namespace

std::optional<qint64> secondsFromText(const QString &text)
{
    static const QHash<QChar, qint64> units{
        {u's', 1}, {u'm', 60}, {u'h', 3600}, {u'd', 86'400}, {u'w', 7 * 86'400}};
    if (text.size() < 2 || !units.contains(text.back()))
        return std::nullopt;
    bool ok = false;
    const qint64 count = text.chopped(1).toLongLong(&ok);
    constexpr qint64 most = 100 * 366;
    if (!ok || count <= 0 || count > most * 86'400 / units[text.back()])
        return std::nullopt;
    return count * units[text.back()];
}

void CommandRun::token()
{
    const QString &action = m_invocation.arguments.front();
    const bool hasId = m_invocation.arguments.size() > 1;
    if (action == "revoke"_L1) {
        if (hasId)
            revokeToken(m_invocation.arguments[1]);
        else
            failUsage(u"token revoke needs the token's ID; \"possyncctl token list\" shows it."_s);
    } else if (action == "revoke-jwt"_L1) {
        if (hasId)
            revokeJwt(m_invocation.arguments[1]);
        else
            failUsage(u"token revoke-jwt needs the \"jti\" of the identity provider's token."_s);
    } else if (action == "take-back-jwt"_L1) {
        if (hasId)
            takeBackJwt(m_invocation.arguments[1]);
        else
            failUsage(u"token take-back-jwt needs what was revoked; \"possyncctl token "
                      "revoked-jwts\" shows it."_s);
    } else if (hasId) {
        failUsage(u"token %1 does not know what to do with \"%2\"."_s.arg(
            action, m_invocation.arguments[1]));
    } else if (action == "create"_L1) {
        createToken();
    } else if (action == "list"_L1) {
        listTokens();
    } else if (action == "revoked-jwts"_L1) {
        listRevokedJwts();
    } else {
        failUsage(u"There is no \"token %1\"; there are create, list, revoke, revoke-jwt, "
                  "take-back-jwt and revoked-jwts."_s.arg(action));
    }
}

void CommandRun::createToken()
{
    if (!m_invocation.has(u"--role"_s)) {
        failUsage(u"token create needs --role."_s);
        return;
    }
    QByteArray body = "{\"role\":" + json::quoted(m_invocation.value(u"--role"_s).toUtf8());
    for (const auto &[option, field] : {std::pair{u"--restaurant"_s, "restaurant"},
                                        {u"--name"_s, "name"},
                                        {u"--kind"_s, "kind"}}) {
        if (m_invocation.has(option))
            body += QByteArray(",\"") + field
                    + "\":" + json::quoted(m_invocation.value(option).toUtf8());
    }
    const auto expiry = expiryField();
    if (!expiry)
        return;
    body += *expiry;
    m_rest.post(u"/api/admin/tokens"_s, body + '}', this, telling([this](remote::Fields &f) {
                    const QString secret = printable(f.text("secret"));
                    remote::Fields token(f.object("token"));
                    const QString id = token.text("id");
                    const QString kind = token.text("kind");
                    if (!token.isGood())
                        f.fail(token.error());
                    QString text =
                        u"Token %1, shown this once:\n\n  %2\n"_s.arg(printable(id), secret);
                    if (kind == "device"_L1)
                        text += u"\nFor the app:\n  serverUrl  %1\n  apiUrl     %2\n"_s.arg(
                            addressWith(m_invocation.server, u"ws"_s, secret, {}),
                            addressWith(m_invocation.server, u"http"_s, secret, u"/api"_s));
                    return text;
                }));
}

std::optional<QByteArray> CommandRun::expiryField()
{
    if (!m_invocation.has(u"--expires"_s))
        return QByteArray();
    const QString text = m_invocation.value(u"--expires"_s);
    if (const auto seconds = secondsFromText(text))
        return ",\"expires_in_s\":" + QByteArray::number(*seconds);
    failUsage(u"--expires takes a time such as 12h, 30d or 8w, not \"%1\"."_s.arg(text));
    return std::nullopt;
}

void CommandRun::listTokens()
{
    m_rest.get(u"/api/admin/tokens"_s, this, telling([](remote::Fields &f) {
                   Table table;
                   for (const auto *title : {"ID", "NAME", "KIND", "ROLE", "RESTAURANT", "STATE",
                                             "EXPIRES", "LAST USED"})
                       table.addColumn(QString::fromLatin1(title));
                   const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
                   for (const QByteArrayView text : f.list("tokens")) {
                       remote::Fields token(text);
                       const QString restaurant = token.optionalText("restaurant");
                       const qint64 expiresMs = token.optionalTime("expires_at");
                       table.addRow(
                           {token.text("id"), token.text("name"), token.text("kind"),
                            token.text("role"), restaurant.isEmpty() ? u"all"_s : restaurant,
                            token.text("state"), expiresMs == 0 ? u"never"_s : timeText(expiresMs),
                            ago(token.optionalTime("last_used_at"), nowMs)});
                       if (!token.isGood())
                           f.fail(token.error());
                   }
                   return table.isEmpty() ? u"There are no tokens.\n"_s : table.text();
               }));
}

void CommandRun::revokeToken(const QString &id)
{
    const QString path =
        u"/api/admin/tokens/%1/revoke"_s.arg(QString::fromLatin1(QUrl::toPercentEncoding(id)));
    m_rest.post(path, "{}", this, telling([id](remote::Fields &) {
                    return u"Revoked %1; whoever was connected with it is cut off.\n"_s.arg(
                        printable(id));
                }));
}

} // namespace possync::cli
