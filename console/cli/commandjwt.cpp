// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Single tokens of an identity provider: token revoke-jwt, token revoked-jwts.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

namespace possync::cli {

using namespace Qt::StringLiterals;

void CommandRun::revokeJwt(const QString &jti)
{
    QByteArray body = "{\"jti\":" + json::quoted(jti.toUtf8());
    const auto expiry = expiryField();
    if (!expiry)
        return;
    body += *expiry;
    m_rest.post(u"/api/admin/jwts/revoked"_s, body + '}', this, telling([jti](remote::Fields &) {
                    return u"The token %1 is not taken any more; whoever was connected with it is "
                           "cut off.\n"_s.arg(printable(jti));
                }));
}

void CommandRun::listRevokedJwts()
{
    m_rest.get(u"/api/admin/jwts/revoked"_s, this, telling([](remote::Fields &f) {
                   Table table;
                   for (const auto *title : {"JTI", "WOULD END", "REVOKED", "BY"})
                       table.addColumn(QString::fromLatin1(title));
                   for (const QByteArrayView text : f.list("revoked")) {
                       remote::Fields token(text);
                       table.addRow({token.text("jti"), timeText(token.optionalTime("expires_at")),
                                     timeText(token.optionalTime("revoked_at")), token.text("by")});
                       if (!token.isGood())
                           f.fail(token.error());
                   }
                   return table.isEmpty() ? u"No token of an identity provider is revoked.\n"_s
                                          : table.text();
               }));
}

} // namespace possync::cli
