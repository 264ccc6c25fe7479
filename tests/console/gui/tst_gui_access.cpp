// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/accesspage.h"
#include "console/gui/access/auditpane.h"
#include "console/gui/access/pairingpane.h"
#include "console/gui/access/qrview.h"
#include "console/gui/access/tokenspane.h"
#include "console/gui/base/emptyoverlay.h"
#include "console/gui/base/tabletools.h"
#include "console/remote/restclient.h"
#include "tests/console/gui/liveconsole.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// The access page, through its widgets, against the real server, which asks everybody for a token.
class AccessTest : public QObject, private LiveConsole
{
    Q_OBJECT

public:
    explicit AccessTest(const QString &server)
        : LiveConsole(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void answersAreReadStrictly();
    void namesStandWhereIdsStood();
    void tokenIsShownOnceAndWorks();
    void revokedAfterAQuestion();
    void tabletIsPairedAndReplaced();
    void auditShowsActsAndRefusals();
    void auditIsSearchedByName();
    void viewerReadsWhyNot();
    void refusalNamesWhatTheConsoleHas();

private:
    /// Status or error code of a question asked with a token.
    QString asked(const QString &path, const QByteArray &token, const QByteArray &body = {});
    QPushButton *button(QWidget *in, const QString &text) const;
    QLabel *label(QWidget *in, const QString &accessibleName) const;
    /// Chooses the token of that name; false if there is none.
    bool choose(const QString &name);
    QString cell(const QString &name, int column) const;

    QUrl m_url;
    AccessPage *m_page = nullptr;
    TokensPane *m_tokens = nullptr;
    PairingPane *m_pairing = nullptr;
    AuditPane *m_audit = nullptr;
    QTableView *m_table = nullptr;
    QTabWidget *m_tabs = nullptr;
    QByteArray m_viewer;
};

void AccessTest::initTestCase()
{
    QVERIFY(startServer({u"--auth"_s, u"required"_s}));
    m_url = url();
    qputenv("POSSYNC_DATA", m_server->dataDir().toLocal8Bit());
    buildWindow();
    m_page = m_window->findChild<AccessPage *>();
    m_tokens = m_page->findChild<TokensPane *>();
    m_pairing = m_page->findChild<PairingPane *>();
    m_audit = m_page->findChild<AuditPane *>();
    m_table = m_tokens->findChild<QTableView *>();
    m_tabs = m_page->findChild<QTabWidget *>();
    m_window->show();
    m_window->showPage(u"access"_s);
    m_link->connectTo(m_url);
    QTRY_VERIFY(m_session->isConnected());
    QTRY_VERIFY(m_table->model()->rowCount() > 0);
}

void AccessTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
}

QString AccessTest::asked(const QString &path, const QByteArray &token, const QByteArray &body)
{
    remote::RestClient rest(m_url);
    rest.setToken(token);
    QString outcome;
    const auto take = [&outcome](const remote::Answer<QByteArray> &answer) {
        outcome = answer ? u"ok"_s : answer.error().code;
    };
    if (body.isEmpty())
        rest.get(path, this, take);
    else
        rest.post(path, body, this, take);
    return QTest::qWaitFor([&outcome] { return !outcome.isEmpty(); }, 5000) ? outcome
                                                                            : u"nothing"_s;
}

QPushButton *AccessTest::button(QWidget *in, const QString &text) const
{
    for (QPushButton *one : in->findChildren<QPushButton *>()) {
        if (one->text().remove(u'&').startsWith(text))
            return one;
    }
    return nullptr;
}

QLabel *AccessTest::label(QWidget *in, const QString &accessibleName) const
{
    for (QLabel *one : in->findChildren<QLabel *>()) {
        if (one->accessibleName() == accessibleName)
            return one;
    }
    return nullptr;
}

bool AccessTest::choose(const QString &name)
{
    const QAbstractItemModel *model = m_table->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, 0).data().toString() == name) {
            m_table->selectRow(row);
            return true;
        }
    }
    return false;
}

QString AccessTest::cell(const QString &name, int column) const
{
    const QAbstractItemModel *model = m_table->model();
    QStringList all;
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, 0).data().toString() == name)
            all.append(model->index(row, column).data().toString());
    }
    all.sort();
    return all.join(u' ');
}

void AccessTest::answersAreReadStrictly()
{
    const auto titleOf = [](const QString &restaurant, const QString &device) {
        return device.isEmpty() ? restaurant : device;
    };
    const auto tokens = tokenRows(
        R"({"tokens":[{"id":"1","name":"<b>\u202e","kind":"device","role":"kitchen","state":"expired"}]})",
        0, titleOf);
    QVERIFY(tokens);
    QVERIFY(tokens->first().isBad);
    QVERIFY(!tokens->first().cells.first().contains(QChar(0x202e)));
    for (const QByteArray &bad : {QByteArray("{}"), QByteArray(R"({"tokens":[{"id":"1"}]})"),
                                  QByteArray(R"({"tokens":[{"id":1,"role":"a","state":"b"}]})")})
        QVERIFY2(!tokenRows(bad, 0, titleOf), bad.constData());
    const auto audit = auditRows(
        R"({"intact":false,"entries":[{"no":1,"outcome":"done"},{"no":2,"outcome":"forbidden"}]})",
        0, titleOf);
    QVERIFY(audit);
    QCOMPARE(audit->rows.first().id, u"2"_s); // the newest first
    QVERIFY(audit->rows.first().isBad && !audit->rows.last().isBad);
    QVERIFY(!audit->isIntact);
    QVERIFY(!auditRows(R"({"entries":[]})", 0, titleOf));
    AccessModel model({u"a"_s, u"b"_s}, nullptr);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows(*tokens);
    model.setRows(audit->rows);
    model.setRows({});
}

void AccessTest::namesStandWhereIdsStood()
{
    const auto titleOf = [](const QString &restaurant, const QString &device) {
        return restaurant == u"r1" && device.isEmpty()   ? u"Bistro"_s
               : restaurant == u"r1" && device == u"pad" ? u"Bar"_s
               : device.isEmpty()                        ? restaurant
                                                         : device;
    };
    const auto tokens = tokenRows(
        R"({"tokens":[{"id":"1","role":"kitchen","state":"active","restaurant":"r1","device_id":"pad"},)"
        R"({"id":"2","role":"owner","state":"active"},)"
        R"({"id":"3","role":"server","state":"active","restaurant":"r2","device_id":"pad"}]})",
        0, titleOf);
    QVERIFY(tokens);
    const auto audit = auditRows(
        R"({"intact":true,"entries":[{"no":1,"act":"kick","outcome":"done","restaurant":"r1","target":"pad"}]})",
        0, titleOf);
    QVERIFY(audit);
    AccessModel model(QStringList(8, u"a"_s), nullptr);
    const auto cell = [&model](int row, int column, int role = Qt::DisplayRole) {
        return model.index(row, column).data(role).toString();
    };
    model.setRows(*tokens);
    QCOMPARE(cell(0, 2), u"Bistro"_s);
    QCOMPARE(cell(0, 6), u"Bar"_s);
    QVERIFY(cell(0, 2, Qt::ToolTipRole).contains(u"Bistro · r1"_s));
    QVERIFY(cell(0, 6, Qt::ToolTipRole).contains(u"Bar · pad"_s));
    QCOMPARE(cell(0, 6, RawRole), u"pad"_s);
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(&model);
    proxy.setFilterKeyColumn(-1);
    proxy.setFilterRole(AccessModel::SearchRole);
    for (const auto &[needle, count] : {std::pair(u"bar"_s, 1), std::pair(u"pad"_s, 2)}) {
        proxy.setFilterRegularExpression(
            QRegularExpression(needle, QRegularExpression::CaseInsensitiveOption));
        QCOMPARE(proxy.rowCount(), count);
    }
    QCOMPARE(cell(1, 2), u"all"_s);
    QCOMPARE(cell(2, 2), u"r2"_s);
    QVERIFY(!model.index(2, 2).data(RawRole).isValid());
    model.setRows(audit->rows);
    QCOMPARE(cell(0, 4), u"Bistro"_s);
    QCOMPARE(cell(0, 5), u"Bar"_s);
    QCOMPARE(cell(0, 5, RawRole), u"pad"_s);
}

void AccessTest::auditIsSearchedByName()
{
    const QByteArray post = R"({"restaurant_id":"bistro","device_id":"till","changes":[{"type":)"
                            R"("data_change","data_type":"orders","action":"created","data":{"id":"o1"}}]})";
    QCOMPARE(m_server->post(u"/api/sync"_s, post, m_server->ownerToken()).status, 200);
    QCOMPARE(m_server
                 ->post(u"/api/restaurants/bistro/name"_s, R"({"name":"Aunt Mary"})",
                        m_server->ownerToken())
                 .status,
             200);
    QTRY_COMPARE(m_session->restaurantTitle(u"bistro"_s), u"Aunt Mary"_s);
    m_tabs->setCurrentWidget(m_audit);
    auto *search = m_audit->findChild<QLineEdit *>();
    const QAbstractItemModel *model = m_audit->findChild<QTableView *>()->model();
    search->setText(u"aunt"_s); // the log holds the id alone
    QTRY_VERIFY(model->rowCount() > 0);
    const auto isAbout = [model](int row) {
        return model->index(row, 4).data().toString() == u"Aunt Mary"_s;
    };
    QTRY_VERIFY(isAbout(0));
    for (int row = 0; row < model->rowCount(); ++row)
        QVERIFY(isAbout(row));
    search->setText(u"aunt x"_s);
    QTRY_COMPARE(model->rowCount(), 0);
    search->clear();
}

void AccessTest::tokenIsShownOnceAndWorks()
{
    const QAbstractItemModelTester tester(m_table->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto edits = m_tokens->findChildren<QLineEdit *>();
    QLineEdit *name = nullptr;
    QLineEdit *secret = nullptr;
    for (QLineEdit *edit : edits) {
        if (edit->accessibleName() == u"Name"_s)
            name = edit;
        if (edit->accessibleName() == u"The new token"_s)
            secret = edit;
    }
    QVERIFY(name && secret && !secret->isVisible());
    name->setText(u"Bookkeeper"_s); // a viewer of all restaurants unless chosen otherwise
    button(m_tokens, u"Make the token"_s)->click();
    QTRY_VERIFY(secret->isVisible());
    m_viewer = secret->text().toLatin1();
    QVERIFY(m_viewer.startsWith("ps_"));
    QVERIFY(secret->isReadOnly());
    button(m_tokens, u"Copy"_s)->click();
    QCOMPARE(QApplication::clipboard()->text(), QString::fromLatin1(m_viewer));
    QCOMPARE(asked(u"/api/restaurants"_s, m_viewer), u"ok"_s);
    QTRY_COMPARE(cell(u"Bookkeeper"_s, 1), u"viewer"_s);
    QCOMPARE(cell(u"Bookkeeper"_s, 3), u"active"_s);
    button(m_tokens, u"Hide it"_s)->click();
    QVERIFY(secret->text().isEmpty() && !secret->isVisible());
}

void AccessTest::revokedAfterAQuestion()
{
    for (QLineEdit *edit : m_tokens->findChildren<QLineEdit *>()) {
        if (edit->accessibleName() == u"Name"_s)
            edit->setText(u"Thief"_s);
    }
    button(m_tokens, u"Make the token"_s)->click();
    QTRY_VERIFY(choose(u"Thief"_s));
    const auto question = [this] {
        return m_tokens->findChild<QMessageBox *>(u"revokeQuestion"_s);
    };
    button(m_tokens, u"Revoke"_s)->click();
    QVERIFY(question());
    question()->reject();
    QTRY_VERIFY(!question());
    QCOMPARE(cell(u"Thief"_s, 3), u"active"_s);
    button(m_tokens, u"Revoke"_s)->click();
    for (QAbstractButton *one : question()->buttons()) {
        if (question()->buttonRole(one) == QMessageBox::DestructiveRole)
            one->click();
    }
    QTRY_COMPARE(cell(u"Thief"_s, 3), u"revoked"_s);
    QTRY_VERIFY(choose(u"Thief"_s));
    QVERIFY(!button(m_tokens, u"Revoke"_s)->isEnabled());
}

void AccessTest::tabletIsPairedAndReplaced()
{
    m_tabs->setCurrentWidget(m_pairing);
    auto *restaurant = m_pairing->findChild<QComboBox *>();
    QVERIFY(restaurant->isEditable()); // none is known yet: it is typed
    restaurant->setEditText(u"bistro"_s);
    for (QLineEdit *edit : m_pairing->findChildren<QLineEdit *>()) {
        if (edit->accessibleName() == u"Name"_s)
            edit->setText(u"Tablet 9"_s);
    }
    QLabel *code = label(m_pairing, u"Pairing code"_s);
    const auto words = [this] {
        QStringList all;
        for (const QLabel *one : m_pairing->findChildren<QLabel *>()) {
            if (one->isVisible())
                all.append(one->text());
        }
        return all.join(u'\n');
    };
    button(m_pairing, u"Show a code"_s)->click();
    QTRY_COMPARE(code->text().size(), 9);
    QVERIFY2(words().contains(QRegularExpression(u"Holds for (10:00|9:5\\d)"_s)),
             qPrintable(words()));
    QVERIFY2(words().contains(u"this computer only"_s),
             qPrintable(words())); // it listens on loopback
    const QImage drawn = m_pairing->findChild<QrView *>()->grab().toImage();
    int dark = 0;
    for (int x = 0; x < drawn.width(); ++x) {
        for (int y = 0; y < drawn.height(); ++y)
            dark += qGray(drawn.pixel(x, y)) < 64 ? 1 : 0;
    }
    QVERIFY(dark > drawn.width() * drawn.height() / 8);
    QCOMPARE(asked(u"/api/pair"_s, {}, "{\"code\":\"" + code->text().toUtf8() + "\"}"), u"ok"_s);
    QTRY_VERIFY2(words().contains(u"has its token"_s), qPrintable(words()));
    QVERIFY(code->text().isEmpty());
    m_tabs->setCurrentWidget(m_tokens);
    QTRY_VERIFY(choose(u"Tablet 9"_s));
    button(m_tokens, u"Replace the tablet"_s)->click();
    QCOMPARE(m_tabs->currentWidget(), m_pairing);
    QVERIFY2(words().contains(u"place of Tablet 9"_s), qPrintable(words()));
    button(m_pairing, u"Show a code"_s)->click();
    QTRY_COMPARE(code->text().size(), 9);
    QCOMPARE(asked(u"/api/pair"_s, {}, "{\"code\":\"" + code->text().toUtf8() + "\"}"), u"ok"_s);
    QTRY_VERIFY2(words().contains(u"has its token"_s), qPrintable(words()));
    QTRY_COMPARE(cell(u"Tablet 9"_s, 3), u"active replaced"_s);
}

void AccessTest::auditShowsActsAndRefusals()
{
    QCOMPARE(asked(u"/api/restaurants"_s, {}), u"token_required"_s);
    m_tabs->setCurrentWidget(m_audit);
    auto *table = m_audit->findChild<QTableView *>();
    const QAbstractItemModelTester tester(table->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto outcome = [table](int row) {
        return table->model()->index(row, 6).data().toString();
    };
    QTRY_VERIFY(table->model()->rowCount() >= 6);
    auto *refusals = m_audit->findChild<QCheckBox *>();
    const int all = table->model()->rowCount();
    refusals->setChecked(true);
    QTRY_VERIFY(table->model()->rowCount() > 0 && table->model()->rowCount() < all);
    for (int row = 0; row < table->model()->rowCount(); ++row)
        QVERIFY2(outcome(row).startsWith(u"refused"_s), qPrintable(outcome(row)));
    refusals->setChecked(false);
    m_audit->findChild<QLineEdit *>()->setText(u"revoke"_s);
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QCOMPARE(outcome(0), u"done"_s);
    m_audit->findChild<QLineEdit *>()->clear();
    QTRY_VERIFY(table->model()->rowCount() >= all);
}

void AccessTest::viewerReadsWhyNot()
{
    const QString home = m_dir.filePath(u"viewer"_s);
    QVERIFY(QDir().mkpath(home));
    QFile file(home + u"/owner.token"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(m_viewer + '\n' + m_url.toEncoded() + '\n');
    file.close();
    qputenv("POSSYNC_DATA", home.toLocal8Bit());
    Session session;
    ServerLink link(session);
    AccessPage page(session, nullptr);
    page.show();
    link.connectTo(m_url);
    QTRY_VERIFY(session.isConnected());
    auto *tokens = page.findChild<TokensPane *>();
    QTRY_VERIFY(!tokens->problem().isEmpty());
    const auto *overlay = tokens->findChild<EmptyOverlay *>();
    QCOMPARE(overlay->headline(), u"Tokens are for the owner"_s);
    QVERIFY(!button(tokens, u"Make the token"_s)->isEnabled());
    QVERIFY(!button(page.findChild<PairingPane *>(), u"Show a code"_s)->isEnabled());
    qputenv("POSSYNC_DATA", m_server->dataDir().toLocal8Bit());
}

void AccessTest::refusalNamesWhatTheConsoleHas()
{
    const QTemporaryDir elsewhere; // with no owner's token in it
    qputenv("POSSYNC_DATA", elsewhere.path().toLocal8Bit());
    Session session;
    ServerLink link(session);
    link.connectTo(m_url);
    QTRY_COMPARE(session.link().phase, LinkStatus::Refused);
    const QString why = session.link().reason;
    QVERIFY2(why.contains("asks for a token"_L1), qPrintable(why));
    QVERIFY2(why.contains("Connect to a server"_L1), qPrintable(why));
    QVERIFY2(!why.contains("--token"_L1), qPrintable(why));
    qputenv("POSSYNC_DATA", m_server->dataDir().toLocal8Bit());
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<possync::gui::AccessTest, QApplication, 1>(argc, argv);
}
#include "tst_gui_access.moc"
