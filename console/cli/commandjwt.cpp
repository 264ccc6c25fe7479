// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tokens of an identity provider: token revoke-jwt, token take-back-jwt, token revoked-jwts.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

namespace possync::cli {

using namespace Qt::StringLiterals;

QByteArray CommandRun::jwtField(const QString &id) const
{
    return (m_invocation.has(u"--subject"_s) ? "\"sub\":" : "\"jti\":")
           + json::quoted(id.toUtf8());
}

void CommandRun::revokeJwt(const QString &id)
{
    const bool isSubject = m_invocation.has(u"--subject"_s);
    if (m_invocation.has(u"--before"_s) && !isSubject) {
        failUsage(u"--before goes with --subject: one token is refused whenever it was issued."_s);
        return;
    }
    QByteArray body = '{' + jwtField(id);
    if (m_invocation.has(u"--before"_s))
        body += ",\"issued_before\":" + json::quoted(m_invocation.value(u"--before"_s).toUtf8());
    const auto expiry = expiryField();
    if (!expiry)
        return;
    body += *expiry;
    m_rest.post(u"/api/admin/jwts/revoked"_s, body + '}', this,
                telling([id, isSubject](remote::Fields &) {
                    return (isSubject ? u"Tokens of %1 issued until then are not taken any more; "
                                        "whoever was connected with one is cut off.\n"_s
                                      : u"The token %1 is not taken any more; whoever was "
                                        "connected with it is cut off.\n"_s)
                        .arg(printable(id));
                }));
}

void CommandRun::takeBackJwt(const QString &id)
{
    m_rest.post(u"/api/admin/jwts/taken-back"_s, '{' + jwtField(id) + '}', this,
                telling([id](remote::Fields &) {
                    return u"%1 is taken again, as long as it is not over.\n"_s.arg(printable(id));
                }));
}

void CommandRun::listRevokedJwts()
{
    m_rest.get(u"/api/admin/jwts/revoked"_s, this, telling([](remote::Fields &f) {
                   Table table;
                   for (const auto *title :
                        {"TOKEN", "ISSUED BEFORE", "WOULD END", "REVOKED", "BY"})
                       table.addColumn(QString::fromLatin1(title));
                   for (const QByteArrayView text : f.list("revoked")) {
                       remote::Fields token(text);
                       const bool isOne = token.has("jti");
                       table.addRow(
                           {isOne ? token.text("jti") : u"sub "_s + token.text("sub"),
                            isOne ? QString() : timeText(token.optionalTime("issued_before")),
                            timeText(token.optionalTime("expires_at")),
                            timeText(token.optionalTime("revoked_at")), token.text("by")});
                       if (!token.isGood())
                           f.fail(token.error());
                   }
                   return table.isEmpty() ? u"No token of an identity provider is revoked.\n"_s
                                          : table.text();
               }));
}

} // namespace possync::cli
