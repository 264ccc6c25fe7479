// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/commandpalette.h"

#include "console/gui/base/icons.h"
#include "console/gui/base/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int HintRole = Qt::UserRole + 1;
constexpr qsizetype mostShown = 60;

/// Every word typed must occur; the sooner in the title, the better, and last in the id.
int score(const PaletteEntry &entry, const QStringList &words)
{
    int sum = 0;
    for (const QString &word : words) {
        const qsizetype at = entry.title.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0) {
            if (!entry.id.contains(word, Qt::CaseInsensitive))
                return -1;
            sum += 1000;
            continue;
        }
        const bool isWordStart = at == 0 || !entry.title[at - 1].isLetterOrNumber();
        sum += int(at) + (isWordStart ? 0 : 100);
    }
    return sum;
}

class EntryDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {200, option.fontMetrics.height() + 14};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.palette.color(QPalette::Highlight));
            painter->drawRoundedRect(option.rect.adjusted(3, 1, -3, -1), 5, 5);
        }
        const QRect text = option.rect.adjusted(12, 0, -12, 0);
        const QString hint = index.data(HintRole).toString();
        const int hintWidth = option.fontMetrics.horizontalAdvance(hint) + 16;
        painter->setPen(toneColour(Tone::Muted, option.palette));
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignRight, hint);
        painter->setPen(option.palette.color(QPalette::Text));
        painter->drawText(text.adjusted(0, 0, -hintWidth, 0), Qt::AlignVCenter | Qt::AlignLeft,
                          option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight,
                                                        text.width() - hintWidth));
        painter->restore();
    }
};

} // namespace

CommandPalette::CommandPalette(QList<PaletteEntry> entries,
                               std::function<QList<PaletteEntry>(const QString &)> search,
                               QWidget *parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint)
    , m_entries(std::move(entries))
    , m_search(std::move(search))
    , m_edit(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_model(new QStandardItemModel(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(tr("Command palette"));
    m_edit->setPlaceholderText(tr("Type an order, table, device, restaurant, page …"));
    m_edit->setAccessibleName(m_edit->placeholderText());
    m_edit->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    m_edit->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Matches"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->addWidget(m_edit);
    column->addWidget(m_list);
    resize(fontMetrics().horizontalAdvance(u'0') * 76, fontMetrics().height() * 22);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::refresh);
    connect(m_list, &QListView::clicked, this, &CommandPalette::runCurrent);
    refresh();
    m_edit->setFocus();
}

void CommandPalette::setText(const QString &text)
{
    m_edit->setText(text);
}

QStringList CommandPalette::shown() const
{
    QStringList titles;
    for (const PaletteEntry &entry : m_shown)
        titles.append(entry.title);
    return titles;
}

void CommandPalette::refresh()
{
    const QStringList words = m_edit->text().split(u' ', Qt::SkipEmptyParts);
    QList<std::pair<int, const PaletteEntry *>> ranked;
    for (const PaletteEntry &entry : m_entries) {
        if (const int points = score(entry, words); points >= 0)
            ranked.append({points, &entry});
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<int, const PaletteEntry *>::first);
    m_shown.clear();
    for (const auto &[points, entry] : ranked.first(std::min(ranked.size(), mostShown)))
        m_shown.append(*entry);
    if (!words.isEmpty())
        m_shown.append(m_search(m_edit->text().trimmed()));
    m_model->clear();
    for (const PaletteEntry &entry : std::as_const(m_shown)) {
        auto *item = new QStandardItem(entry.title);
        item->setData(entry.hint, HintRole);
        m_model->appendRow(item);
    }
    m_list->setCurrentIndex(m_model->index(0, 0));
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentIndex().row();
    if (row < 0 || row >= m_shown.size())
        return;
    const auto run = m_shown[row].run;
    close();
    run();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const int row = m_list->currentIndex().row();
        if (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up) {
            const int next = std::clamp(row + (key->key() == Qt::Key_Down ? 1 : -1), 0,
                                        std::max(0, m_model->rowCount() - 1));
            m_list->setCurrentIndex(m_model->index(next, 0));
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            runCurrent();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace possync::gui
