// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/cli/arguments.h"
#include "console/remote/adminclient.h"
#include "console/remote/fields.h"

#include <QObject>
#include <functional>

namespace possync::cli {

class TopView;

/// Exit status of the program.
enum ExitCode { Happened = 0, DidNotHappen = 1, MakesNoSense = 2 };

/// One command being carried out against one server. start() returns at once; finished() comes when
/// the answer has been written to standard output, or the reason on standard error.
class CommandRun : public QObject
{
    Q_OBJECT

public:
    explicit CommandRun(Invocation invocation, QObject *parent = nullptr);
    ~CommandRun() override;

    void start();

Q_SIGNALS:
    void finished(int exitCode);

private:
    void status();
    void profiles();
    void restaurants();
    void devices();
    void push();
    void changes();
    void data();
    void history();
    void conflicts();
    /// `how`: restore or discard.
    void settleConflict(const QString &change, const QString &how);
    void logs();
    void simulate();
    void runScenario();
    void record();
    void replay();
    void top();
    void traffic();
    void completion();
    void verify();
    void backup();
    void restore();
    void token();
    void pair();
    void audit();
    void webhooks();
    void rename();
    void exportAll();
    void erase();

    void verifyAudit(quint64 since, quint64 checked);
    void tellConflicts(const QByteArray &body, const QHash<QString, QString> &names);
    /// Goes on with what people call the restaurant's devices, by their ids; with nothing where the
    /// server does not say.
    void withDeviceNames(std::function<void(const QHash<QString, QString> &)> next);

    void showPairing(const QByteArray &answer, const QUrl &outside);
    void listWebhooks();
    void addWebhook();
    void rotateWebhook(const QString &id);
    void removeWebhook(const QString &id);
    void webhookQueue(const QString &id);
    void testWebhook(const QString &id);
    void createToken();
    void listTokens();
    void revokeToken(const QString &id);
    void revokeJwt(const QString &id);
    void takeBackJwt(const QString &id);
    /// `"jti":"…"`, or with --subject `"sub":"…"`.
    QByteArray jwtField(const QString &id) const;
    void listRevokedJwts();
    /// What `--expires` adds to the body of a request; nothing after having failed.
    std::optional<QByteArray> expiryField();

    struct ExportFile;
    void fetchExport(const QString &cursor);
    void takeExport(const QByteArray &page);

    void fetchHistory(const QString &cursor);
    void fetchChanges(quint64 since);
    void followChanges(quint64 since);
    void printChanges(const std::vector<remote::ChangeEntry> &changes);
    void followLogs(quint64 since);
    void printLogs(const QList<remote::LogLine> &lines);
    void reportLink(remote::AdminClient &admin);
    void drawTop();
    void awaitRestart(const QByteArray &answer, int triesLeft);

    void finish(int exitCode) { Q_EMIT finished(exitCode); }
    void fail(const remote::RemoteError &error);
    void failUsage(const QString &text);
    /// Ends the command with an answer: says what went wrong, prints it as it came for `--json`, or
    /// else what `told` reads out of it.
    std::function<void(const remote::Answer<QByteArray> &)>
    telling(std::function<QString(remote::Fields &)> told);
    /// The number, or nothing after having failed.
    std::optional<qint64> number(const QString &option, qint64 otherwise, qint64 lowest,
                                 qint64 highest);
    const QString &restaurant() const { return m_invocation.arguments.front(); }

    /// Reads the certificate that the server is known by. False after having failed.
    bool readPin();

    Invocation m_invocation;
    remote::ServerTrust m_trust;
    remote::RestClient m_rest;
    remote::AdminClient *m_admin = nullptr;
    std::unique_ptr<TopView> m_top;
    std::shared_ptr<ExportFile> m_export;
    qint64 m_leftToPrint = -1; ///< Changes still to print; -1: no limit.
    qint64 m_historyShown = 0;  ///< Versions printed.
    quint64 m_lastLogNo = 0;
    int m_logLevel = 0;
    bool m_wasConnected = false;
};

/// "30d" and the like in seconds; nothing if it is no time up to a hundred years.
std::optional<qint64> secondsFromText(const QString &text);

/// Whether a field's value is not shown in tables.
bool isSecret(const QString &field);

/// Every virtual device is a socket, and the usual limit is 1024.
void allowManySockets();

/// Keeps one line about what is going on up to date on standard error while `owner` lives: redrawn
/// in place on a terminal, else a new line now and then. Returns what clears it again.
std::function<void()> showProgress(QObject *owner, std::function<QString()> text);

/// "0.42", for latencies.
QString msText(qint64 us);

/// Writes UTF-8 and flushes, so that a pipe sees each answer at once.
void writeOut(const QString &text);
void writeOut(const QByteArray &utf8);
void writeError(const QString &text);

} // namespace possync::cli
