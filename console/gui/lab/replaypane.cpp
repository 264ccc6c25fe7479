// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/lab/replaypane.h"

#include "console/gui/base/card.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/tonelabel.h"
#include "console/gui/base/words.h"
#include "console/gui/frame/liveguard.h"
#include "console/gui/lab/letgo.h"
#include "console/gui/link/convert.h"
#include "console/gui/session/titles.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableView>

namespace possync::gui {

using namespace Qt::StringLiterals;
using remote::Replay;
using remote::ScenarioCheck;

namespace {

constexpr int refreshMs = 250;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::ReplayPane)
};

QString aboutReplays()
{
    return Words::tr("One virtual device for each recorded one does again what that did.");
}

bool isForTests(const QString &restaurant)
{
    return restaurant.startsWith(u"test-"_s) || restaurant.startsWith(u"sim-"_s);
}

} // namespace

QList<ScenarioCheck> checksOf(const remote::ReplayReport &report)
{
    const remote::Verdict &v = report.verdict;
    QList<ScenarioCheck> checks;
    const auto add = [&](const QString &text, bool isGood, const QString &detail) {
        checks.append(
            {remote::foreignPhrase(text), isGood ? ScenarioCheck::Met : ScenarioCheck::Missed,
             remote::foreignPhrase(detail), qint64(-1)});
    };
    const auto part = [](qint64 of, qint64 all) {
        return Words::tr("%1 of %2").arg(countText(of), countText(all));
    };
    const auto none = [&](const QString &text, qint64 count) {
        add(text, count == 0, count == 0 ? Words::tr("none") : countText(count));
    };
    add(Words::tr("Every change is sent"), v.sent + report.skipped == report.recorded,
        part(v.sent, report.recorded));
    add(Words::tr("Every change is confirmed to its sender"), report.acknowledged == v.sent,
        part(report.acknowledged, v.sent));
    add(Words::tr("Every device has the changes of the others"), v.lost == 0,
        part(v.delivered, v.expected));
    none(Words::tr("No change comes twice"), v.duplicated);
    none(Words::tr("No change overtakes one of the same device"), v.reordered);
    none(Words::tr("No change is altered on its way"), v.altered);
    if (report.isCompared)
        add(Words::tr("The records are as in the recording"), v.differing == 0,
            v.differing == 0 ? Words::tr("all of them")
                             : countText(v.differing) + u": "_s + report.differing.join(u", "_s));
    return checks;
}

ReplayPane::ReplayPane(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_file(plainLabel({}, this))
    , m_open(new QPushButton(this))
    , m_into(new QComboBox(this))
    , m_speed(new QComboBox(this))
    , m_protocol(new QComboBox(this))
    , m_start(new QPushButton(tr("Re&play"), this))
    , m_stop(new QPushButton(tr("E&nd the replay"), this))
    , m_bar(new QProgressBar(this))
    , m_state(new ToneLabel(this))
    , m_notes(plainLabel({}, this))
    , m_checks(new CheckModel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(buildCard());
    auto *table = new QTableView(this);
    table->setModel(m_checks);
    prepareTable(table, {11, 48, 30});
    table->setAccessibleName(tr("How the replay went"));
    new EmptyOverlay(table, []() -> EmptyWords {
        return {tr("No replay yet"), tr("How it went appears here when it ends: what was lost, "
                                        "what came twice, and whether the records are the same.")};
    });
    column->addWidget(table, 1);
    connect(m_start, &QPushButton::clicked, this, &ReplayPane::start);
    connect(m_stop, &QPushButton::clicked, this, &ReplayPane::stop);
    connect(&session.fleet(), &Fleet::restaurantsChanged, this, &ReplayPane::adoptRestaurants);
    connect(&session, &Session::linkChanged, this, &ReplayPane::showProgress);
    const auto chooseAnew = [this] {
        if (m_recording)
            m_failure.clear();
        showProgress();
    };
    connect(m_into, &QComboBox::textActivated, this, chooseAnew);
    connect(m_into, &QComboBox::editTextChanged, this, &ReplayPane::showProgress);
    m_refresh.setInterval(refreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &ReplayPane::showProgress);
    adoptRestaurants();
}

ReplayPane::~ReplayPane()
{
    m_reading.cancel(); // else it would read on to the end
    if (m_replay)
        m_replay->disconnect(this);
}

QWidget *ReplayPane::buildCard()
{
    auto *card = new Card(this);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(18, 14, 18, 14);
    column->setSpacing(8);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(bold.pointSizeF() * 1.15);
    auto *heading = plainLabel(tr("Replay a recording"), card);
    heading->setFont(bold);
    column->addWidget(heading);
    connect(m_open, &QPushButton::clicked, this, &ReplayPane::chooseFile);
    connect(&m_reading, &QFutureWatcherBase::finished, this, &ReplayPane::takeFile);
    m_file->setText(aboutReplays());
    m_file->setWordWrap(true);
    auto *source = new QHBoxLayout;
    source->addWidget(m_file, 1);
    source->addWidget(m_open);
    column->addLayout(source);
    m_into->setEditable(true);
    m_into->lineEdit()->setPlaceholderText(tr("a restaurant for tests"));
    m_into->setInsertPolicy(QComboBox::NoInsert);
    connect(m_into->lineEdit(), &QLineEdit::textEdited, m_into, &QComboBox::textActivated);
    m_into->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_into->setMinimumContentsLength(24);
    m_speed->addItem(tr("as it was"), 1.0);
    m_speed->addItem(tr("10 times as fast"), 10.0);
    m_speed->addItem(tr("100 times as fast"), 100.0);
    m_speed->addItem(tr("as fast as it goes"), 0.0);
    m_protocol->addItem(tr("as the app (classic)"), false);
    m_protocol->addItem(tr("v2, with the SDK"), true);
    auto *row = new QHBoxLayout;
    const auto add = [&](const QString &label, QComboBox *box) {
        auto *text = plainLabel(label, card);
        text->setBuddy(box);
        box->setAccessibleName(label);
        row->addWidget(text);
        row->addWidget(box);
        row->addSpacing(8);
    };
    add(tr("Into"), m_into);
    add(tr("Speed"), m_speed);
    add(tr("Devices speak"), m_protocol);
    row->addStretch(1);
    column->addLayout(row);
    auto *foot = new QHBoxLayout;
    m_start->setProperty("primary", true);
    m_state->setWordWrap(true);
    foot->addWidget(m_start);
    foot->addWidget(m_stop);
    foot->addSpacing(8);
    foot->addWidget(m_state, 1);
    column->addLayout(foot);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->hide();
    column->addWidget(m_bar);
    m_notes->setWordWrap(true);
    m_notes->hide();
    column->addWidget(m_notes);
    return card;
}

void ReplayPane::chooseFile()
{
    if (isReading()) {
        stopReading();
        return;
    }
    auto *dialog =
        new QFileDialog(this, tr("Open a recording"), QString(), tr("Recordings (*.jsonl)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &ReplayPane::openFile);
    dialog->open();
}

void ReplayPane::openFile(const QString &fileName)
{
    if (m_replay)
        return;
    m_reading.cancel();
    m_recording.reset();
    m_report.reset();
    m_failure.clear();
    m_checks->setChecks({});
    m_notes->hide();
    m_file->setText(aboutReplays());
    m_fileName = fileName;
    m_reading.setFuture(remote::loadRecording(fileName));
    m_isReading = true;
    m_refresh.start();
    showProgress();
}

void ReplayPane::stopReading()
{
    if (!isReading())
        return;
    m_reading.cancel();
    m_reading.setFuture({});
    m_isReading = false;
    m_refresh.stop();
    m_failure = tr("Reading was stopped; nothing is open.");
    showProgress();
}

void ReplayPane::takeFile()
{
    const QFuture<Loaded> future = m_reading.future();
    if (future.isCanceled() || future.resultCount() == 0)
        return;
    const Loaded loaded = future.result();
    m_reading.setFuture({}); // it would keep the recording alive
    m_isReading = false;
    m_refresh.stop();
    const QString name = plainLine(QFileInfo(m_fileName).fileName(), 100);
    if (!loaded) {
        switch (loaded.error().kind) {
        case remote::RecordingTrouble::Unreadable:
            m_failure = tr("%1 cannot be read.").arg(plainLine(m_fileName, 200));
            break;
        case remote::RecordingTrouble::TooLarge:
            m_failure =
                tr("%1 is larger than %2, and is read as a whole: record shorter stretches.")
                    .arg(name, bytesText(remote::largestRecording));
            break;
        case remote::RecordingTrouble::Broken:
            m_failure = tr("%1, line %2: %3")
                            .arg(name, QString::number(loaded.error().broken.line),
                                 plainLine(loaded.error().broken.what.translated()));
            break;
        case remote::RecordingTrouble::Empty:
            m_failure = tr("%1 holds no change.").arg(name);
            break;
        }
        showProgress();
        return;
    }
    m_recording = loaded->recording;
    m_file->setText(describe(*loaded));
    static const QRegularExpression strange(u"[^a-z0-9]+"_s);
    m_suggestion =
        u"test-"_s
        + QString(m_recording->head.restaurant).toLower().replace(strange, u"-"_s).left(60);
    adoptRestaurants();
    setRestaurant(m_suggestion);
    showProgress();
}

QString ReplayPane::describe(const remote::LoadedRecording &loaded) const
{
    const remote::Recording &recording = *loaded.recording;
    const qint64 first = recording.changes.front().receivedMs;
    QString about = tr("%1: %2 of %3 in “%4”, %5, over %6.")
                        .arg(plainLine(QFileInfo(m_fileName).fileName(), 100),
                             tr("%n change(s)", nullptr, int(recording.changes.size())),
                             tr("%n device(s)", nullptr, int(loaded.devices)),
                             m_session.restaurantTitle(recording.head.restaurant),
                             clockText(first, m_session.nowMs()),
                             spanText(recording.changes.back().receivedMs - first));
    if (recording.isTorn)
        about += u' ' + tr("Its last line is not complete, and is left out.");
    return about;
}

void ReplayPane::adoptRestaurants()
{
    QStringList ids;
    if (!m_suggestion.isEmpty())
        ids.append(m_suggestion);
    for (const RestaurantFacts &facts : m_session.fleet().restaurants()) {
        if (!ids.contains(facts.id))
            ids.append(facts.id);
    }
    if (ids != m_offered) { // else somebody may be choosing or typing
        const QString kept = restaurant();
        m_offered = ids;
        m_into->clear();
        for (const QString &id : std::as_const(ids))
            m_into->addItem(m_session.restaurantTitle(id), id);
        setRestaurant(kept);
    } else {
        retitle(*m_into, m_session);
    }
    showProgress();
}

void ReplayPane::setRestaurant(const QString &id)
{
    if (const int index = m_into->findData(id); index >= 0)
        m_into->setCurrentIndex(index);
    else
        m_into->setEditText(id);
}

QString ReplayPane::restaurant() const
{
    // What was typed may be a title as well as an id.
    const QString text = m_into->currentText().trimmed();
    const int index = m_into->findText(text, Qt::MatchExactly | Qt::MatchCaseSensitive);
    return index >= 0 ? m_into->itemData(index).toString() : text;
}

QString ReplayPane::problem() const
{
    if (!m_session.port())
        return tr("Not connected to a server.");
    if (isReading())
        return tr("A recording is being read.");
    if (!m_recording)
        return m_failure.isEmpty() ? tr("Open a recording first.") : m_failure;
    if (restaurant().isEmpty())
        return tr("Say into which restaurant: one for tests.");
    return {};
}

bool ReplayPane::isLive(const QString &restaurant) const
{
    const QList<DeviceFacts> devices = m_session.fleet().devices(restaurant);
    if (std::ranges::any_of(devices, [](const DeviceFacts &device) {
            return device.isConnected && !remote::isVirtualDeviceId(device.deviceId);
        }))
        return true;
    const RestaurantFacts *facts = m_session.fleet().restaurant(restaurant);
    return facts && facts->head > 0 && !isForTests(restaurant);
}

void ReplayPane::start()
{
    if (m_replay || !problem().isEmpty())
        return;
    const QString into = restaurant();
    if (!isLive(into)) {
        play(into, false);
        return;
    }
    throughLiveGuard(this, m_session, into,
                     tr("Everything in the recording is done there once more: orders, payments, "
                        "stock. It cannot be taken back."),
                     tr("Replay it there"), [this, into] { play(into, true); });
}

void ReplayPane::play(const QString &restaurant, bool isForced)
{
    // Time may have passed since the question.
    if (m_replay || !problem().isEmpty())
        return;
    m_report.reset();
    m_failure.clear();
    m_checks->setChecks({});
    m_notes->hide();
    m_replay = std::make_unique<Replay>(
        m_recording, remote::ReplayPlan{.server = m_session.port()->server(),
                                        .token = m_session.port()->token(),
                                        .trust = m_session.port()->trust(),
                                        .restaurant = restaurant,
                                        .speed = m_speed->currentData().toDouble(),
                                        .isV2 = m_protocol->currentData().toBool(),
                                        .isForced = isForced});
    connect(m_replay.get(), &Replay::finished, this, &ReplayPane::take);
    m_replay->start();
    m_refresh.start();
    showProgress();
}

void ReplayPane::stop()
{
    if (m_replay)
        m_replay->stop();
}

void ReplayPane::take(const remote::Answer<remote::ReplayReport> &report)
{
    m_refresh.stop();
    letGo(m_replay, this);
    if (report) {
        showReport(*report);
    } else {
        m_failure = sentenceOf(report.error());
        showProgress();
    }
}

void ReplayPane::showReport(const remote::ReplayReport &report)
{
    m_report = report;
    m_checks->setChecks(checksOf(report));
    QStringList notes;
    if (report.refused > 0)
        notes.append(tr("Refused, or gave way: %1; nobody gets those.").arg(report.refused));
    if (report.skipped > 0)
        notes.append(tr("Left out: %1 that v2 cannot say.").arg(report.skipped));
    for (const remote::Phrase &remark : report.remarks)
        notes.append(plainLine(remark.translated()));
    m_notes->setText(notes.join(u' '));
    m_notes->setVisible(!notes.isEmpty());
    showProgress();
}

void ReplayPane::showProgress()
{
    const QString trouble = m_replay ? QString() : problem();
    m_start->setEnabled(!m_replay && trouble.isEmpty());
    m_stop->setEnabled(m_replay != nullptr);
    m_open->setEnabled(!m_replay);
    m_open->setText(isReading() ? tr("St&op reading") : tr("&Open a recording…"));
    for (QWidget *widget : std::initializer_list<QWidget *>{m_into, m_speed, m_protocol})
        widget->setEnabled(!m_replay);
    m_bar->setVisible(m_replay || isReading());
    m_bar->setAccessibleName(isReading() ? tr("Read of the file") : tr("Changes sent"));
    if (isReading()) {
        m_bar->setRange(0, remote::recordingProgressEnd);
        m_bar->setValue(m_reading.progressValue());
        m_state->say(tr("Reading %1: %2 %")
                         .arg(plainLine(QFileInfo(m_fileName).fileName(), 100))
                         .arg(m_reading.progressValue() * 100 / remote::recordingProgressEnd),
                     Tone::Busy);
    } else if (m_replay) {
        const Replay::Progress p = m_replay->progress();
        m_bar->setRange(0, int(std::max<qint64>(p.total, 1)));
        m_bar->setValue(int(p.sent));
        switch (p.phase) {
        case Replay::Phase::Preparing:
            m_state->say(tr("Preparing the restaurant"), Tone::Busy);
            break;
        case Replay::Phase::Connecting:
            m_state->say(tr("Connecting the devices: %1 of %2").arg(p.connected).arg(p.devices),
                         Tone::Busy);
            break;
        case Replay::Phase::Comparing:
            m_state->say(tr("Comparing the records"), Tone::Busy);
            break;
        default:
            m_state->say(tr("Sent %1 of %2, delivered %3 of %4")
                             .arg(countText(p.sent), countText(p.total), countText(p.delivered),
                                  countText(p.expected)),
                         Tone::Busy);
        }
    } else if (!m_failure.isEmpty()) {
        m_state->say(m_failure, Tone::Bad);
    } else if (m_report) {
        const remote::Verdict &v = m_report->verdict;
        const QString figures =
            tr("Took %1; half of the deliveries within %2, 99 of 100 within %3.")
                .arg(spanText(m_report->tookMs), latencyText(double(v.p50Us)),
                     latencyText(double(v.p99Us)));
        m_state->say(
            (m_report->isClean() ? tr("Clean: nothing lost, nothing twice.") : tr("Not clean."))
                + u' ' + figures,
            m_report->isClean() ? Tone::Good : Tone::Bad);
    } else if (!trouble.isEmpty()) {
        m_state->say(trouble, m_recording ? Tone::Bad : Tone::Muted);
    } else {
        m_state->say(isLive(restaurant())
                         ? tr("“%1” is a live restaurant: you will be asked first.")
                               .arg(m_session.restaurantTitle(restaurant()))
                         : tr("Ready."),
                     isLive(restaurant()) ? Tone::Warn : Tone::Muted);
    }
}

QString ReplayPane::words() const
{
    return m_state->text();
}

} // namespace possync::gui
