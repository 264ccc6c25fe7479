// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pairing a device: a short code, and a QR code that leads to the page that takes it.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/qrtext.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"
#include "console/remote/pairing.h"

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

void CommandRun::pair()
{
    const bool replaces = m_invocation.has(u"--replace"_s);
    if (replaces && (m_invocation.has(u"--role"_s) || m_invocation.has(u"--name"_s))) {
        failUsage(u"With --replace the new device takes over role and name; leave them out."_s);
        return;
    }
    QUrl outside;
    if (m_invocation.has(u"--url"_s)) {
        outside = QUrl(m_invocation.value(u"--url"_s), QUrl::StrictMode);
        if (!outside.isValid() || outside.host().isEmpty()
            || (outside.scheme() != "http"_L1 && outside.scheme() != "https"_L1)) {
            failUsage(u"--url takes an address such as http://192.168.1.20:3000, not \"%1\"."_s.arg(
                m_invocation.value(u"--url"_s)));
            return;
        }
    }
    QByteArray body = "{\"restaurant\":" + json::quoted(restaurant().toUtf8());
    for (const auto &[option, field] :
         {std::pair{u"--role"_s, "role"}, {u"--name"_s, "name"}, {u"--replace"_s, "replaces"}}) {
        if (m_invocation.has(option))
            body += QByteArray(",\"") + field
                    + "\":" + json::quoted(m_invocation.value(option).toUtf8());
    }
    m_rest.post(u"/api/admin/pairings"_s, body + '}', this,
                [this, outside](const Answer<QByteArray> &answer) {
                    if (answer)
                        showPairing(*answer, outside);
                    else
                        fail(answer.error());
                });
}

void CommandRun::showPairing(const QByteArray &answer, const QUrl &outside)
{
    remote::Fields f(answer);
    const QString code = printable(f.text("code"));
    const QString role = printable(f.text("role"));
    const bool isLocalOnly = f.text("reachable_from") == u"this_computer";
    if (!f.isGood()) {
        fail({u"bad_answer"_s, u"The server's answer makes no sense: %1."_s.arg(f.error()), {}});
        return;
    }
    if (m_invocation.wantsJson) {
        writeOut(answer);
        finish(Happened);
        return;
    }
    const QUrl page = !outside.isEmpty() ? outside
                      : isLocalOnly      ? m_invocation.server
                                         : remote::seenFromOutside(m_invocation.server);
    const QString shown = remote::pairingPage(page).toString();
    writeOut(qrText(remote::pairingPage(page, code).toEncoded())
             + u"\nCode %1 makes one device %2 of %3, for ten minutes.\nScan it, or open %4 on the "
               "device.\n"_s.arg(code, role, printable(restaurant()), shown));
    if (isLocalOnly && outside.isEmpty())
        writeError(u"The server listens to this computer only: a tablet cannot reach it. Start it "
                   "with --host 0.0.0.0 to let it be reached, or name a proxy's address with "
                   "--url.\n"_s);
    finish(Happened);
}

} // namespace possync::cli
