// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/connect/connectdialog.h"

#include "console/gui/base/icons.h"
#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QRadioButton>
#include <QStringListModel>
#include <QVBoxLayout>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

QString localAddress()
{
    return u"127.0.0.1:3000"_s;
}

} // namespace

ConnectDialog::ConnectDialog(QList<Profile> profiles, QWidget *parent)
    : QDialog(parent)
    , m_profiles(std::move(profiles))
    , m_test(new ConnectionTest(this))
    , m_probe(new ConnectionTest(this))
    , m_local(new QRadioButton(tr("A server on &this computer"), this))
    , m_kept(new QRadioButton(tr("A server I &used before"), this))
    , m_typed(new QRadioButton(tr("Another &address"), this))
    , m_demo(new QRadioButton(tr("Just show me a &demo"), this))
    , m_list(new QListView(this))
    , m_names(new QStringListModel(this))
    , m_remove(new QPushButton(tr("&Forget it"), this))
    , m_address(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_localState(plainLabel(tr("looking at %1 …").arg(localAddress()), this))
    , m_testButton(new QPushButton(tr("T&est"), this))
    , m_connect(new QPushButton(tr("&Connect"), this))
{
    setWindowTitle(tr("Connect to a server"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(10);
    auto *title = plainLabel(tr("Where is the server?"), this);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.4);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    column->addWidget(title);
    auto *advice = plainLabel(
        tr("The console watches one PosSync server. Usually it runs on the back-office computer."),
        this);
    advice->setWordWrap(true);
    column->addWidget(advice);
    column->addSpacing(4);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(14);
    grid->addWidget(m_local, 0, 0);
    grid->addWidget(m_localState, 0, 1);
    grid->addWidget(m_kept, 1, 0, Qt::AlignTop);
    auto *kept = new QHBoxLayout;
    kept->addWidget(m_list, 1);
    kept->addWidget(m_remove, 0, Qt::AlignTop);
    grid->addLayout(kept, 1, 1);
    grid->addWidget(m_typed, 2, 0);
    auto *typed = new QHBoxLayout;
    typed->setSpacing(10);
    typed->addWidget(m_address, 1);
    typed->addWidget(m_name, 1);
    grid->addLayout(typed, 2, 1);
    grid->addWidget(m_demo, 3, 0);
    auto *demo = plainLabel(
        tr("A made-up restaurant at work on this computer; nothing else is touched."), this);
    demo->setWordWrap(true);
    grid->addWidget(demo, 3, 1);
    grid->setVerticalSpacing(10);
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    m_list->setModel(m_names);
    m_list->setMaximumHeight(fontMetrics().height() * 5);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Servers used before"));
    m_address->setPlaceholderText(tr("such as 192.168.1.10:3000"));
    m_address->setAccessibleName(tr("Address of the server"));
    m_name->setPlaceholderText(tr("Name, if you like"));
    m_name->setAccessibleName(tr("Name to keep it under"));

    auto *steps = new QGridLayout;
    steps->setContentsMargins(4, 10, 0, 6);
    steps->setHorizontalSpacing(10);
    steps->setVerticalSpacing(8);
    for (const ConnectionTest::Step step : {ConnectionTest::Address, ConnectionTest::Name,
                                            ConnectionTest::Port, ConnectionTest::Server}) {
        StepRow row{new QLabel(this), plainLabel({}, this)};
        row.words->setWordWrap(true);
        row.words->setTextInteractionFlags(Qt::TextSelectableByMouse);
        steps->addWidget(row.mark, step, 0, Qt::AlignTop);
        steps->addWidget(row.words, step, 1);
        m_steps.append(row);
    }
    steps->setColumnStretch(1, 1);
    column->addLayout(steps, 1);

    auto *buttons = new QHBoxLayout;
    auto *cancel = new QPushButton(tr("Not now"), this);
    buttons->addWidget(m_testButton);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_connect);
    column->addLayout(buttons);
    m_connect->setProperty("primary", true);
    m_connect->setDefault(true);
    resize(fontMetrics().horizontalAdvance(u'0') * 84, sizeHint().height());

    QStringList names;
    for (const Profile &profile : std::as_const(m_profiles))
        names.append(tr("%1 (%2)").arg(plainLine(profile.name, 60), hostText(profile.server)));
    m_names->setStringList(names);
    m_list->setCurrentIndex(m_names->index(0));
    m_kept->setVisible(!names.isEmpty());
    m_list->setVisible(!names.isEmpty());
    m_remove->setVisible(!names.isEmpty());
    (names.isEmpty() ? m_local : m_kept)->setChecked(true);

    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_connect, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_testButton, &QPushButton::clicked, this, &ConnectDialog::runTest);
    connect(m_remove, &QPushButton::clicked, this, &ConnectDialog::removeProfile);
    for (QRadioButton *choice : {m_local, m_kept, m_typed, m_demo})
        connect(choice, &QRadioButton::toggled, this, &ConnectDialog::adoptChoice);
    connect(m_address, &QLineEdit::textEdited, this, [this] {
        m_typed->setChecked(true);
        adoptChoice();
    });
    connect(m_list, &QListView::clicked, this, [this] { m_kept->setChecked(true); });
    connect(m_probe, &ConnectionTest::finished, this, [this](bool ok) {
        m_localState->setText(ok ? tr("found at %1").arg(localAddress())
                                 : tr("none at %1 right now").arg(localAddress()));
    });
    connect(m_test, &ConnectionTest::stepStarted, this, [this](ConnectionTest::Step step) {
        static const char *const doing[]{
            QT_TR_NOOP("Reading the address"), QT_TR_NOOP("Looking up the computer"),
            QT_TR_NOOP("Knocking at the port"), QT_TR_NOOP("Asking the server who it is")};
        showStep(step, u"wait"_s, int(Tone::Muted), tr(doing[step]));
    });
    connect(m_test, &ConnectionTest::stepFinished, this,
            [this](ConnectionTest::Step step, bool ok, const QString &words) {
                showStep(step, ok ? u"check"_s : u"cross"_s, int(ok ? Tone::Good : Tone::Bad),
                         words);
            });
    connect(m_test, &ConnectionTest::finished, this, [this] { m_testButton->setEnabled(true); });
    m_steps.first().words->setText(
        tr("Test tries the connection step by step and says what is wrong and what helps."));
    adoptChoice();
}

void ConnectDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    m_probe->start(localAddress());
}

bool ConnectDialog::wantsDemo() const
{
    return m_demo->isChecked();
}

QString ConnectDialog::typedAddress() const
{
    if (m_demo->isChecked())
        return {};
    if (m_local->isChecked())
        return localAddress();
    if (m_kept->isChecked() && m_list->currentIndex().isValid())
        return m_profiles[m_list->currentIndex().row()].server.toString();
    return m_address->text();
}

Profile ConnectDialog::chosen() const
{
    if (m_kept->isChecked() && m_list->currentIndex().isValid())
        return m_profiles[m_list->currentIndex().row()];
    const auto server = parseServerAddress(typedAddress());
    if (!server)
        return {};
    if (m_local->isChecked())
        return {tr("This computer"), *server};
    return {m_name->text().trimmed().isEmpty() ? hostText(*server) : m_name->text().trimmed(),
            *server};
}

void ConnectDialog::adoptChoice()
{
    m_connect->setEnabled(m_demo->isChecked() || bool(parseServerAddress(typedAddress())));
    m_connect->setText(m_demo->isChecked() ? tr("&Start the demo") : tr("&Connect"));
    m_testButton->setEnabled(!m_demo->isChecked());
    m_remove->setEnabled(m_kept->isChecked());
}

void ConnectDialog::removeProfile()
{
    const int row = m_list->currentIndex().row();
    if (row < 0)
        return;
    m_profiles.removeAt(row);
    m_names->removeRow(row);
    if (m_profiles.isEmpty())
        m_local->setChecked(true);
}

void ConnectDialog::runTest()
{
    for (const StepRow &row : std::as_const(m_steps)) {
        row.mark->clear();
        row.words->clear();
    }
    m_testButton->setEnabled(false);
    m_test->start(typedAddress());
}

void ConnectDialog::showStep(ConnectionTest::Step step, const QString &iconName, int tone,
                             const QString &words)
{
    const int side = fontMetrics().height() + 2;
    m_steps[step].mark->setPixmap(icon(iconName).pixmap(QSize(side, side), devicePixelRatioF()));
    m_steps[step].words->setText(words);
    QPalette tinted = palette();
    tinted.setColor(QPalette::WindowText, toneColour(Tone(tone), palette()));
    m_steps[step].words->setPalette(tinted);
}

QString ConnectDialog::stepText(ConnectionTest::Step step) const
{
    return m_steps[step].words->text();
}

} // namespace possync::gui
