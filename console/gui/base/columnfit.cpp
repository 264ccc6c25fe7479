// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/columnfit.h"

#include <QEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSettings>
#include <QTableView>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int cellMargins = 16;
constexpr int headingMargins = 18; // the padding and the line between two
constexpr int sortArrow = 14;

} // namespace

ColumnFit::ColumnFit(QTableView *table, QList<ColumnWish> wishes)
    : QObject(table)
    , m_table(table)
    , m_header(table->horizontalHeader())
    , m_wishes(std::move(wishes))
{
    m_header->setStretchLastSection(false);
    m_header->setMinimumSectionSize(24);
    m_header->setToolTip(tr("Right-click to choose the columns"));
    m_header->setContextMenuPolicy(Qt::CustomContextMenu);
    begin();
    table->viewport()->installEventFilter(this);
    connect(m_header, &QHeaderView::customContextMenuRequested, this, &ColumnFit::showMenu);
    connect(m_header, &QHeaderView::sectionResized, this,
            &ColumnFit::takeResized);
    connect(m_header, &QHeaderView::sortIndicatorChanged, this, &ColumnFit::fit);
    fit();
}

void ColumnFit::begin()
{
    Q_ASSERT(m_header->count() == m_wishes.size());
    const QScopedValueRollback busy(m_isBusy, true);
    m_leftOut = QList<bool>(m_wishes.size(), false);
    const int character = m_table->fontMetrics().horizontalAdvance(u'0');
    for (int column = 0; column < m_wishes.size(); ++column)
        m_header->resizeSection(column, m_wishes[column].wanted * character + cellMargins);
    m_first = m_header->saveState();
}

void ColumnFit::setColumns(const QStringList &names, QList<ColumnWish> wishes)
{
    Q_ASSERT(names.size() == wishes.size());
    m_wishes = std::move(wishes);
    m_names = names;
    m_chosen.clear();
    m_isOwn = false;
    begin();
    {
        const QScopedValueRollback busy(m_isBusy, true);
        for (int column = 0; column < m_names.size(); ++column) {
            const int width = m_keptWidths.value(m_names[column]).toInt();
            if (const auto choice = m_keptChoices.constFind(m_names[column]);
                choice != m_keptChoices.cend())
                m_chosen.insert(column, choice->toBool());
            if (width <= 0)
                continue;
            m_isOwn = true;
            m_header->resizeSection(column, width);
        }
    }
    fit();
}

void ColumnFit::keepWidth(int column)
{
    if (column < m_names.size() && !m_header->isSectionHidden(column))
        m_keptWidths.insert(m_names[column], m_header->sectionSize(column));
}

bool ColumnFit::isOff(int column) const
{
    return m_leftOut[column] || !m_chosen.value(column, true);
}

int ColumnFit::headingWidth(int column) const
{
    QFont bold = m_header->font();
    bold.setWeight(QFont::DemiBold);
    const QString heading =
        m_table->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    const bool isSorted =
        m_header->isSortIndicatorShown() && m_header->sortIndicatorSection() == column;
    return QFontMetrics(bold).size(0, heading).width() + headingMargins
           + (isSorted ? sortArrow : 0);
}

void ColumnFit::fit()
{
    // A model that has just been reset has other columns than were wished for.
    if (m_isBusy || m_header->count() != m_wishes.size())
        return;
    const QScopedValueRollback busy(m_isBusy, true);
    QList<int> shown;
    for (int column = 0; column < m_wishes.size(); ++column) {
        if (!isOff(column))
            shown.append(column);
    }
    // A table that is not on the screen yet does not know its width.
    if (!m_isOwn && m_table->isVisible()) {
        const int room = m_table->viewport()->width();
        const int character = m_table->fontMetrics().horizontalAdvance(u'0');
        QList<int> least(m_wishes.size());
        QList<int> width(m_wishes.size());
        int sum = 0;
        for (const int column : std::as_const(shown)) {
            const ColumnWish &wish = m_wishes[column];
            const int heading = headingWidth(column);
            width[column] = std::max(wish.wanted * character + cellMargins, heading);
            least[column] = wish.least > 0 ? std::clamp(wish.least * character + cellMargins,
                                                        heading, width[column])
                                           : width[column];
            sum += least[column];
        }
        while (sum > room) {
            int last = -1;
            for (const int column : std::as_const(shown)) {
                const int rank = m_chosen.contains(column) ? 0 : m_wishes[column].rank;
                if (rank > 0 && (last < 0 || rank > m_wishes[last].rank))
                    last = column;
            }
            if (last < 0)
                break;
            shown.removeOne(last);
            sum -= least[last];
        }
        int wanted = 0;
        int shares = 0;
        for (const int column : std::as_const(shown)) {
            wanted += width[column];
            shares += m_wishes[column].share;
        }
        // Rounded so that the widths add up to the room exactly.
        int before = 0;
        int after = 0;
        const int whole = wanted > room ? wanted - sum : shares;
        const int part = wanted > room ? std::max(room - sum, 0) : room - wanted;
        for (const int column : std::as_const(shown)) {
            const int weight =
                wanted > room ? width[column] - least[column] : m_wishes[column].share;
            const int base = wanted > room ? least[column] : width[column];
            before += weight;
            const int until = whole > 0 ? int(qint64(part) * before / whole) : 0;
            m_header->resizeSection(column, base + until - after);
            after = until;
        }
    }
    for (int column = 0; column < m_wishes.size(); ++column)
        m_header->setSectionHidden(column, !shown.contains(column));
}

void ColumnFit::takeResized(int column, int before, int after)
{
    if (m_isBusy || before == 0 || after == 0 || m_header->count() != m_wishes.size())
        return;
    if (m_isOwn) {
        keepWidth(column);
        return;
    }
    m_isOwn = true;
    for (int other = 0; other < m_wishes.size(); ++other) {
        keepWidth(other);
        // What had no room stays out, or the table would begin to scroll under the hand.
        if (m_header->isSectionHidden(other) && !m_leftOut[other]) {
            m_chosen[other] = false;
            if (other < m_names.size())
                m_keptChoices.insert(m_names[other], false);
        }
    }
}

void ColumnFit::setLeftOut(int column, bool isOut)
{
    m_leftOut[column] = isOut;
    fit();
}

void ColumnFit::choose(int column, bool isShown)
{
    m_chosen[column] = isShown;
    if (column < m_names.size())
        m_keptChoices.insert(m_names[column], isShown);
    fit();
}

void ColumnFit::showMenu(const QPoint &at)
{
    auto *menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int visual = 0; visual < m_header->count(); ++visual) {
        const int column = m_header->logicalIndex(visual);
        if (m_leftOut[column])
            continue;
        QString heading = m_table->model()->headerData(column, Qt::Horizontal).toString();
        QAction *action = menu->addAction(heading.replace(u'\n', u' '));
        action->setCheckable(true);
        action->setChecked(!m_header->isSectionHidden(column));
        connect(action, &QAction::toggled, this,
                [this, column](bool isShown) { choose(column, isShown); });
    }
    menu->addSeparator();
    menu->addAction(tr("&Fit the columns to the window"), this, &ColumnFit::reset);
    menu->popup(m_header->mapToGlobal(at));
}

void ColumnFit::save(QSettings &settings, const QString &name) const
{
    QVariantMap chosen;
    for (auto it = m_chosen.cbegin(); it != m_chosen.cend(); ++it)
        chosen.insert(QString::number(it.key()), it.value());
    settings.setValue(name + u"/widths"_s, m_keptWidths);
    settings.setValue(name + u"/choices"_s, m_keptChoices);
    if (!m_names.isEmpty())
        return; // the columns of the next start may be others
    settings.setValue(name + u"/header"_s, m_header->saveState());
    settings.setValue(name + u"/own"_s, m_isOwn);
    settings.setValue(name + u"/chosen"_s, chosen);
}

void ColumnFit::restore(const QSettings &settings, const QString &name)
{
    m_keptWidths = settings.value(name + u"/widths"_s).toMap();
    m_keptChoices = settings.value(name + u"/choices"_s).toMap();
    if (m_wishes.isEmpty())
        return; // columns come later
    {
        const QScopedValueRollback busy(m_isBusy, true);
        m_isOwn = m_header->restoreState(settings.value(name + u"/header"_s).toByteArray())
                  && settings.value(name + u"/own"_s).toBool();
        m_header->setStretchLastSection(false); // what an older layout may say
    }
    m_chosen.clear();
    const QVariantMap chosen = settings.value(name + u"/chosen"_s).toMap();
    for (auto it = chosen.cbegin(); it != chosen.cend(); ++it) {
        const int column = it.key().toInt();
        if (column >= 0 && column < m_wishes.size())
            m_chosen.insert(column, it.value().toBool());
    }
    fit();
}

void ColumnFit::reset()
{
    {
        const QScopedValueRollback busy(m_isBusy, true);
        m_header->restoreState(m_first);
    }
    m_isOwn = false;
    m_chosen.clear();
    m_keptWidths.clear();
    m_keptChoices.clear();
    fit();
}

bool ColumnFit::eventFilter(QObject *watched, QEvent *event)
{
    const bool isDone = QObject::eventFilter(watched, event);
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show)
        fit();
    return isDone;
}

} // namespace possync::gui
