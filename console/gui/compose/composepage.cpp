// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/compose/composepage.h"

#include "common/model/jsontext.h"
#include "console/gui/base/card.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/fieldmodel.h"
#include "console/gui/devices/insight.h"
#include "console/gui/frame/liveguard.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTableView>
#include <QTreeView>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int TemplateRole = Qt::UserRole + 1;
constexpr auto fieldProperty = "possyncField";
constexpr int fixedRows = 3; // restaurant, record id, user; the template's fields follow

QString groupTitle(DataType type)
{
    switch (type) {
    case DataType::Orders:
        return ComposePage::tr("Orders");
    case DataType::MenuItems:
        return ComposePage::tr("Menu");
    case DataType::Inventory:
        return ComposePage::tr("Stock");
    case DataType::Tables:
        return ComposePage::tr("Tables");
    case DataType::Users:
        return ComposePage::tr("Users");
    case DataType::Printers:
        break;
    }
    return ComposePage::tr("Printers");
}

} // namespace

ComposePage::ComposePage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_templates(allTemplates())
    , m_tree(new QTreeView(this))
    , m_restaurant(new QComboBox(this))
    , m_entity(new QLineEdit(this))
    , m_user(new QLineEdit(this))
    , m_formRows(new QFormLayout)
    , m_json(new QPlainTextEdit(this))
    , m_heading(plainLabel({}, this))
    , m_verdict(plainLabel({}, this))
    , m_result(plainLabel({}, this))
    , m_send(new QPushButton(tr("&Send to all devices"), this))
    , m_resend(new QPushButton(icon(u"refresh"_s), tr("Send &again"), this))
    , m_history(new SentHistory(this))
    , m_historyTable(new QTableView(this))
{
    auto *columns = new QHBoxLayout(this);
    columns->setContentsMargins(18, 14, 18, 12);
    columns->setSpacing(14);
    columns->addWidget(buildTemplates());
    auto *right = new QVBoxLayout;
    right->setSpacing(12);
    right->addWidget(buildEditor(), 3);
    right->addWidget(buildHistory(), 2);
    columns->addLayout(right, 1);
    connect(&session, &Session::selectionChanged, this, &ComposePage::adoptRestaurants);
    connect(&session, &Session::linkChanged, this, &ComposePage::refreshVerdict);
    connect(&session.fleet(), &Fleet::restaurantsChanged, this, &ComposePage::adoptRestaurants);
    connect(&session.fleet(), &Fleet::devicesChanged, this, &ComposePage::showReceivers);
    adoptRestaurants();
    chooseTemplate(0);
}

QWidget *ComposePage::buildTemplates()
{
    auto *model = new QStandardItemModel(m_tree);
    QStandardItem *group = nullptr;
    for (int i = 0; i < m_templates.size(); ++i) {
        if (i == 0 || m_templates[i].type != m_templates[i - 1].type) {
            group = new QStandardItem(groupTitle(m_templates[i].type));
            group->setSelectable(false);
            QFont bold = font();
            bold.setWeight(QFont::DemiBold);
            group->setFont(bold);
            model->appendRow(group);
        }
        auto *item = new QStandardItem(m_templates[i].title);
        item->setData(i, TemplateRole);
        group->appendRow(item);
    }
    m_tree->setModel(model);
    m_tree->setHeaderHidden(true);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->expandAll();
    m_tree->setIndentation(14);
    m_tree->setFixedWidth(fontMetrics().horizontalAdvance(u'0') * 27);
    m_tree->setAccessibleName(tr("Templates"));
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &now) {
                if (now.data(TemplateRole).isValid())
                    useTemplate(now.data(TemplateRole).toInt());
            });
    return m_tree;
}

QWidget *ComposePage::buildEditor()
{
    auto *card = new Card(this);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(18, 14, 18, 14);
    column->setSpacing(10);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(bold.pointSizeF() * 1.15);
    m_heading->setFont(bold);
    column->addWidget(m_heading);

    auto *middle = new QHBoxLayout;
    middle->setSpacing(18);
    auto *left = new QVBoxLayout;
    m_formRows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_formRows->setVerticalSpacing(7);
    m_formRows->setHorizontalSpacing(14);
    addRow(tr("Restaurant"), m_restaurant);
    addRow(tr("Record id"), m_entity);
    addRow(tr("As user"), m_user);
    m_user->setPlaceholderText(tr("optional"));
    left->addLayout(m_formRows);
    left->addStretch(1);
    middle->addLayout(left, 1);
    m_json->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_json->setAccessibleName(tr("Data of the change as JSON"));
    m_json->setMinimumHeight(120);
    middle->addWidget(m_json, 1);
    column->addLayout(middle, 1);

    m_send->setProperty("primary", true);
    m_send->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    m_send->setToolTip(tr("Ctrl+Enter"));
    m_verdict->setWordWrap(true);
    m_result->setWordWrap(true);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_send);
    foot->addSpacing(8);
    foot->addWidget(m_verdict, 1);
    column->addLayout(foot);
    column->addWidget(m_result);
    m_result->hide();

    connect(m_json, &QPlainTextEdit::textChanged, this, &ComposePage::jsonToForm);
    connect(m_entity, &QLineEdit::textChanged, this, &ComposePage::refreshVerdict);
    connect(m_restaurant, &QComboBox::currentIndexChanged, this, &ComposePage::refreshVerdict);
    connect(m_send, &QPushButton::clicked, this, &ComposePage::send);
    return card;
}

QWidget *ComposePage::buildHistory()
{
    auto *area = new QWidget(this);
    auto *column = new QVBoxLayout(area);
    column->setContentsMargins(0, 0, 0, 0);
    auto *top = new QHBoxLayout;
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    auto *heading = plainLabel(tr("Sent from here"), area);
    heading->setFont(bold);
    top->addWidget(heading, 1);
    top->addWidget(m_resend);
    column->addLayout(top);
    column->addWidget(m_historyTable, 1);
    m_historyTable->setModel(m_history);
    prepareTable(m_historyTable, {9, 18, 34, 20});
    m_historyTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_historyTable->setAccessibleName(tr("Changes sent from here"));
    new EmptyOverlay(m_historyTable, []() -> EmptyWords {
        return {
            tr("Nothing sent yet"),
            tr("What you send is kept here with its exact text and its result, to send it again.")};
    });
    m_resend->setEnabled(false);
    connect(m_historyTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &now) { m_resend->setEnabled(now.isValid()); });
    connect(m_resend, &QPushButton::clicked, this, &ComposePage::resend);
    return area;
}

void ComposePage::useTemplate(int number)
{
    m_current = number;
    const ChangeTemplate &chosen = m_templates[number];
    m_heading->setText(chosen.title);
    m_heading->setToolTip(tr("%1, %2 in the protocol")
                              .arg(QString::fromLatin1(dataTypeName(chosen.type)),
                                   QString::fromLatin1(actionName(chosen.action))));
    m_entity->setText(chosen.entityId);
    rebuildForm();
    m_json->setPlainText(QString::fromUtf8(presetData(chosen)));
}

void ComposePage::addRow(const QString &label, QWidget *editor)
{
    auto *text = plainLabel(label, this);
    editor->setMinimumHeight(fontMetrics().height() + 14);
    text->setMinimumHeight(editor->minimumHeight()); // in line with the editor's middle
    text->setBuddy(editor);
    editor->setAccessibleName(label);
    m_formRows->addRow(text, editor);
}

void ComposePage::rebuildForm()
{
    while (m_formRows->rowCount() > fixedRows)
        m_formRows->removeRow(fixedRows);
    for (const FormField &field : m_templates[m_current].fields) {
        QWidget *editor = nullptr;
        if (field.kind == FormField::Choice) {
            auto *box = new QComboBox(this);
            for (const QString &choice : field.choices) {
                box->addItem(valueWord(QString::fromLatin1(field.key), choice), choice);
                box->setItemData(box->count() - 1, choice, Qt::ToolTipRole);
            }
            connect(box, &QComboBox::currentIndexChanged, this, [this, box, field] {
                box->setToolTip(box->currentData().toString()); // as it is sent
                formToJson(field, box->currentData().toString());
            });
            editor = box;
        } else if (field.kind == FormField::Flag) {
            auto *box = new QCheckBox(tr("yes"), this);
            connect(box, &QCheckBox::toggled, this,
                    [this, field](bool on) { formToJson(field, on ? u"true"_s : u"false"_s); });
            editor = box;
        } else {
            auto *line = new QLineEdit(this);
            connect(line, &QLineEdit::textEdited, this,
                    [this, field](const QString &text) { formToJson(field, text); });
            editor = line;
        }
        editor->setProperty(fieldProperty, field.key);
        addRow(field.label, editor);
    }
}

void ComposePage::formToJson(const FormField &field, const QString &text)
{
    if (m_isSyncing)
        return;
    m_isSyncing = true;
    m_json->setPlainText(
        QString::fromUtf8(withMember(m_json->toPlainText().toUtf8(), field.key, field.kind, text)));
    m_isSyncing = false;
    refreshVerdict();
}

void ComposePage::jsonToForm()
{
    if (m_isSyncing)
        return;
    const QByteArray text = m_json->toPlainText().toUtf8();
    json::Members members;
    if (json::parseObject(text, members)) {
        m_isSyncing = true;
        for (QWidget *editor : findChildren<QWidget *>()) {
            const QByteArray key = editor->property(fieldProperty).toByteArray();
            const json::Member *member = key.isEmpty() ? nullptr : json::find(members, key);
            if (key.isEmpty())
                continue;
            const QString value = !member ? QString()
                                          : QString::fromUtf8(member->type == json::Type::String
                                                                  ? json::unquoted(member->value)
                                                                  : member->value.toByteArray());
            if (auto *box = qobject_cast<QComboBox *>(editor))
                box->setCurrentIndex(box->findData(value));
            else if (auto *flag = qobject_cast<QCheckBox *>(editor))
                flag->setChecked(value == "true"_L1);
            else if (auto *line = qobject_cast<QLineEdit *>(editor))
                line->setText(value);
        }
        m_isSyncing = false;
    }
    refreshVerdict();
}

void ComposePage::adoptRestaurants()
{
    const QString kept = m_session.selected().isEmpty() ? restaurant() : m_session.selected();
    const QSignalBlocker quiet(m_restaurant);
    m_restaurant->clear();
    for (const RestaurantFacts &facts : m_session.fleet().restaurants())
        m_restaurant->addItem(plainLine(facts.title(), 80), facts.id);
    if (const int index = m_restaurant->findData(kept); index >= 0)
        m_restaurant->setCurrentIndex(index);
    refreshVerdict();
}

QString ComposePage::restaurant() const
{
    return m_restaurant->currentData().toString();
}

int ComposePage::connectedDevices(const QString &restaurant) const
{
    const QList<DeviceFacts> devices = m_session.fleet().devices(restaurant);
    return int(std::ranges::count_if(devices, &DeviceFacts::isConnected));
}

QString ComposePage::problem() const
{
    if (!m_session.isConnected())
        return tr("Not connected to a server.");
    if (restaurant().isEmpty())
        return tr("No restaurant is known yet.");
    if (m_entity->text().trimmed().isEmpty())
        return tr("The record id is missing.");
    return dataProblem(m_json->toPlainText().toUtf8(), m_templates[m_current]);
}

void ComposePage::refreshVerdict()
{
    const QString trouble = problem();
    m_send->setEnabled(trouble.isEmpty());
    m_verdict->setText(trouble.isEmpty()
                           ? tr("Reaches the kitchen and all others: %n connected device(s) of %1.",
                                nullptr, connectedDevices(restaurant()))
                                 .arg(m_session.restaurantTitle(restaurant()))
                           : trouble);
    QPalette tinted = palette();
    tinted.setColor(QPalette::WindowText,
                    toneColour(trouble.isEmpty() ? Tone::Muted : Tone::Bad, palette()));
    m_verdict->setPalette(tinted);
}

ComposedChange ComposePage::composed() const
{
    const ChangeTemplate &chosen = m_templates[m_current];
    return {restaurant(),
            QString::fromLatin1(dataTypeName(chosen.type)),
            QString::fromLatin1(actionName(chosen.action)),
            m_entity->text().trimmed(),
            m_user->text().trimmed(),
            m_json->toPlainText().toUtf8()};
}

void ComposePage::send()
{
    if (!problem().isEmpty())
        return;
    deliver(composed());
}

void ComposePage::deliver(const ComposedChange &change)
{
    throughLiveGuard(this, m_session, change.restaurant,
                     tr("Staff will see “%1 %2” as if a colleague had entered it.")
                         .arg(change.dataType, change.entityId),
                     tr("Unlock and send it"), [this, change] { push(change); });
}

void ComposePage::push(const ComposedChange &change)
{
    ServerPort *port = m_session.port();
    if (!port) {
        refreshVerdict();
        return;
    }
    const int number =
        m_history->add({m_session.nowMs(), change, m_session.restaurantTitle(change.restaurant),
                        tr("waiting for the server"), SentChange::Waiting});
    m_sent.reset();
    port->push(
        change, this,
        [this, number, restaurant = change.restaurant](const Result<QJsonObject, QString> &answer) {
            const QString outcome =
                answer ? answer.value().value("outcome"_L1).toString() : QString();
            const bool isRefused = !answer || outcome == "rejected"_L1;
            const QString words =
                !answer     ? plainLine(answer.error())
                : isRefused ? plainLine(answer.value().value("message"_L1).toString())
                            : tr("%1 as change no. %2")
                                  .arg(outcome.isEmpty() ? tr("applied") : plainLine(outcome))
                                  .arg(answer.value().value("seq"_L1).toInteger());
            m_history->setResult(number, isRefused ? SentChange::Failed : SentChange::Applied,
                                 words);
            m_result->setText(isRefused ? tr("Not sent: %1").arg(words)
                                        : tr("Done: %1").arg(words));
            if (!isRefused)
                m_sent =
                    Sent{restaurant, quint64(answer.value().value("seq"_L1).toInteger()), words};
            QPalette tinted = palette();
            tinted.setColor(QPalette::WindowText,
                            toneColour(isRefused ? Tone::Bad : Tone::Good, palette()));
            m_result->setPalette(tinted);
            m_result->show();
            showReceivers();
        });
}

void ComposePage::showReceivers()
{
    if (!m_sent)
        return;
    QStringList have;
    QStringList lack;
    for (const JourneyStop &stop : journeyOf(m_session.fleet().devices(m_sent->restaurant),
                                             QString(), m_sent->seq, m_session.nowMs()))
        (stop.hasIt ? have : lack).append(stop.device);
    constexpr qsizetype named = 8;
    const auto names = [](const QStringList &list) {
        return list.size() <= named ? list.join(u", "_s)
                                    : tr("%1 and %n more", nullptr, int(list.size() - named))
                                          .arg(list.first(named).join(u", "_s));
    };
    QString text = tr("Done: %1.").arg(m_sent->words);
    if (!have.isEmpty())
        text += u' ' + tr("Reached %1.").arg(names(have));
    if (!lack.isEmpty())
        text += u' ' + tr("Not yet at %1.").arg(names(lack));
    m_result->setText(text);
}

QString ComposePage::result() const
{
    return m_result->text();
}

void ComposePage::resend()
{
    const QModelIndex index = m_historyTable->currentIndex();
    if (index.isValid() && m_session.port())
        deliver(m_history->at(index.row()).change);
    else
        Q_EMIT said(tr("Not connected: nothing was sent."));
}

void ComposePage::chooseTemplate(int number)
{
    const QAbstractItemModel *model = m_tree->model();
    const QModelIndexList found = model->match(model->index(0, 0), TemplateRole, number, 1,
                                               Qt::MatchExactly | Qt::MatchRecursive);
    if (!found.isEmpty())
        m_tree->setCurrentIndex(found.first());
    useTemplate(number);
}

void ComposePage::compose(const QByteArray &type, const QByteArray &action,
                          const QByteArray &entityId, const QByteArray &text)
{
    for (int i = 0; i < m_templates.size(); ++i) {
        if (dataTypeName(m_templates[i].type) != type
            || actionName(m_templates[i].action) != action)
            continue;
        chooseTemplate(i);
        break;
    }
    m_entity->setText(QString::fromUtf8(entityId));
    m_json->setPlainText(prettyJson(text));
}

void ComposePage::focusSearch()
{
    m_tree->setFocus();
}

} // namespace possync::gui
