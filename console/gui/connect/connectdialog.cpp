// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/connect/connectdialog.h"

#include "console/gui/base/icons.h"
#include "console/gui/base/tonelabel.h"
#include "console/gui/base/words.h"
#include "console/gui/connect/trustpanel.h"
#include "console/remote/ownertoken.h"
#include "console/remote/secretstore.h"

#include <QComboBox>
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

QUrl usualLocalServer()
{
    return QUrl(u"http://127.0.0.1:3000"_s);
}

QString shownAddress(const QUrl &server)
{
    return server.scheme() == "https"_L1 ? u"https://"_s + hostText(server) : hostText(server);
}

} // namespace

ConnectDialog::ConnectDialog(QList<Profile> profiles, const QString &current, remote::SecretStore &secrets,
                             QWidget *parent)
    : QDialog(parent)
    , m_profiles(std::move(profiles))
    , m_secrets(secrets)
    , m_test(new ConnectionTest(this))
    , m_local(new QRadioButton(tr("A server on &this computer"), this))
    , m_kept(new QRadioButton(tr("A server I &used before"), this))
    , m_typed(new QRadioButton(tr("Another &address"), this))
    , m_demo(new QRadioButton(tr("Just show me a &demo"), this))
    , m_found(new QComboBox(this))
    , m_localState(plainLabel(tr("looking for one …"), this))
    , m_list(new QListView(this))
    , m_names(new QStringListModel(this))
    , m_remove(new QPushButton(tr("&Forget it"), this))
    , m_address(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_token(new QLineEdit(this))
    , m_trust(new TrustPanel(this))
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
    buildChoices();
    buildSteps();
    column->addWidget(m_trust);
    m_trust->hide();
    column->addStretch(1);
    buildButtons();
    connectTest();

    QStringList names;
    for (const Profile &profile : std::as_const(m_profiles))
        names.append(tr("%1 (%2)").arg(plainLine(profile.name, 60), shownAddress(profile.server)));
    m_names->setStringList(names);
    const auto last = std::ranges::find(m_profiles, current, &Profile::name);
    const int row = last == m_profiles.end() ? 0 : int(last - m_profiles.begin());
    m_list->setCurrentIndex(m_names->index(row));
    for (QWidget *widget : std::initializer_list<QWidget *>{m_kept, m_list, m_remove})
        widget->setVisible(!names.isEmpty());
    (names.isEmpty() ? m_local : m_kept)->setChecked(true);
    resize(fontMetrics().horizontalAdvance(u'0') * 88, sizeHint().height());
    adoptChoice();
    lookAround();
}

void ConnectDialog::buildChoices()
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(10);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_local, 0, 0);
    auto *local = new QHBoxLayout;
    local->addWidget(m_found, 1);
    local->addWidget(m_localState, 1);
    grid->addLayout(local, 0, 1);
    grid->addWidget(m_kept, 1, 0, Qt::AlignTop);
    auto *kept = new QHBoxLayout;
    kept->setSpacing(10);
    kept->addWidget(m_list, 1);
    kept->addWidget(m_remove, 0, Qt::AlignTop);
    grid->addLayout(kept, 1, 1);
    grid->addWidget(m_typed, 2, 0);
    auto *typed = new QHBoxLayout;
    typed->setSpacing(10);
    typed->addWidget(m_address, 3);
    typed->addWidget(m_name, 2);
    grid->addLayout(typed, 2, 1);
    grid->addWidget(m_demo, 3, 0);
    auto *demo = plainLabel(
        tr("A made-up restaurant at work on this computer; nothing else is touched."), this);
    demo->setWordWrap(true);
    grid->addWidget(demo, 3, 1);
    auto *token = plainLabel(tr("T&oken"), this);
    token->setTextFormat(Qt::PlainText);
    token->setBuddy(m_token);
    grid->addWidget(token, 4, 0);
    grid->addWidget(m_token, 4, 1);
    static_cast<QVBoxLayout *>(layout())->addLayout(grid);
    m_found->hide();
    m_found->setAccessibleName(tr("Servers on this computer"));
    m_list->setModel(m_names);
    m_list->setMaximumHeight(fontMetrics().height() * 7);
    m_list->setProperty("roomy", true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Servers used before"));
    m_address->setPlaceholderText(tr("such as 192.168.1.10:3000"));
    m_address->setAccessibleName(tr("Address of the server"));
    m_name->setPlaceholderText(tr("Name, if you like"));
    m_name->setAccessibleName(tr("Name to keep it under"));
    m_name->setMaxLength(60);
    m_token->setEchoMode(QLineEdit::PasswordEchoOnEdit);
    m_token->setAccessibleName(tr("Token"));
    for (QRadioButton *choice : {m_local, m_kept, m_typed, m_demo})
        connect(choice, &QRadioButton::toggled, this, &ConnectDialog::adoptChoice);
    connect(m_address, &QLineEdit::textEdited, this, [this] {
        m_typed->setChecked(true);
        adoptChoice();
    });
    connect(m_token, &QLineEdit::textEdited, this, &ConnectDialog::forgetTest);
    connect(m_found, &QComboBox::activated, this, [this] {
        m_local->setChecked(true);
        adoptChoice();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        m_kept->setChecked(true);
        adoptChoice();
    });
    connect(m_list, &QListView::clicked, this, [this] { m_kept->setChecked(true); });
    connect(m_remove, &QPushButton::clicked, this, &ConnectDialog::removeProfile);
}

void ConnectDialog::buildSteps()
{
    auto *steps = new QGridLayout;
    steps->setContentsMargins(4, 10, 0, 6);
    steps->setHorizontalSpacing(10);
    steps->setVerticalSpacing(6);
    steps->setColumnStretch(1, 1);
    for (int step = 0; step < ConnectionTest::stepCount; ++step) {
        StepRow row{new QLabel(this), new ToneLabel(this)};
        row.words->setWordWrap(true);
        row.words->setTextInteractionFlags(Qt::TextSelectableByMouse);
        steps->addWidget(row.mark, step, 0, Qt::AlignTop);
        steps->addWidget(row.words, step, 1);
        m_steps.append(row);
    }
    static_cast<QVBoxLayout *>(layout())->addLayout(steps);
}

void ConnectDialog::buildButtons()
{
    auto *buttons = new QHBoxLayout;
    auto *cancel = new QPushButton(tr("Not now"), this);
    buttons->addWidget(m_testButton);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_connect);
    static_cast<QVBoxLayout *>(layout())->addLayout(buttons);
    m_connect->setProperty("primary", true);
    m_connect->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_testButton, &QPushButton::clicked, this, [this] { runTest(false); });
    connect(m_connect, &QPushButton::clicked, this, [this] {
        if (m_demo->isChecked() || m_mayGoOn)
            accept();
        else
            runTest(true);
    });
}

void ConnectDialog::connectTest()
{
    connect(m_test, &ConnectionTest::stepStarted, this, [this](ConnectionTest::Step step) {
        static const char *const doing[]{
            QT_TR_NOOP("Reading the address"),  QT_TR_NOOP("Looking up the computer"),
            QT_TR_NOOP("Knocking at the port"), QT_TR_NOOP("Looking at the certificate"),
            QT_TR_NOOP("Asking who it is"),     QT_TR_NOOP("Comparing the versions"),
            QT_TR_NOOP("Showing the token"),    QT_TR_NOOP("Asking what you may do")};
        showStep(step, u"wait"_s, int(Tone::Muted), tr(doing[step]));
    });
    connect(
        m_test, &ConnectionTest::stepFinished, this,
        [this](ConnectionTest::Step step, ConnectionTest::Outcome outcome, const QString &words) {
            using enum ConnectionTest::Outcome;
            showStep(step,
                     outcome == Passed  ? u"check"_s
                     : outcome == Noted ? u"warning"_s
                                        : u"cross"_s,
                     int(outcome == Passed  ? Tone::Good
                         : outcome == Noted ? Tone::Warn
                                            : Tone::Bad),
                     words);
        });
    connect(m_test, &ConnectionTest::finished, this, &ConnectDialog::takeResult);
    connect(m_trust, &TrustPanel::trusted, this, [this] {
        m_agreed = m_trust->shown().toPem();
        runTest(m_acceptsAfter);
    });
}

void ConnectDialog::lookAround()
{
    QList<QUrl> servers = remote::localServers(remote::localDataDirs());
    if (!servers.contains(usualLocalServer()))
        servers.append(usualLocalServer());
    m_glances = int(servers.size());
    for (const QUrl &server : std::as_const(servers)) {
        auto *glance = new ConnectionTest(this);
        connect(glance, &ConnectionTest::finished, this, [this, glance, server](bool ok) {
            // Who shows a certificate is there, trusted or not.
            takeGlance(server, ok || glance->isTrustQuestion());
            glance->deleteLater();
        });
        glance->start({.address = server.toString(), .isGlance = true});
    }
}

void ConnectDialog::takeGlance(const QUrl &server, bool isThere)
{
    --m_glances;
    if (isThere) {
        m_found->addItem(shownAddress(server), server);
        m_found->show();
        m_localState->hide();
        // A test that runs, or has an outcome, is not taken away under the person's eyes.
        if (m_local->isChecked() && m_found->count() == 1 && m_steps[0].mark->pixmap().isNull())
            adoptChoice();
    } else if (m_glances == 0 && m_found->count() == 0) {
        m_localState->setText(tr("none is running here right now; “possync-server” starts one"));
    }
}

void ConnectDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (m_typed->isChecked())
        m_address->setFocus();
}

bool ConnectDialog::wantsDemo() const
{
    return m_demo->isChecked();
}

const Profile *ConnectDialog::keptProfile() const
{
    const int row = m_list->currentIndex().row();
    return m_kept->isChecked() && row >= 0 && row < m_profiles.size() ? &m_profiles[row] : nullptr;
}

QString ConnectDialog::typedAddress() const
{
    if (m_demo->isChecked())
        return {};
    if (m_local->isChecked())
        return m_found->count() > 0 ? m_found->currentData().toUrl().toString()
                                    : usualLocalServer().toString();
    if (const Profile *profile = keptProfile())
        return profile->server.toString();
    return m_typed->isChecked() ? m_address->text() : QString();
}

QByteArray ConnectDialog::typedToken() const
{
    const QByteArray token = m_token->text().trimmed().toUtf8();
    return token.isEmpty() && m_typed->isChecked() ? tokenInAddress(m_address->text()) : token;
}

Profile ConnectDialog::chosen() const
{
    if (const Profile *kept = keptProfile()) {
        Profile profile = *kept;
        if (!m_agreed.isEmpty())
            profile.certificate = m_agreed;
        return profile;
    }
    const auto server = parseServerAddress(typedAddress());
    if (!server || m_demo->isChecked())
        return {};
    const bool isUsual = m_local->isChecked() && *server == usualLocalServer();
    const QString typed = m_typed->isChecked() ? m_name->text().trimmed() : QString();
    return {.name = isUsual           ? tr("This computer")
                    : typed.isEmpty() ? hostText(*server)
                                      : typed,
            .server = *server,
            .certificate = m_agreed};
}

void ConnectDialog::adoptChoice()
{
    forgetTest();
    m_token->setEnabled(!m_demo->isChecked());
    m_token->setPlaceholderText(m_kept->isChecked() ? tr("leave empty to use the one that is kept")
                                : m_local->isChecked()
                                    ? tr("not needed on the server's own computer")
                                    : tr("if the server asks for one"));
    m_remove->setEnabled(m_kept->isChecked());
}

void ConnectDialog::forgetTest()
{
    m_test->stop();
    m_agreed.clear();
    m_mayGoOn = false;
    m_acceptsAfter = false;
    m_trust->hide();
    showSteps();
    m_steps.first().words->say(
        tr("Connecting tries it step by step first and says what is wrong and what helps."),
        Tone::Neutral);
    const bool isAddress = bool(parseServerAddress(typedAddress()));
    m_connect->setEnabled(m_demo->isChecked() || isAddress);
    m_testButton->setEnabled(!m_demo->isChecked());
    m_connect->setText(m_demo->isChecked() ? tr("&Start the demo") : tr("&Connect"));
}

void ConnectDialog::removeProfile()
{
    const Profile *profile = keptProfile();
    if (!profile)
        return;
    m_secrets.forget(*profile);
    const int row = m_list->currentIndex().row();
    m_profiles.removeAt(row);
    m_names->removeRow(row);
    if (m_profiles.isEmpty())
        m_local->setChecked(true);
}

void ConnectDialog::runTest(bool thenAccept)
{
    showSteps();
    m_trust->hide();
    m_mayGoOn = false;
    m_acceptsAfter = thenAccept;
    m_testButton->setEnabled(false);
    m_connect->setEnabled(false);
    m_connect->setText(tr("&Connect"));
    const Profile *kept = keptProfile();
    if (!typedToken().isEmpty() || !kept) {
        startTest(typedToken());
        return;
    }
    m_secrets.read(*kept, this, [this, profile = *kept](const QByteArray &token, const remote::Phrase &) {
        const Profile *now = keptProfile();
        if (now && *now == profile && !m_testButton->isEnabled()) // else it was given up
            startTest(token);
    });
}

void ConnectDialog::startTest(const QByteArray &token)
{
    m_test->start({.address = typedAddress(), .token = token, .certificate = chosen().certificate});
}

void ConnectDialog::takeResult(bool ok)
{
    m_testButton->setEnabled(true);
    m_connect->setEnabled(true);
    if (ok) {
        if (m_acceptsAfter)
            accept();
        return;
    }
    if (m_test->isTrustQuestion()) {
        const QSslCertificate former = remote::certificateIn(chosen().certificate);
        QSslCertificate shown = remote::anchorOf(m_test->chain());
        // Whoever merely shows the trusted one on top has not got its signature.
        if (shown == former)
            shown = m_test->chain().first();
        // The authority in the data directory of this computer's own server needs no comparing.
        const bool isOurs =
            former.isNull() && remote::localAuthorities(remote::localDataDirs()).contains(shown);
        if (isOurs) {
            m_agreed = shown.toPem();
            runTest(m_acceptsAfter);
            return;
        }
        askAbout(shown, former);
        return;
    }
    // Whoever knows better may wait for the server in the window.
    m_mayGoOn = bool(parseServerAddress(typedAddress()));
    m_connect->setText(m_mayGoOn ? tr("Connect &anyway") : tr("&Connect"));
}

void ConnectDialog::askAbout(const QSslCertificate &shown, const QSslCertificate &former)
{
    m_trust->ask(shown, former);
    // The steps that wait for the answer make room for the question.
    for (const StepRow &row : std::as_const(m_steps)) {
        row.mark->setVisible(!row.words->text().isEmpty());
        row.words->setVisible(!row.words->text().isEmpty());
    }
    m_trust->show();
    m_connect->setEnabled(false);
    layout()->activate();
    resize(width(), std::max(height(), layout()->totalHeightForWidth(width())));
}

void ConnectDialog::showSteps()
{
    for (const StepRow &row : std::as_const(m_steps)) {
        row.mark->clear();
        row.words->clear();
        row.mark->show();
        row.words->show();
    }
}

void ConnectDialog::showStep(ConnectionTest::Step step, const QString &iconName, int tone,
                             const QString &words)
{
    const int side = fontMetrics().height() + 2;
    m_steps[step].mark->setPixmap(icon(iconName).pixmap(QSize(side, side), devicePixelRatioF()));
    m_steps[step].words->say(words, Tone(tone));
}

QString ConnectDialog::stepText(ConnectionTest::Step step) const
{
    return m_steps[step].words->text();
}

} // namespace possync::gui
