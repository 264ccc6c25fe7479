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
using remote::Answer;

void CommandRun::revokeJwt(const QString &jti)
{
    QByteArray body = "{\"jti\":" + json::quoted(jti.toUtf8());
    if (m_invocation.has(u"--expires"_s)) {
        const auto seconds = secondsFromText(m_invocation.value(u"--expires"_s));
        if (!seconds) {
            failUsage(u"--expires takes a time such as 15m, 12h or 30d, not \"%1\"."_s.arg(
                m_invocation.value(u"--expires"_s)));
            return;
        }
        body += ",\"expires_in_s\":" + QByteArray::number(*seconds);
    }
    m_rest.post(u"/api/admin/jwts/revoked"_s, body + '}', this,
                [this, jti](const Answer<QByteArray> &answer) {
                    if (!answer) {
                        fail(answer.error());
                        return;
                    }
                    if (m_invocation.wantsJson)
                        writeOut(*answer);
                    else
                        writeOut(u"The token %1 is not taken any more; whoever was connected with "
                                 "it is cut off.\n"_s.arg(printable(jti)));
                    finish(Happened);
                });
}

void CommandRun::listRevokedJwts()
{
    m_rest.get(u"/api/admin/jwts/revoked"_s, this, [this](const Answer<QByteArray> &answer) {
        if (!answer) {
            fail(answer.error());
            return;
        }
        remote::Fields f(*answer);
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
        if (!f.isGood()) {
            fail(
                {u"bad_answer"_s, u"The server's answer makes no sense: %1."_s.arg(f.error()), {}});
            return;
        }
        if (m_invocation.wantsJson)
            writeOut(*answer);
        else
            writeOut(table.isEmpty() ? u"No token of an identity provider is revoked.\n"_s
                                     : table.text());
        finish(Happened);
    });
}

} // namespace possync::cli
