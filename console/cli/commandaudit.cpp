// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The audit log: who did what, and what was refused.
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

namespace {

constexpr int pageLines = 1'000;

} // namespace

void CommandRun::audit()
{
    const auto lines = number(u"--lines"_s, 50, 1, pageLines);
    if (!lines)
        return;
    QString path = u"/api/admin/audit?limit=%1"_s.arg(*lines);
    if (m_invocation.has(u"--verify"_s)) {
        verifyAudit(0, 0);
        return;
    }
    if (m_invocation.has(u"--since"_s)) {
        const auto since = number(u"--since"_s, 0, 0, std::numeric_limits<qint64>::max());
        if (!since)
            return;
        path += u"&since=%1"_s.arg(*since);
    }
    if (m_invocation.has(u"--search"_s))
        path += u"&q="_s
                + QString::fromLatin1(QUrl::toPercentEncoding(m_invocation.value(u"--search"_s)));
    m_rest.get(path, this, [this](const Answer<QByteArray> &answer) {
        if (!answer) {
            fail(answer.error());
            return;
        }
        if (m_invocation.wantsJson) {
            writeOut(*answer);
            finish(Happened);
            return;
        }
        remote::Fields f(*answer);
        Table table;
        for (const auto *title :
             {"NO", "TIME", "WHO", "ROLE", "FROM", "WHAT", "RESTAURANT", "ON", "OUTCOME"})
            table.addColumn(QString::fromLatin1(title));
        for (const QByteArrayView text : f.list("entries")) {
            remote::Fields entry(text);
            table.addRow({QString::number(entry.counter("no")), timeText(entry.optionalTime("at")),
                          entry.text("actor"), entry.text("role"), entry.text("address"),
                          entry.text("act"), entry.text("restaurant"), entry.text("target"),
                          entry.text("outcome")});
            if (!entry.isGood())
                f.fail(entry.error());
        }
        const bool isIntact = f.flag("intact");
        if (!f.isGood()) {
            fail(
                {u"bad_answer"_s, u"The server's answer makes no sense: %1."_s.arg(f.error()), {}});
            return;
        }
        writeOut(table.isEmpty() ? u"Nothing yet.\n"_s : table.text());
        if (!isIntact)
            writeError(u"These entries are not as they were written; see audit --verify.\n"_s);
        finish(isIntact ? Happened : DidNotHappen);
    });
}

void CommandRun::verifyAudit(quint64 since, quint64 checked)
{
    const QString path = u"/api/admin/audit?limit=%1&since=%2"_s.arg(pageLines).arg(since);
    m_rest.get(path, this, [this, since, checked](const Answer<QByteArray> &answer) {
        if (!answer) {
            fail(answer.error());
            return;
        }
        remote::Fields f(*answer);
        const auto entries = static_cast<quint64>(f.list("entries").size());
        const quint64 next = f.counter("next");
        const bool isIntact = f.flag("intact");
        if (!f.isGood()) {
            fail(
                {u"bad_answer"_s, u"The server's answer makes no sense: %1."_s.arg(f.error()), {}});
            return;
        }
        const quint64 total = checked + entries;
        if (entries > 0 && isIntact) {
            verifyAudit(next, total);
            return;
        }
        if (m_invocation.wantsJson) {
            writeOut(QByteArray("{\"ok\":") + (isIntact ? "true" : "false")
                     + ",\"entries\":" + QByteArray::number(total) + '}');
        } else if (isIntact) {
            writeOut(u"The audit log is whole: %1 entries.\n"_s.arg(total));
        } else {
            writeError(u"The audit log was tampered with or damaged, between entry %1 and %2.\n"_s
                           .arg(since)
                           .arg(next));
        }
        finish(isIntact ? Happened : DidNotHappen);
    });
}

} // namespace possync::cli
