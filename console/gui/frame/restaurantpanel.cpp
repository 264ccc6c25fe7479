// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/restaurantpanel.h"

#include "console/gui/base/icons.h"

#include <QAction>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

/// "All restaurants" stays whatever is typed.
class RestaurantProxy : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        return row == 0 || QSortFilterProxyModel::filterAcceptsRow(row, parent)
               || sourceModel()
                      ->index(row, 0, parent)
                      .data(RestaurantModel::IdRole)
                      .toString()
                      .contains(filterRegularExpression());
    }
};

} // namespace

RestaurantPanel::RestaurantPanel(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new RestaurantModel(session.fleet(), this))
    , m_proxy(new RestaurantProxy(this))
    , m_filter(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_rename(new QAction(icon(u"rename"_s), tr("Re&name…"), m_list))
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter->setPlaceholderText(tr("Find a restaurant"));
    m_filter->setAccessibleName(m_filter->placeholderText());
    m_filter->setToolTip(tr("Ctrl+L"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    m_list->setModel(m_proxy);
    m_list->setItemDelegate(new RestaurantDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Restaurants"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 4, 6, 12);
    column->setSpacing(10);
    column->addWidget(m_filter);
    column->addWidget(m_list, 1);
    connect(m_filter, &QLineEdit::textChanged, m_proxy,
            &QSortFilterProxyModel::setFilterFixedString);
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        if (m_proxy->rowCount() > 1)
            m_session.select(m_proxy->index(1, 0).data(RestaurantModel::IdRole).toString());
    });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) {
        m_session.select(index.data(RestaurantModel::IdRole).toString());
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        // Keys move the selection; a row that merely leaves the filter does not change what is
        // shown.
        const QModelIndex now = m_list->currentIndex();
        if (now.isValid() && m_list->hasFocus())
            m_session.select(now.data(RestaurantModel::IdRole).toString());
    });
    connect(&session, &Session::selectionChanged, this, &RestaurantPanel::showSelection);
    connect(&session, &Session::ticked, m_model, &RestaurantModel::setNow);
    m_model->setNow(session.nowMs());
    buildRename();
    setFocusProxy(m_list);
    showSelection();
}

void RestaurantPanel::buildRename()
{
    m_rename->setShortcut(Qt::Key_F2);
    m_rename->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(m_rename);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto current = [this] {
        return m_list->currentIndex().data(RestaurantModel::IdRole).toString();
    };
    const auto refresh = [this, current] {
        // Menus show no tooltips: the line itself says why it cannot be chosen.
        const QString why = m_session.whyNotRename();
        m_rename->setEnabled(why.isEmpty() && !current().isEmpty());
        m_rename->setText(why.isEmpty() ? tr("Re&name…")
                                        : tr("Re&name… (%1)", "why not").arg(why));
    };
    connect(m_rename, &QAction::triggered, this,
            [this, current] { Q_EMIT renameRequested(current()); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, refresh);
    connect(&m_session, &Session::linkChanged, this, refresh);
    refresh();
}

void RestaurantPanel::showSelection()
{
    const QModelIndex index =
        m_proxy->mapFromSource(m_model->index(m_model->rowOf(m_session.selected())));
    if (index.isValid() && index != m_list->currentIndex())
        m_list->setCurrentIndex(index);
}

void RestaurantPanel::focusFilter()
{
    m_filter->setFocus();
    m_filter->selectAll();
}

} // namespace possync::gui
