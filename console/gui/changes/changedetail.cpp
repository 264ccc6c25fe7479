// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changedetail.h"

#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/fieldmodel.h"
#include "console/gui/devices/insight.h"
#include "console/gui/session/session.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// Longer texts make a text widget slow; the whole of it can be exported.
constexpr qsizetype longestText = 64 * 1024;

QPlainTextEdit *textView(const QString &name, QWidget *parent)
{
    auto *view = new QPlainTextEdit(parent);
    view->setReadOnly(true);
    view->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    view->setAccessibleName(name);
    return view;
}

QTableView *fieldTable(FieldModel *model, const QList<int> &widths, const QString &name,
                       QWidget *parent)
{
    auto *table = new QTableView(parent);
    table->setModel(model);
    prepareTable(table, widths);
    table->setAccessibleName(name);
    return table;
}

} // namespace

ChangeDetail::ChangeDetail(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(session.changes())
    , m_headline(plainLabel({}, this))
    , m_facts(plainLabel({}, this))
    , m_tabs(new QTabWidget(this))
    , m_form(new FieldModel(FieldModel::Shape::Values, this))
    , m_difference(new FieldModel(FieldModel::Shape::Comparison, this))
    , m_differenceTable(fieldTable(m_difference, {12, 13, 10}, tr("What the change did"), this))
    , m_differenceNote(plainLabel({}, this))
    , m_journey(new FieldModel(FieldModel::Shape::Devices, this))
    , m_journeyNote(plainLabel({}, this))
    , m_json(textView(tr("Change as JSON"), this))
    , m_raw(textView(tr("Change as received"), this))
    , m_history(new QPushButton(icon(u"history"_s), tr("Its &history"), this))
    , m_compose(new QPushButton(icon(u"compose"_s), tr("Use as &template"), this))
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(bold.pointSizeF() * 1.1);
    m_headline->setFont(bold);
    m_headline->setWordWrap(true);
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_differenceNote->setWordWrap(true);
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);

    auto *difference = new QWidget(this);
    auto *differenceColumn = new QVBoxLayout(difference);
    differenceColumn->setContentsMargins(0, 8, 0, 0);
    differenceColumn->addWidget(m_differenceNote);
    differenceColumn->addWidget(m_differenceTable, 1);
    m_tabs->addTab(fieldTable(m_form, {13, 12}, tr("Fields of the change"), this), tr("Form"));
    m_tabs->addTab(difference, tr("Diff"));
    auto *journey = new QWidget(this);
    auto *journeyColumn = new QVBoxLayout(journey);
    journeyColumn->setContentsMargins(0, 8, 0, 0);
    m_journeyNote->setWordWrap(true);
    journeyColumn->addWidget(m_journeyNote);
    journeyColumn->addWidget(fieldTable(m_journey, {16, 12}, tr("Who has the change"), this), 1);
    m_tabs->addTab(journey, tr("Who has it"));
    m_tabs->addTab(m_json, tr("JSON"));
    m_tabs->addTab(m_raw, tr("Raw"));
    m_tabs->setDocumentMode(true);

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_history);
    buttons->addWidget(m_compose);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_headline);
    column->addWidget(m_facts);
    column->addLayout(buttons);
    column->addWidget(m_tabs, 1);

    connect(m_history, &QPushButton::clicked, this,
            [this] { Q_EMIT historyRequested(m_historyFilter); });
    connect(m_compose, &QPushButton::clicked, this, [this] {
        const ChangeStore &store = m_model.store();
        if (!m_row || *m_row < store.firstRow() || *m_row >= store.endRow())
            return;
        const ChangeView view = store.at(*m_row);
        Q_EMIT composeRequested(store.words().nameOf(view.type), store.words().nameOf(view.action),
                                view.entityId.toByteArray(), view.data.toByteArray());
    });
    connect(&session.fleet(), &Fleet::devicesChanged, this, &ChangeDetail::showJourney);
    clear();
}

void ChangeDetail::showJourney()
{
    const ChangeStore &store = m_model.store();
    if (!m_row || *m_row < store.firstRow() || *m_row >= store.endRow())
        return;
    const ChangeView view = store.at(*m_row);
    const QString restaurant = QString::fromUtf8(store.restaurants().nameOf(view.restaurant));
    const QList<JourneyStop> stops = journeyOf(
        m_session.fleet().devices(restaurant),
        QString::fromUtf8(store.devices().nameOf(view.device)), view.seq, m_session.nowMs());
    QList<FieldRow> rows;
    qsizetype have = 0;
    for (const JourneyStop &stop : stops) {
        have += stop.hasIt ? 1 : 0;
        rows.append(
            {stop.device, QString(), stop.words, stop.hasIt ? FieldRow::Same : FieldRow::Changed});
    }
    if (rows != m_journey->rows())
        m_journey->setRows(rows);
    m_journeyNote->setText(
        stops.isEmpty() ? tr("No device of this restaurant is known.")
        : have == stops.size()
            ? tr("All %n device(s) have it.", nullptr, int(stops.size()))
            : tr("%1 of %n device(s) have it.", nullptr, int(stops.size())).arg(have));
}

QStringList ChangeDetail::journey() const
{
    QStringList lines;
    for (const FieldRow &row : m_journey->rows())
        lines.append(u"%1: %2"_s.arg(row.name, row.after));
    return lines;
}

void ChangeDetail::clear()
{
    m_journey->setRows({});
    m_journeyNote->clear();
    m_row.reset();
    m_headline->setText(tr("No change chosen"));
    m_facts->setText(tr("Choose a row to see everything about it: its fields, what it changed, and "
                        "its exact text."));
    m_form->setRows({});
    m_difference->setRows({});
    m_differenceNote->clear();
    m_json->clear();
    m_raw->clear();
    m_history->setEnabled(false);
    m_compose->setEnabled(false);
}

void ChangeDetail::show(quint64 row)
{
    const ChangeStore &store = m_model.store();
    if (row < store.firstRow() || row >= store.endRow()) {
        clear();
        return;
    }
    if (m_row == row)
        return;
    m_row = row;
    const ChangeView view = store.at(row);
    const auto plain = [](const QByteArray &utf8) {
        return plainLine(QString::fromUtf8(utf8), 80);
    };
    const QString entity = QString::fromUtf8(view.entityId);
    const QByteArray &user = store.users().nameOf(view.user);
    const auto named = [](const QByteArray &name, const QString &id) {
        return name.isEmpty() ? id
                              : tr("%1 (%2)", "name, id")
                                    .arg(plainLine(QString::fromUtf8(name), 80), id);
    };
    const QString device =
        named(store.deviceName(view), plain(store.devices().nameOf(view.device)));
    const QString who =
        user.isEmpty()
            ? device
            : tr("%1 on %2").arg(plain(user), device);
    const QString label = recordLabel(view.data);
    m_headline->setText(tr("%1 %2: %3 by %4")
                            .arg(recordWord(store.words().nameOf(view.type)),
                                 label.isEmpty() ? plainLine(entity, 60) : label,
                                 actionWord(store.words().nameOf(view.action)),
                                 who));
    m_facts->setText(tr("%1 · record %2 · %3 · no. %4 · %5 · change %6")
                         .arg(preciseClockText(view.receivedMs), plainLine(entity, 80),
                              named(store.restaurantName(view),
                                    plain(store.restaurants().nameOf(view.restaurant))))
                         .arg(view.seq)
                         .arg(plain(store.words().nameOf(view.outcome)),
                              plainLine(QString::fromUtf8(view.changeId), 80)));
    m_historyFilter =
        ChangeFilter::equals(u"type"_s, QString::fromUtf8(store.words().nameOf(view.type)))
        + u" && "_s + ChangeFilter::equals(u"record"_s, entity);
    m_form->setRows(fieldsOf(view.data));
    showJourney();

    std::vector<quint64> rows = store.historyOf(view.restaurant, view.type, view.entityId, row);
    rows.pop_back(); // the change itself
    QList<QByteArray> earlier;
    for (const quint64 before : rows)
        earlier.append(store.at(before).data.toByteArray());
    m_difference->setRows(differences(earlier, view.data));
    m_differenceNote->setText(earlier.isEmpty()
                                  ? tr("No earlier change of this record has been seen since the "
                                       "console connected, so every field is new here.")
                                  : tr("Compared with %n earlier change(s) of this record.",
                                       nullptr, int(earlier.size())));

    const QByteArrayView head = view.data.first(std::min(view.data.size(), longestText));
    const bool isCut = head.size() < view.data.size();
    const QString note =
        isCut ? tr("\n… cut here; the whole text has %1").arg(bytesText(view.data.size()))
              : QString();
    m_json->setPlainText((isCut ? QString::fromUtf8(head) : prettyJson(view.data)) + note);
    m_raw->setPlainText(QString::fromUtf8(head) + note);
    m_history->setEnabled(true);
    m_compose->setEnabled(true);
}

QString ChangeDetail::headline() const
{
    return m_headline->text();
}

void ChangeDetail::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        QPalette quiet = palette();
        quiet.setColor(QPalette::WindowText, toneColour(Tone::Muted, palette()));
        if (m_facts->palette() != quiet) {
            m_facts->setPalette(quiet);
            m_differenceNote->setPalette(quiet);
            m_journeyNote->setPalette(quiet);
        }
    }
}

} // namespace possync::gui
