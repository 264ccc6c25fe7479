// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/emptyoverlay.h"

#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"

#include <QAbstractItemModel>
#include <QAbstractItemView>
#include <QEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace possync::gui {

EmptyOverlay::EmptyOverlay(QAbstractItemView *view, std::function<EmptyWords()> words)
    : QWidget(view->viewport())
    , m_view(view)
    , m_words(std::move(words))
    , m_headline(plainLabel({}, this))
    , m_advice(plainLabel({}, this))
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    large.setWeight(QFont::DemiBold);
    m_headline->setFont(large);
    for (QLabel *label : {m_headline, m_advice}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(true);
    }
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(32, 16, 32, 16);
    column->setSpacing(8);
    column->addStretch(2);
    column->addWidget(m_headline);
    column->addWidget(m_advice);
    column->addStretch(3);
    view->viewport()->installEventFilter(this);
    const QAbstractItemModel *model = view->model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &EmptyOverlay::refresh);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &EmptyOverlay::refresh);
    connect(model, &QAbstractItemModel::modelReset, this, &EmptyOverlay::refresh);
    connect(model, &QAbstractItemModel::layoutChanged, this, &EmptyOverlay::refresh);
    refresh();
}

void EmptyOverlay::refresh()
{
    const bool isEmpty = m_view->model()->rowCount(m_view->rootIndex()) == 0;
    if (isEmpty) {
        const EmptyWords words = m_words();
        QPalette quiet = palette();
        quiet.setColor(QPalette::WindowText, toneColour(Tone::Muted, palette()));
        m_advice->setPalette(quiet);
        m_headline->setText(words.headline);
        m_advice->setText(words.advice);
        setGeometry(m_view->viewport()->rect());
        m_view->setAccessibleDescription(words.headline + QLatin1Char(' ') + words.advice);
    } else if (!isHidden()) {
        m_view->setAccessibleDescription({});
    }
    setVisible(isEmpty);
    // There is nothing to scroll to.
    m_view->setHorizontalScrollBarPolicy(isEmpty ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
}

QString EmptyOverlay::headline() const
{
    return isHidden() ? QString() : m_headline->text();
}

bool EmptyOverlay::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::PaletteChange)
        refresh();
    return QWidget::eventFilter(watched, event);
}

} // namespace possync::gui
