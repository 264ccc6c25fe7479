// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Commands about the journal as a whole: verify, backup, restore.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

#include <QTimer>

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

namespace {

/// A large journal takes minutes to read or copy.
constexpr std::chrono::minutes longPatience{30};
constexpr int restartTries = 100;
constexpr int restartTryMs = 200;

QString sizeText(quint64 bytes)
{
    if (bytes < 10 * 1024)
        return u"%1 bytes"_s.arg(bytes);
    if (bytes < 10 * 1024 * 1024)
        return u"%1 KB"_s.arg(bytes / 1024);
    return u"%1 MB"_s.arg(bytes / (1024 * 1024));
}

} // namespace

void CommandRun::verify()
{
    m_rest.post(
        u"/api/admin/verify"_s, "{}", this,
        [this](const Answer<QByteArray> &body) {
            if (!body) {
                fail(body.error());
                return;
            }
            remote::Fields f(*body);
            const bool isOk = f.flag("ok");
            const QStringList problems = f.optionalTexts("problems");
            const quint64 restaurants = f.optionalCounter("restaurants");
            const auto duration = f.optionalInteger("duration_ms").value_or(0);
            if (!f.isGood()) {
                fail({u"bad_answer"_s,
                      u"The server's answer makes no sense: %1."_s.arg(f.error()),
                      {}});
                return;
            }
            if (m_invocation.wantsJson) {
                writeOut(*body);
            } else if (isOk) {
                writeOut(
                    u"The journal is sound: %1 restaurants checked in %2 ms.\n"_s.arg(restaurants)
                        .arg(duration));
            } else {
                QString text = u"The journal is damaged:\n"_s;
                for (const QString &problem : problems)
                    text += u"  "_s + printable(problem) + u'\n';
                writeError(text);
            }
            finish(isOk ? Happened : DidNotHappen);
        },
        longPatience);
}

void CommandRun::backup()
{
    m_rest.post(
        u"/api/admin/backup"_s, "{}", this,
        [this](const Answer<QByteArray> &body) {
            if (!body) {
                fail(body.error());
                return;
            }
            remote::Fields f(*body);
            const QString file = f.text("file");
            const quint64 bytes = f.optionalCounter("bytes");
            if (!f.isGood()) {
                fail({u"bad_answer"_s,
                      u"The server's answer makes no sense: %1."_s.arg(f.error()),
                      {}});
                return;
            }
            if (m_invocation.wantsJson)
                writeOut(*body);
            else
                writeOut(u"Backup written on the server: %1 (%2)\n"_s.arg(printable(file),
                                                                          sizeText(bytes)));
            finish(Happened);
        },
        longPatience);
}

void CommandRun::restore()
{
    const QByteArray question =
        "{\"file\":" + json::quoted(m_invocation.arguments.front().toUtf8()) + '}';
    m_rest.post(
        u"/api/admin/restore"_s, question, this,
        [this](const Answer<QByteArray> &body) {
            if (!body) {
                fail(body.error());
                return;
            }
            awaitRestart(*body, restartTries);
        },
        longPatience);
}

void CommandRun::awaitRestart(const QByteArray &answer, int triesLeft)
{
    QTimer::singleShot(restartTryMs, this, [this, answer, triesLeft] {
        m_rest.health(this, [this, answer, triesLeft](const Answer<remote::Health> &health) {
            if (health) {
                if (m_invocation.wantsJson)
                    writeOut(answer);
                else
                    writeOut(u"Restored; the server is up again.\n"_s);
                finish(Happened);
            } else if (triesLeft > 0) {
                awaitRestart(answer, triesLeft - 1);
            } else {
                fail({health.error().code,
                      u"The backup was taken, but the server has not come back: %1"_s.arg(
                          health.error().message),
                      u"Its log says why."_s});
            }
        });
    });
}

} // namespace possync::cli
