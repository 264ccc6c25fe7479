// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/filteredit.h"

#include "console/gui/base/icons.h"
#include "console/gui/changes/filterscanner.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QStringListModel>
#include <QStyle>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// Typing goes on without a filter run per key.
constexpr int settleMs = 180;

} // namespace

FilterEdit::FilterEdit(const ChangeModel *model, std::function<qint64()> nowMs, QWidget *parent)
    : QLineEdit(parent)
    , m_model(model)
    , m_nowMs(std::move(nowMs))
    , m_completer(new QCompleter(this))
    , m_choices(new QStringListModel(this))
{
    setPlaceholderText(
        tr("Filter, for example:  type == orders && data.status == ready   or just  ORD-0042"));
    setAccessibleName(tr("Filter for changes"));
    setClearButtonEnabled(true);
    addAction(icon(u"filter"_s), QLineEdit::LeadingPosition);
    m_completer->setModel(m_choices);
    m_completer->setWidget(this);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this,
            &FilterEdit::insertCompletion);
    m_settle.setSingleShot(true);
    m_settle.setInterval(settleMs);
    connect(&m_settle, &QTimer::timeout, this, [this] { Q_EMIT filterChanged(m_filter); });
    connect(this, &QLineEdit::textChanged, this, &FilterEdit::judge);
    connect(this, &QLineEdit::textEdited, this, &FilterEdit::complete);
}

void FilterEdit::judge()
{
    const auto parsed = ChangeFilter::parse(text(), m_nowMs());
    const QString problem = parsed ? QString() : parsed.error().message;
    if (parsed) {
        m_filter = parsed.value();
        m_settle.start();
    } else {
        m_settle.stop();
    }
    showVerdict(!parsed ? "bad" : m_filter.isEmpty() ? "" : "good");
    if (problem != m_problem) {
        m_problem = problem;
        setToolTip(problem);
        setAccessibleDescription(problem);
        Q_EMIT problemChanged(problem);
    }
}

void FilterEdit::showVerdict(const char *verdict)
{
    const QString value = QString::fromLatin1(verdict);
    if (property("verdict").toString() == value)
        return;
    setProperty("verdict", value);
    style()->unpolish(this);
    style()->polish(this);
}

void FilterEdit::apply(const QString &line)
{
    setText(line);
    if (m_problem.isEmpty()) {
        m_settle.stop();
        Q_EMIT filterChanged(m_filter);
    }
}

void FilterEdit::extend(const QString &condition, const QString &joiner)
{
    const QString line = text().trimmed();
    if (line.isEmpty())
        apply(condition);
    else
        apply(line.contains("||"_L1) && joiner == "&&"_L1
                  ? u"(%1) && %2"_s.arg(line, condition)
                  : u"%1 %2 %3"_s.arg(line, joiner, condition));
}

qsizetype FilterEdit::wordStart() const
{
    qsizetype at = cursorPosition();
    const QString line = text();
    while (at > 0 && (line[at - 1].isLetterOrNumber() || u"._-"_s.contains(line[at - 1])))
        --at;
    return at;
}

QStringList FilterEdit::choicesFor(const QString &field) const
{
    const ChangeStore &store = m_model->store();
    const NameTable *names = field == "device"_L1       ? &store.devices()
                             : field == "user"_L1       ? &store.users()
                             : field == "restaurant"_L1 ? &store.restaurants()
                                                        : nullptr;
    if (field == "type"_L1)
        return {u"orders"_s, u"menu_items"_s, u"inventory"_s,
                u"tables"_s, u"users"_s,      u"printers"_s};
    if (field == "outcome"_L1)
        return {u"applied"_s, u"duplicate"_s, u"merged"_s, u"rejected"_s};
    if (field == "action"_L1)
        return {u"created"_s,     u"updated"_s,         u"status_changed"_s,
                u"completed"_s,   u"deleted"_s,         u"stock_changed"_s,
                u"occupied"_s,    u"available"_s,       u"reserved"_s,
                u"cleaning"_s,    u"low_stock_alert"_s, u"availability_changed"_s,
                u"role_changed"_s};
    QStringList choices;
    for (std::size_t i = 0; names && i < std::min<std::size_t>(names->size(), 500); ++i)
        choices.append(QString::fromUtf8(names->nameOf(quint32(i))));
    const QByteArrayList given = field == "device"_L1       ? store.names().devices()
                                 : field == "restaurant"_L1 ? store.names().restaurants()
                                                            : QByteArrayList();
    for (const QByteArray &name : given.first(std::min<qsizetype>(given.size(), 500)))
        choices.append(QString::fromUtf8(name));
    return choices;
}

void FilterEdit::complete()
{
    const qsizetype start = wordStart();
    const QString word = text().mid(start, cursorPosition() - start);
    const QList<Token> before = scanFilter(text().left(start));
    const bool isValue = before.size() >= 3 && before[before.size() - 2].kind == Token::Operator;
    const QStringList choices =
        isValue ? choicesFor(before[before.size() - 3].text.toLower()) : ChangeFilter::fieldNames();
    if (word.isEmpty() && !isValue) {
        m_completer->popup()->hide();
        return;
    }
    m_choices->setStringList(choices);
    m_completer->setCompletionPrefix(word);
    const bool isDone =
        m_completer->completionCount() == 1 && m_completer->currentCompletion() == word;
    if (m_completer->completionCount() > 0 && !isDone)
        m_completer->complete();
    else
        m_completer->popup()->hide();
}

void FilterEdit::insertCompletion(const QString &choice)
{
    const qsizetype start = wordStart();
    setSelection(int(start), cursorPosition() - int(start));
    const bool isPlain = std::ranges::all_of(
        choice, [](QChar c) { return c.isLetterOrNumber() || u"._-"_s.contains(c); });
    insert(isPlain ? choice + u' ' : u"\"%1\" "_s.arg(choice));
}

void FilterEdit::keyPressEvent(QKeyEvent *event)
{
    if (m_completer->popup()->isVisible()
        && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter
            || event->key() == Qt::Key_Tab)) {
        event->ignore(); // the completer takes it
        return;
    }
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace possync::gui
