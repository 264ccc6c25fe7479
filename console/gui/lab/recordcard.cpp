// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/lab/recordcard.h"

#include "console/gui/base/icons.h"
#include "console/gui/base/tonelabel.h"
#include "console/gui/base/words.h"
#include "console/gui/lab/letgo.h"
#include "console/gui/link/convert.h"
#include "console/gui/session/titles.h"

#include <QComboBox>
#include <QDateTime>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int refreshMs = 250;

} // namespace

RecordCard::RecordCard(Session &session, QWidget *parent)
    : Card(parent)
    , m_session(session)
    , m_restaurant(new QComboBox(this))
    , m_since(new QComboBox(this))
    , m_start(new QPushButton(icon(u"export"_s), tr("&Record…"), this))
    , m_stop(new QPushButton(tr("&End the recording"), this))
    , m_state(new ToneLabel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 18, 14);
    column->setSpacing(8);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(bold.pointSizeF() * 1.15);
    auto *heading = plainLabel(tr("Record a restaurant"), this);
    heading->setFont(bold);
    auto *about = plainLabel(tr("What its devices do goes into a file as it happens, with times "
                                "and exact data: names and pins too."),
                             this);
    about->setWordWrap(true);
    column->addWidget(heading);
    column->addWidget(about);
    auto *row = new QHBoxLayout;
    const auto add = [&](const QString &label, QComboBox *box) {
        auto *text = plainLabel(label, this);
        text->setBuddy(box);
        box->setAccessibleName(label);
        row->addWidget(text);
        row->addWidget(box);
        row->addSpacing(8);
    };
    m_restaurant->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_restaurant->setMinimumContentsLength(24);
    m_since->addItem(tr("from now on"));
    m_since->addItem(tr("all that is kept, up to now"));
    add(tr("Restaurant"), m_restaurant);
    add(tr("What"), m_since);
    row->addStretch(1);
    row->addWidget(m_start);
    row->addWidget(m_stop);
    column->addLayout(row);
    m_state->setWordWrap(true);
    column->addWidget(m_state);
    connect(m_start, &QPushButton::clicked, this, &RecordCard::askForFile);
    connect(m_stop, &QPushButton::clicked, this, &RecordCard::stop);
    connect(&session.fleet(), &Fleet::restaurantsChanged, this, &RecordCard::adoptRestaurants);
    connect(&session, &Session::selectionChanged, this, &RecordCard::adoptRestaurants);
    connect(&session, &Session::linkChanged, this, &RecordCard::showProgress);
    m_refresh.setInterval(refreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &RecordCard::showProgress);
    adoptRestaurants();
}

RecordCard::~RecordCard()
{
    if (m_recorder)
        m_recorder->disconnect(this);
}

void RecordCard::adoptRestaurants()
{
    QStringList ids;
    for (const RestaurantFacts &facts : m_session.fleet().restaurants())
        ids.append(facts.id);
    const QString kept = m_session.selected().isEmpty() ? m_restaurant->currentData().toString()
                                                        : m_session.selected();
    if (ids != m_restaurants) { // else somebody may be choosing
        m_restaurants = ids;
        m_restaurant->clear();
        for (const QString &id : std::as_const(ids))
            m_restaurant->addItem(m_session.restaurantTitle(id), id);
    } else {
        retitle(*m_restaurant, m_session);
    }
    if (!ids.isEmpty())
        m_restaurant->setCurrentIndex(std::max(0, m_restaurant->findData(kept)));
    showProgress();
}

void RecordCard::askForFile()
{
    auto *dialog =
        new QFileDialog(this, tr("Record into a new file"), QString(), tr("Recordings (*.jsonl)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"jsonl"_s);
    // There is no yes to that question.
    dialog->setOption(QFileDialog::DontConfirmOverwrite);
    static const QRegularExpression strange(u"[^A-Za-z0-9_-]+"_s);
    const QString place = m_restaurant->currentData().toString().replace(strange, u"-"_s);
    dialog->selectFile(u"%1-%2.jsonl"_s.arg(
        place.left(60), QDateTime::currentDateTime().toString(u"yyyy-MM-dd-HHmm"_s)));
    connect(dialog, &QFileDialog::fileSelected, this, &RecordCard::record);
    dialog->open();
}

void RecordCard::record(const QString &fileName)
{
    const ServerPort *port = m_session.port();
    const QString restaurant = m_restaurant->currentData().toString();
    if (m_recorder || !port || restaurant.isEmpty())
        return;
    remote::RecorderPlan plan{.server = port->server(),
                              .token = port->token(),
                              .restaurant = restaurant,
                              .fileName = fileName,
                              .trust = port->trust()};
    if (m_since->currentIndex() > 0)
        plan.since = 0;
    m_title = m_session.restaurantTitle(restaurant);
    m_fileName = fileName;
    m_startedMs = QDateTime::currentMSecsSinceEpoch();
    m_recorder = std::make_unique<remote::Recorder>(plan);
    connect(m_recorder.get(), &remote::Recorder::finished, this, &RecordCard::take);
    m_recorder->start();
    m_refresh.start();
    showProgress();
    Q_EMIT runningChanged(true);
}

void RecordCard::stop()
{
    if (m_recorder)
        m_recorder->stop();
}

void RecordCard::take(const remote::Answer<remote::RecorderReport> &report)
{
    m_refresh.stop();
    letGo(m_recorder, this);
    showProgress();
    const QString file = plainLine(m_fileName, 200);
    if (!report) {
        m_state->say(sentenceOf(report.error()), Tone::Bad);
    } else if (report->changes == 0) {
        m_state->say(tr("Nothing came in; %1 holds no change.").arg(file), Tone::Muted);
    } else {
        QString words = tr("Recorded %n change(s) of “%1” in %2.", nullptr, int(report->changes))
                            .arg(m_title, file);
        for (const remote::Phrase &remark : report->remarks)
            words += u' ' + plainLine(remark.translated());
        m_state->say(words, Tone::Good);
    }
    Q_EMIT runningChanged(false);
    if (report && report->changes > 0)
        Q_EMIT recorded(m_fileName);
}

void RecordCard::showProgress()
{
    m_start->setEnabled(!m_recorder && m_session.port() && m_restaurant->count() > 0);
    m_stop->setEnabled(m_recorder != nullptr);
    m_restaurant->setEnabled(!m_recorder);
    m_since->setEnabled(!m_recorder);
    if (m_recorder) {
        const remote::RecorderReport &so = m_recorder->report();
        const QString span = spanText(QDateTime::currentMSecsSinceEpoch() - m_startedMs);
        const QString counts = tr("%n change(s)", nullptr, int(so.changes)) + u", "_s
                               + tr("%n device(s)", nullptr, int(so.devices));
        if (m_recorder->isConnected())
            m_state->say(tr("● Recording “%1” for %2: %3").arg(m_title, span, counts), Tone::Bad);
        else
            m_state->say(
                tr("● Recording “%1” for %2: %3. Not connected; what comes meanwhile is fetched "
                   "later.")
                    .arg(m_title, span, counts),
                Tone::Warn);
    } else if (m_state->text().isEmpty() && m_session.port()) {
        m_state->say(tr("Ready."), Tone::Muted);
    }
}

QString RecordCard::words() const
{
    return m_state->text();
}

} // namespace possync::gui
