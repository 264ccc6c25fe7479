// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/lab/labpage.h"

#include "console/gui/base/card.h"
#include "console/gui/base/columnfit.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/tonelabel.h"
#include "console/gui/base/words.h"
#include "console/gui/lab/letgo.h"
#include "console/gui/lab/recordcard.h"
#include "console/gui/lab/replaypane.h"
#include "console/gui/link/convert.h"
#include "console/remote/scenarioreport.h"

#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTabWidget>
#include <QTableView>

namespace possync::gui {

using namespace Qt::StringLiterals;
using remote::ScenarioRun;

namespace {

constexpr int refreshMs = 250;
constexpr qint64 mostFileBytes = 4 * 1024 * 1024;

} // namespace

LabPage::LabPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_list(new QStandardItemModel(this))
    , m_view(new QListView(this))
    , m_free(new QWidget(this))
    , m_devices(new QSpinBox(this))
    , m_rate(new QSpinBox(this))
    , m_seconds(new QSpinBox(this))
    , m_protocol(new QComboBox(this))
    , m_heading(plainLabel({}, this))
    , m_about(plainLabel({}, this))
    , m_state(new ToneLabel(this))
    , m_verdict(plainLabel({}, this))
    , m_start(new QPushButton(tr("&Start"), this))
    , m_stop(new QPushButton(tr("S&top"), this))
    , m_save(new QPushButton(icon(u"export"_s), tr("Save &report…"), this))
    , m_checks(new CheckModel(this))
    , m_bench(new BenchModel(this))
    , m_tabs(new QTabWidget(this))
    , m_recording(new RecordCard(session, this))
    , m_replay(new ReplayPane(session, this))
    , m_log(new QPlainTextEdit(this))
{
    auto *scenarios = new QWidget(this);
    auto *columns = new QHBoxLayout(scenarios);
    columns->setContentsMargins(0, 12, 0, 0);
    columns->setSpacing(14);
    columns->addWidget(buildList());
    columns->addWidget(buildRun(), 1);
    m_tabs->addTab(scenarios, tr("Scenarios"));
    m_tabs->addTab(buildRecordings(), tr("Record and replay"));
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(18, 10, 18, 12);
    whole->addWidget(m_tabs);
    addScenario(tr("Your own crew"), {});
    const QStringList files = QDir(u":/possync/scenarios"_s).entryList({u"*.toml"_s});
    for (const QString &file : files)
        openFile(u":/possync/scenarios/"_s + file);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &LabPage::showChosen);
    connect(&session, &Session::linkChanged, this, &LabPage::showProgress);
    m_refresh.setInterval(refreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &LabPage::showProgress);
    choose(m_list->rowCount() > 1 ? 1 : 0);
}

LabPage::~LabPage()
{
    m_bench->setRun(nullptr);
    if (m_run)
        m_run->disconnect(this);
}

QWidget *LabPage::buildList()
{
    auto *area = new QWidget(this);
    auto *column = new QVBoxLayout(area);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_view->setModel(m_list);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setProperty("roomy", true);
    m_view->setAccessibleName(tr("Scenarios"));
    auto *open = new QPushButton(tr("&Open a scenario file…"), area);
    connect(open, &QPushButton::clicked, this, [this] {
        auto *dialog =
            new QFileDialog(this, tr("Open a scenario"), QString(), tr("Scenarios (*.toml)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, this, &LabPage::openFile);
        dialog->open();
    });
    column->addWidget(m_view, 1);
    column->addWidget(open);
    area->setFixedWidth(fontMetrics().horizontalAdvance(u'0') * 26);
    return area;
}

QWidget *LabPage::buildRun()
{
    auto *area = new QWidget(this);
    auto *column = new QVBoxLayout(area);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    auto *card = new Card(area);
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(18, 14, 18, 14);
    inside->setSpacing(8);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(bold.pointSizeF() * 1.15);
    m_heading->setFont(bold);
    m_about->setWordWrap(true);
    inside->addWidget(m_heading);
    inside->addWidget(m_about);
    auto *freeRow = new QHBoxLayout(m_free);
    freeRow->setContentsMargins(0, 0, 0, 0);
    const auto spin = [&](QSpinBox *box, const QString &label, int most, int value) {
        box->setRange(1, most);
        box->setValue(value);
        auto *text = plainLabel(label, m_free);
        text->setBuddy(box);
        box->setAccessibleName(label);
        freeRow->addWidget(text);
        freeRow->addWidget(box);
        freeRow->addSpacing(12);
    };
    spin(m_devices, tr("Devices"), 1000, 6);
    spin(m_rate, tr("Changes a second, together"), 5000, 10);
    spin(m_seconds, tr("Seconds"), 86400, 60);
    for (const QString &choice : {tr("classic"), tr("v2"), tr("both")})
        m_protocol->addItem(choice);
    auto *speak = plainLabel(tr("They speak"), m_free);
    speak->setBuddy(m_protocol);
    m_protocol->setAccessibleName(speak->text());
    freeRow->addWidget(speak);
    freeRow->addWidget(m_protocol);
    freeRow->addStretch(1);
    inside->addWidget(m_free);
    auto *foot = new QHBoxLayout;
    m_start->setProperty("primary", true);
    m_state->setWordWrap(true);
    foot->addWidget(m_start);
    foot->addWidget(m_stop);
    foot->addSpacing(8);
    foot->addWidget(m_state, 1);
    foot->addWidget(m_save);
    inside->addLayout(foot);
    m_verdict->setWordWrap(true);
    inside->addWidget(m_verdict);
    column->addWidget(card);

    auto *checks = new QTableView(area);
    checks->setModel(m_checks);
    prepareTable(checks, {11, 48, 30});
    checks->setAccessibleName(tr("What is expected"));
    new EmptyOverlay(checks, [this]() -> EmptyWords {
        return {tr("No expectations yet"),
                m_run ? tr("What the scenario expects appears here when its step begins.")
                      : tr("Start it: what is expected appears here and turns green or red.")};
    });
    auto *bench = new QTableView(area);
    bench->setModel(m_bench);
    prepareTable(bench, {});
    QList<ColumnWish> wishes(m_bench->columnCount(), {.wanted = 6, .least = 3});
    wishes[BenchModel::Name] = {.wanted = 14, .least = 8, .share = 1};
    wishes[BenchModel::State] = {.wanted = 11, .least = 9};
    for (const int counter : {BenchModel::Received, BenchModel::Waiting})
        wishes[counter] = {.wanted = 8, .least = 4};
    new ColumnFit(bench, wishes);
    bench->setAccessibleName(tr("Virtual devices and their faults"));
    new EmptyOverlay(bench, []() -> EmptyWords {
        return {
            tr("No virtual devices"),
            tr("While it runs they are listed here; the switches make trouble for one of them.")};
    });
    m_log->setReadOnly(true);
    m_log->setMaximumBlockCount(5000);
    m_log->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_log->setPlaceholderText(tr("What happens, with its time."));
    m_log->setAccessibleName(tr("What happened"));
    column->addWidget(checks, 3);
    column->addWidget(bench, 4);
    column->addWidget(m_log, 2);
    connect(m_start, &QPushButton::clicked, this, &LabPage::start);
    connect(m_stop, &QPushButton::clicked, this, &LabPage::stop);
    connect(m_save, &QPushButton::clicked, this, &LabPage::saveReport);
    return area;
}

QWidget *LabPage::buildRecordings()
{
    auto *area = new QWidget(this);
    auto *column = new QVBoxLayout(area);
    column->setContentsMargins(0, 12, 0, 0);
    column->setSpacing(10);
    column->addWidget(m_recording);
    column->addWidget(m_replay, 1);
    connect(m_recording, &RecordCard::recorded, m_replay, &ReplayPane::openFile);
    connect(m_recording, &RecordCard::runningChanged, this, [this, area](bool isRunning) {
        m_tabs->setTabText(m_tabs->indexOf(area), isRunning ? tr("● Record and replay")
                                                            : tr("Record and replay"));
    });
    return area;
}

void LabPage::showRecordings()
{
    m_tabs->setCurrentIndex(1);
}

void LabPage::addScenario(const QString &title, const remote::Scenario &scenario)
{
    m_scenarios.append(scenario);
    m_list->appendRow(new QStandardItem(plainLine(title, 60)));
}

bool LabPage::openFile(const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly) || file.size() > mostFileBytes) {
        Q_EMIT said(tr("%1 cannot be read.").arg(plainLine(fileName, 200)));
        return false;
    }
    const auto scenario = remote::parseScenario(file.readAll());
    if (!scenario) {
        m_failure = tr("%1, %2").arg(plainLine(QFileInfo(fileName).fileName(), 100),
                                     plainLine(scenario.error()));
        showProgress();
        return false;
    }
    addScenario(scenario->name, *scenario);
    choose(m_list->rowCount() - 1);
    return true;
}

void LabPage::choose(int row)
{
    m_view->setCurrentIndex(m_list->index(row, 0));
    showChosen();
}

remote::Scenario LabPage::freePlay() const
{
    remote::Scenario scenario;
    scenario.name = tr("Your own crew");
    scenario.restaurant = u"test-your-own-crew"_s;
    QStringList names;
    for (int i = 1; i <= m_devices->value(); ++i) {
        names.append(tr("Tablet %1").arg(i));
        const int protocol = m_protocol->currentIndex(); // the last: every other device
        scenario.devices.append(
            {names.last(), u"tablet"_s, protocol == 1 || (protocol == 2 && i % 2 == 0)});
    }
    scenario.steps.append(
        {0, names, remote::WorkStep{double(m_rate->value()), m_seconds->value() * 1000}});
    return scenario;
}

remote::Scenario LabPage::chosen() const
{
    const int row = m_view->currentIndex().row();
    return row <= 0 ? freePlay() : m_scenarios[row];
}

void LabPage::showChosen()
{
    const int row = m_view->currentIndex().row();
    m_free->setVisible(row == 0);
    m_failure.clear();
    m_heading->setText(row <= 0 ? tr("Your own crew") : plainLine(m_scenarios[row].name, 100));
    m_about->setText(
        row <= 0 ? tr("As many virtual tablets as you like do what an evening brings, in a "
                      "restaurant of their own. Make trouble for them with the switches below.")
                 : tr("%1 %n device(s) in “%2”, about %3.", nullptr,
                      int(m_scenarios[row].devices.size()))
                       .arg(plainLine(m_scenarios[row].about),
                            m_session.restaurantTitle(m_scenarios[row].restaurant),
                            spanText(m_scenarios[row].lengthMs())));
    showProgress();
}

QString LabPage::problem() const
{
    if (!m_session.port())
        return tr("Not connected to a server.");
    const remote::Scenario scenario = chosen();
    for (const DeviceFacts &device : m_session.fleet().devices(scenario.restaurant)) {
        if (device.isConnected && !remote::isVirtualDeviceId(device.deviceId))
            return tr("“%1” is a live restaurant: %2 works in it. A scenario needs a restaurant of "
                      "its own.")
                .arg(m_session.restaurantTitle(scenario.restaurant), plainLine(device.title(), 40));
    }
    return {};
}

void LabPage::start()
{
    if (m_run || !problem().isEmpty())
        return;
    m_report.reset();
    m_failure.clear();
    m_log->clear();
    m_logShown = 0;
    m_verdict->clear();
    m_checks->setChecks({});
    m_run = std::make_unique<ScenarioRun>(chosen(), m_session.port()->server(),
                                          m_session.port()->token(), m_session.port()->trust());
    connect(m_run.get(), &ScenarioRun::progressed, this, &LabPage::showProgress);
    connect(m_run.get(), &ScenarioRun::finished, this, &LabPage::take);
    m_bench->setRun(m_run.get());
    m_run->start();
    m_refresh.start();
    showProgress();
}

void LabPage::stop()
{
    if (m_run)
        m_run->stop();
}

void LabPage::take(const remote::Answer<remote::ScenarioReport> &report)
{
    m_refresh.stop();
    m_bench->setRun(nullptr);
    if (report)
        m_report = *report;
    else
        m_failure = plainLine(sentenceOf(report.error()));
    letGo(m_run, this);
    showProgress();
}

void LabPage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        showProgress(); // in colours that are seen on it
    Page::changeEvent(event);
}

void LabPage::showProgress()
{
    const remote::ScenarioReport *report = m_run      ? &m_run->report()
                                           : m_report ? &*m_report
                                                      : nullptr;
    const QString trouble = m_run ? QString() : problem();
    m_start->setEnabled(!m_run && trouble.isEmpty());
    m_stop->setEnabled(m_run != nullptr);
    m_save->setEnabled(m_report.has_value());
    m_view->setEnabled(!m_run);
    QString words = trouble.isEmpty() ? tr("Ready.") : trouble;
    Tone tone = trouble.isEmpty() ? Tone::Muted : Tone::Bad;
    if (m_run) {
        tone = Tone::Busy;
        switch (m_run->phase()) {
        case ScenarioRun::Phase::Connecting:
            words = tr("Connecting the devices");
            break;
        case ScenarioRun::Phase::Playing:
            words = tr("Playing, %1 of %2")
                        .arg(spanText(m_run->playedMs()), spanText(m_run->scenario().lengthMs()));
            break;
        case ScenarioRun::Phase::Settling:
            words = tr("All faults healed; waiting until everybody has everything");
            break;
        default:
            words = tr("Comparing the records");
        }
    } else if (!m_failure.isEmpty()) {
        words = m_failure;
        tone = Tone::Bad;
    } else if (m_report) {
        words = m_report->passed() ? tr("Passed: nothing lost, nothing twice, all the same.")
                                   : tr("Failed.");
        tone = m_report->passed() ? Tone::Good : Tone::Bad;
    }
    m_state->say(words, tone);
    m_bench->refresh();
    showVerdict();
    if (!report)
        return;
    m_checks->setChecks(report->checks);
    for (; m_logShown < report->log.size(); ++m_logShown)
        m_log->appendPlainText(plainLine(report->log[m_logShown]));
}

void LabPage::showVerdict()
{
    m_verdict->setVisible(m_report || m_run);
    if (m_report) {
        QStringList parts;
        for (const remote::VerdictLine &line : remote::verdictLines(*m_report))
            parts.append((line.isGood ? QString() : u"✗ "_s) + line.what.translated() + u": "_s
                         + line.value.translated());
        m_verdict->setText(parts.join(u"  ·  "_s));
    } else if (m_run) {
        m_verdict->setText(tr("sent: %1  ·  delivered: %2 of %3")
                               .arg(countText(m_run->sentCount()),
                                    countText(m_run->deliveredCount()),
                                    countText(m_run->expectedCount())));
    }
}

void LabPage::saveReport()
{
    if (!m_report)
        return;
    auto *dialog = new QFileDialog(
        this, tr("Save the report"), QString(),
        tr("Page for people (*.html);;JSON (*.json);;JUnit for build servers (*.xml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(u"possync-report.html"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &name) {
        const auto text = remote::reportFor(name, *m_report);
        QSaveFile file(name);
        const bool done = text && file.open(QIODevice::WriteOnly)
                          && file.write(*text) == text->size() && file.commit();
        Q_EMIT said(done    ? tr("Wrote %1.").arg(name)
                    : !text ? tr("A report is called .html, .json or .xml.")
                            : tr("Could not write %1.").arg(name));
    });
    dialog->open();
}

} // namespace possync::gui
