// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/auditpane.h"

#include "console/gui/base/columnfit.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/link/convert.h"
#include "console/gui/session/titles.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostEntries = 1000;
constexpr int typingMs = 250;
constexpr qsizetype mostNames = 4; // looked for by their ids

/// Entries of two answers, each once, newest first.
QList<AccessRow> joined(const QList<AccessRow> &a, const QList<AccessRow> &b)
{
    QList<AccessRow> all = a;
    for (const AccessRow &row : b) {
        if (std::ranges::find(a, row.id, &AccessRow::id) == a.end())
            all.append(row);
    }
    std::ranges::stable_sort(all, [](const AccessRow &x, const AccessRow &y) {
        return x.id.toULongLong() > y.id.toULongLong();
    });
    return all;
}

} // namespace

void RefusalProxy::setOnlyRefusals(bool on)
{
    m_onlyRefusals = on;
    invalidateFilter();
}

bool RefusalProxy::filterAcceptsRow(int row, const QModelIndex &) const
{
    return !m_onlyRefusals || static_cast<const AccessModel *>(sourceModel())->row(row).isBad;
}

AuditPane::AuditPane(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new AccessModel({tr("When"), tr("Who"), tr("Role"), tr("What"), tr("Restaurant"),
                               tr("On"), tr("Outcome"), tr("From")},
                              this))
    , m_proxy(new RefusalProxy(this))
    , m_table(new QTableView(this))
    , m_search(new QLineEdit(this))
    , m_onlyRefusals(new QCheckBox(tr("Only &refusals"), this))
    , m_seal(plainLabel({}, this))
{
    m_search->setPlaceholderText(tr("Search in all that was ever written"));
    m_search->setAccessibleName(m_search->placeholderText());
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(10);
    tools->addWidget(m_search, 1);
    tools->addWidget(m_onlyRefusals);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 12, 0, 0);
    column->setSpacing(10);
    column->addLayout(tools);
    column->addWidget(m_table, 1);
    column->addWidget(m_seal);
    m_proxy->setSourceModel(m_model);
    m_table->setModel(m_proxy);
    prepareTable(m_table, {});
    m_columns = new ColumnFit(m_table, {{.wanted = 13, .least = 12},
                                        {.wanted = 12, .least = 9},
                                        {.wanted = 13, .least = 9},
                                        {.wanted = 20, .least = 12, .share = 1},
                                        {.wanted = 16, .least = 12},
                                        {.wanted = 20, .least = 14, .share = 1},
                                        {.wanted = 24, .least = 16, .share = 1},
                                        {.wanted = 14, .least = 11}});
    m_table->setAccessibleName(tr("Audit log"));
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_empty = new EmptyOverlay(m_table, [this]() -> EmptyWords {
        if (!m_session.isConnected())
            return {tr("No entries known"),
                    tr("There is no connection to a server; entries are listed when there is.")};
        if (!m_problem.isEmpty())
            return {tr("The audit log is for the owner"), m_problem};
        return {tr("No entries"),
                tr("Every administrative act and every refusal is written here for good.")};
    });
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingMs);
    connect(&m_typing, &QTimer::timeout, this, &AuditPane::reload);
    connect(m_search, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_onlyRefusals, &QCheckBox::toggled, this, [this](bool on) {
        m_proxy->setOnlyRefusals(on);
        m_empty->refresh();
    });
    connect(&session, &Session::linkChanged, m_empty, &EmptyOverlay::refresh);
}

void AuditPane::reload()
{
    ServerPort *port = m_session.port();
    if (!port)
        return;
    // The log holds ids: what people call something is looked for by its id as well.
    const QString needle = m_search->text().trimmed();
    QStringList wanted{needle};
    if (!needle.isEmpty()) {
        const QStringList ids = m_session.idsNamed(needle);
        wanted += ids.first(std::min<qsizetype>(ids.size(), mostNames));
        wanted.removeDuplicates();
    }
    auto search = std::make_shared<Search>(Search{needle, wanted.size(), AuditPage(), {}});
    for (const QString &text : std::as_const(wanted)) {
        QString path = u"/api/admin/audit?limit=%1"_s.arg(mostEntries);
        if (!text.isEmpty())
            path += u"&q="_s + QString::fromLatin1(QUrl::toPercentEncoding(text));
        port->get(path, this, [this, search](const remote::Answer<QByteArray> &body) {
            take(*search, body);
        });
    }
}

void AuditPane::take(Search &search, const remote::Answer<QByteArray> &body)
{
    auto page = body ? auditRows(*body, m_session.nowMs(), titlesOf(m_session))
                     : remote::wire::Decoded<AuditPage>(Unexpected(messageOf(body.error())));
    if (!page) {
        search.problem = page.error();
    } else {
        search.found.isIntact = search.found.isIntact && page->isIntact;
        search.found.rows = joined(search.found.rows, page->rows);
    }
    if (--search.open > 0 || search.needle != m_search->text().trimmed())
        return;
    show(search.problem.isEmpty() ? remote::wire::Decoded<AuditPage>(search.found)
                                  : Unexpected(search.problem));
}

void AuditPane::show(const remote::wire::Decoded<AuditPage> &page)
{
    m_problem = page ? QString() : plainLine(page.error());
    m_model->setRows(page ? page->rows : QList<AccessRow>());
    const bool isWhole = page && page->isIntact;
    m_seal->setVisible(page.has_value());
    m_seal->setText(isWhole ? tr("These entries are as they were written.")
                            : tr("These entries are NOT as they were written: somebody changed "
                                 "the log, or the disk did. See possyncctl audit --verify."));
    QPalette tinted = palette();
    tinted.setColor(QPalette::WindowText, toneColour(isWhole ? Tone::Muted : Tone::Bad, palette()));
    m_seal->setPalette(tinted);
    m_empty->refresh();
}

void AuditPane::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

} // namespace possync::gui
