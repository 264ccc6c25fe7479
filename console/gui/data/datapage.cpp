// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/data/datapage.h"

#include "common/model/catalogue.h"
#include "console/gui/base/columnfit.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/fieldmodel.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// While changes stream in, the records are asked for again this often at most.
constexpr qint64 reloadAfterMs = 2000;
constexpr qsizetype longestHistory = 200;

QString typeTitle(int index)
{
    static const char *const titles[]{QT_TRANSLATE_NOOP("possync::gui::DataPage", "Orders"),
                                      QT_TRANSLATE_NOOP("possync::gui::DataPage", "Menu"),
                                      QT_TRANSLATE_NOOP("possync::gui::DataPage", "Stock"),
                                      QT_TRANSLATE_NOOP("possync::gui::DataPage", "Tables"),
                                      QT_TRANSLATE_NOOP("possync::gui::DataPage", "Users"),
                                      QT_TRANSLATE_NOOP("possync::gui::DataPage", "Printers")};
    return DataPage::tr(titles[index]);
}

} // namespace

DataPage::DataPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_types(new QButtonGroup(this))
    , m_search(new QLineEdit(this))
    , m_model(new RecordModel(this))
    , m_table(new QTableView(this))
    , m_empty(nullptr)
    , m_fields(new FieldModel(FieldModel::Shape::Values, this))
    , m_history(new RecordHistory(session, this))
    , m_heading(plainLabel({}, this))
    , m_age(plainLabel({}, this))
    , m_lastChange(plainLabel({}, this))
    , m_showChanges(new QPushButton(icon(u"changes"_s), tr("Show its &changes"), this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 18, 12);
    column->setSpacing(10);
    column->addLayout(buildTools());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setHandleWidth(6);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_table);
    splitter->addWidget(buildDetail());
    splitter->setSizes({760, 360});
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 2);
    column->addWidget(splitter, 1);
    m_table->setModel(m_model);
    prepareTable(m_table, {});
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_columns = new ColumnFit(m_table, {});
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_table->setObjectName(u"records"_s);
    m_table->setAccessibleName(tr("Current records"));
    m_table->viewport()->installEventFilter(this);
    m_empty = new EmptyOverlay(m_table, [this] { return emptyWords(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &now) {
                if (now.isValid())
                    m_currentId = m_model->recordId(now.row());
                showRecord();
            });
    connect(m_search, &QLineEdit::textChanged, m_model, &RecordModel::setNeedle);
    connect(m_types, &QButtonGroup::idClicked, this, &DataPage::showType);
    connect(m_showChanges, &QPushButton::clicked, this, [this] {
        Q_EMIT changesRequested(restaurant(), ChangeFilter::equals(u"type"_s, typeName())
                                                  + u" && "_s
                                                  + ChangeFilter::equals(u"record"_s, m_currentId));
    });
    connect(&session, &Session::selectionChanged, this, &DataPage::adoptRestaurant);
    connect(&session, &Session::linkChanged, this, [this] {
        m_empty->refresh();
        if (isVisible() && m_session.isConnected() && m_loadedFor != restaurant())
            reload();
    });
    connect(&session, &Session::ticked, this, [this](qint64 now) {
        if (!isVisible())
            return;
        m_age->setText(m_loadedMs > 0 ? tr("as of %1").arg(clockText(m_loadedMs, now)) : QString());
        const bool isStale = m_session.changes().store().endRow() != m_loadedAtRow;
        if (isStale && now - m_loadedMs >= reloadAfterMs && !m_isMouseInside)
            reload();
    });
    showRecord();
}

QLayout *DataPage::buildTools()
{
    auto *tools = new QHBoxLayout;
    tools->setSpacing(6);
    for (int i = 0; i < int(allDataTypes.size()); ++i) {
        auto *button = new QToolButton(this);
        button->setText(typeTitle(i));
        button->setCheckable(true);
        button->setProperty("framed", true);
        m_types->addButton(button, i);
        tools->addWidget(button);
    }
    m_types->button(0)->setChecked(true);
    m_search->setPlaceholderText(tr("Search in these records"));
    m_search->setAccessibleName(m_search->placeholderText());
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    tools->addSpacing(8);
    tools->addWidget(m_search, 1);
    tools->addWidget(m_age);
    const auto tool = [&](const QString &name, const QString &text, const QString &tip) {
        auto *button = new QToolButton(this);
        button->setIcon(icon(name));
        button->setText(text);
        button->setToolTip(tip);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setProperty("framed", true);
        tools->addWidget(button);
        return button;
    };
    QToolButton *refresh = tool(u"refresh"_s, tr("Reload"), tr("Ask the server again (F5)"));
    refresh->setShortcut(QKeySequence(Qt::Key_F5));
    connect(refresh, &QToolButton::clicked, this, &DataPage::reload);
    QToolButton *save =
        tool(u"export"_s, tr("Export…"), tr("Save these records as CSV or JSON lines"));
    connect(save, &QToolButton::clicked, this, [this] {
        exportTable(this, m_model, u"possync-%1.csv"_s.arg(typeName()),
                    [this](const QString &news) { Q_EMIT said(news); });
    });
    return tools;
}

QWidget *DataPage::buildDetail()
{
    auto *detail = new QWidget(this);
    auto *column = new QVBoxLayout(detail);
    column->setContentsMargins(14, 0, 0, 0);
    column->setSpacing(8);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(bold.pointSizeF() * 1.1);
    m_heading->setFont(bold);
    m_heading->setWordWrap(true);
    m_lastChange->setWordWrap(true);
    auto *fields = new QTableView(detail);
    fields->setModel(m_fields);
    prepareTable(fields, {13, 12});
    fields->setAccessibleName(tr("Fields of the record"));
    connect(m_history, &RecordHistory::pastShown, this, [this](const QJsonObject &record,
                                                               const QString &words) {
        m_isPast = true;
        m_lastChange->setText(words);
        showFields(record);
    });
    connect(m_history, &RecordHistory::presentShown, this, [this] {
        m_isPast = false;
        showRecord();
    });
    column->addWidget(m_heading);
    column->addWidget(m_lastChange);
    column->addWidget(fields, 3);
    column->addWidget(m_history, 3);
    column->addWidget(m_showChanges, 0, Qt::AlignLeft);
    return detail;
}

QString DataPage::restaurant() const
{
    const QList<RestaurantFacts> &all = m_session.fleet().restaurants();
    return m_session.selected().isEmpty() && all.size() == 1 ? all.first().id
                                                             : m_session.selected();
}

QString DataPage::typeName() const
{
    return QString::fromLatin1(dataTypeName(allDataTypes[std::size_t(m_types->checkedId())]));
}

EmptyWords DataPage::emptyWords() const
{
    if (restaurant().isEmpty())
        return {tr("Choose a restaurant"),
                tr("Records belong to one restaurant; choose it in the list at the left.")};
    if (m_model->total() > 0)
        return {tr("No record matches"),
                tr("%n record(s) of this type do not contain the text you search for.", nullptr,
                   int(m_model->total()))};
    if (m_loadedFor != restaurant()) {
        if (!m_session.isConnected())
            return {tr("No records"),
                    tr("There is no connection to a server; records are loaded when there is.")};
        if (!m_problem.isEmpty())
            return {tr("The records could not be loaded"), m_problem};
        return {tr("Loading"), tr("Asking the server for the records.")};
    }
    return {tr("None of these yet"),
            tr("No device has sent a record of this type for this restaurant.")};
}

void DataPage::adoptRestaurant()
{
    if (m_loadedFor != restaurant()) {
        m_data = {};
        m_loadedFor.clear();
        m_loadedMs = 0;
        m_currentId.clear();
        showType();
        if (isVisible())
            reload();
    }
    m_empty->refresh();
}

void DataPage::reload()
{
    ServerPort *port = m_session.port();
    const QString wanted = restaurant();
    if (!port || wanted.isEmpty() || m_isLoading)
        return;
    m_isLoading = true;
    m_loadedAtRow = m_session.changes().store().endRow();
    port->fetchRecords(wanted, this, [this, wanted](const Result<QJsonObject, QString> &answer) {
        m_isLoading = false;
        if (wanted != restaurant())
            return reload();
        m_problem = answer ? QString() : plainLine(answer.error());
        if (answer)
            setRecords(answer.value());
        else
            m_loadedMs = m_session.nowMs(); // asked; the next try waits its time
        m_empty->refresh();
    });
}

void DataPage::setRecords(const QJsonObject &answer)
{
    m_data = answer.value("data"_L1).toObject();
    m_loadedFor = restaurant();
    m_loadedMs = m_session.nowMs();
    showType();
}

void DataPage::chooseType(int index)
{
    m_types->button(index)->setChecked(true);
    m_currentId.clear();
    showType();
}

void DataPage::showType()
{
    for (int i = 0; i < int(allDataTypes.size()); ++i) {
        const QString name = QString::fromLatin1(dataTypeName(allDataTypes[std::size_t(i)]));
        const qsizetype count = m_data.value(name).toArray().size();
        m_types->button(i)->setText(
            m_loadedFor.isEmpty() ? typeTitle(i)
                                  : tr("%1 %2", "type, count").arg(typeTitle(i), countText(count)));
    }
    const QStringList before = m_model->fields();
    const QString kept = m_currentId;
    m_model->setRecords(m_data.value(typeName()).toArray());
    if (before != m_model->fields() || m_fittedFor != typeName())
        fitColumns();
    if (const int row = kept.isEmpty() ? -1 : m_model->rowOf(kept); row >= 0)
        m_table->setCurrentIndex(m_model->index(row, 0));
    else
        showRecord();
}

void DataPage::fitColumns()
{
    constexpr int looked = 100; // records, for how long their values are
    constexpr int longest = 28;
    constexpr int leading = 3;
    const QFontMetrics metrics(m_table->font());
    const int character = metrics.horizontalAdvance(u'0');
    const int rows = std::min(m_model->rowCount(), looked);
    QList<ColumnWish> wishes;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        int width = 0;
        bool isNumber = rows > 0;
        for (int row = 0; row < rows; ++row) {
            const QModelIndex cell = m_model->index(row, column);
            width = std::max(width, metrics.horizontalAdvance(cell.data().toString()));
            isNumber = isNumber && cell.data(Qt::TextAlignmentRole).isValid();
        }
        const int wanted = std::clamp(width / character + 1, 4, longest);
        wishes.append({.wanted = wanted,
                       .least = std::min(wanted, 12),
                       .rank = column < leading ? 0 : column,
                       .share = isNumber ? 0 : 1});
    }
    m_fittedFor = typeName();
    // A field may be in several types of records.
    QStringList names;
    for (const QString &field : m_model->fields())
        names.append(typeName() + u'/' + field);
    m_columns->setColumns(names, wishes);
}

void DataPage::showRecord()
{
    const int row = m_currentId.isEmpty() ? -1 : m_model->rowOf(m_currentId);
    m_showChanges->setEnabled(row >= 0);
    if (row < 0) {
        m_currentId.clear();
        m_heading->setText(tr("No record chosen"));
        m_fields->setRows({});
        m_history->showHistory({}, {}, {}, {});
        m_shown.clear();
        m_lastChange->setText(
            m_model->total() > 0
                ? tr("Choose a record to see all of its fields and who changed what in it.")
                : QString());
        return;
    }
    const QStringList chosen{restaurant(), typeName(), m_currentId};
    const bool isSame = chosen == m_shown;
    m_shown = chosen;
    if (!isSame)
        m_isPast = false;
    const QJsonObject &record = m_model->record(row);
    const QString label = record.value("order_number"_L1).toString(record.value("name"_L1).toString());
    m_heading->setText(label.isEmpty() ? plainLine(m_currentId, 80)
                                       : tr("%1 · %2", "label, id")
                                             .arg(plainLine(label, 80), plainLine(m_currentId, 80)));
    if (m_isPast) {
        m_history->refresh();
        return; // the person looks at the past
    }
    showFields(record);
    const ChangeStore &store = m_session.changes().store();
    const auto restaurantNo = store.restaurants().find(restaurant().toUtf8());
    const auto typeNo = store.words().find(typeName().toUtf8());
    QStringList lines;
    QString last = tr("Not changed since the console began to watch.");
    if (restaurantNo && typeNo && store.size() > 0) {
        auto history =
            store.historyOf(*restaurantNo, *typeNo, m_currentId.toUtf8(), store.endRow());
        std::ranges::reverse(history);
        for (const quint64 number :
             std::span(history).first(std::min(history.size(), std::size_t(longestHistory)))) {
            const ChangeView view = store.at(number);
            const QByteArray &user = store.users().nameOf(view.user);
            const QString device = m_session.deviceTitle(
                restaurant(), QString::fromUtf8(store.devices().nameOf(view.device)));
            if (lines.isEmpty()) {
                last = tr("Last changed by %1, %2: %3")
                           .arg(user.isEmpty()
                                    ? device
                                    : tr("%1 on %2")
                                          .arg(plainLine(QString::fromUtf8(user), 40), device),
                                agoText(m_session.nowMs() - view.receivedMs),
                                actionWord(store.words().nameOf(view.action)));
            }
            lines.append(
                tr("%1  %2 by %3: %4")
                    .arg(clockText(view.receivedMs, m_session.nowMs()),
                         actionWord(store.words().nameOf(view.action)),
                         user.isEmpty() ? device : plainLine(QString::fromUtf8(user), 40),
                         changeSummary(view.data)));
        }
    }
    m_lastChange->setText(last);
    if (isSame)
        m_history->refresh();
    else
        m_history->showHistory(restaurant(), typeName(), m_currentId, lines);
}

void DataPage::showFields(const QJsonObject &record)
{
    QStringList fields = m_model->fields();
    for (const QString &field : record.keys()) {
        if (!fields.contains(field))
            fields.append(field);
    }
    QList<FieldRow> rows;
    for (const QString &field : std::as_const(fields)) {
        if (record.contains(field))
            rows.append({field, QString(), recordText(field, record.value(field)), FieldRow::Same});
    }
    m_fields->setRows(rows);
}

void DataPage::saveLayout(QSettings &settings) const
{
    m_columns->save(settings, u"columns"_s);
}

void DataPage::restoreLayout(const QSettings &settings)
{
    m_columns->restore(settings, u"columns"_s);
}

void DataPage::resetLayout()
{
    m_columns->reset();
}

void DataPage::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

void DataPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_empty->refresh();
    if (m_loadedFor != restaurant() || m_session.changes().store().endRow() != m_loadedAtRow)
        reload();
}

bool DataPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Enter)
        m_isMouseInside = true;
    else if (event->type() == QEvent::Leave)
        m_isMouseInside = false;
    return Page::eventFilter(watched, event);
}

} // namespace possync::gui
