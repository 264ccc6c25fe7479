// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/secretstore.h"

#include <QPointer>
#include <QTimer>
#include <memory>
#include <qt6keychain/keychain.h>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

const QString &serviceName()
{
    static const QString name = u"PosSync console"_s;
    return name;
}

Phrase problemOf(const QKeychain::Job *job)
{
    if (!job)
        return {QT_TRANSLATE_NOOP("possync::remote", "the keychain does not answer")};
    switch (job->error()) {
    case QKeychain::NoError:
    case QKeychain::EntryNotFound:
        return {};
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return {QT_TRANSLATE_NOOP("possync::remote", "this computer has no keychain")};
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return {QT_TRANSLATE_NOOP("possync::remote", "the keychain was not opened")};
    default:
        return {QT_TRANSLATE_NOOP("possync::remote", "the keychain refuses: %1"),
                {job->errorString().simplified().left(120)}};
    }
}

} // namespace

SecretStore::SecretStore(QObject *parent)
    : QObject(parent)
{
}

QString SecretStore::keyOf(const Profile &profile)
{
    return profile.name + u" @ "_s + profile.server.toString();
}

void SecretStore::run(QKeychain::Job *job, const Profile &profile, QObject *context, Ended ended)
{
    job->setKey(keyOf(profile));
    job->setInsecureFallback(false);
    const auto isOpen = std::make_shared<bool>(true);
    const auto end = [isOpen, guard = QPointer(context),
                      ended = std::move(ended)](QKeychain::Job *done) {
        if (std::exchange(*isOpen, false) && guard)
            ended(done);
    };
    connect(job, &QKeychain::Job::finished, this, end);
    QTimer::singleShot(m_patienceMs, this, [end] { end(nullptr); });
    job->start();
}

void SecretStore::read(const Profile &profile, QObject *context, Found found)
{
    const QString key = keyOf(profile);
    if (const auto known = m_session.constFind(key); known != m_session.cend()) {
        QTimer::singleShot(0, context,
                           [token = *known, found = std::move(found)] { found(token, {}); });
        return;
    }
    auto *job = new QKeychain::ReadPasswordJob(serviceName());
    run(job, profile, context, [job, found = std::move(found)](const QKeychain::Job *done) {
        found(done && !done->error() ? job->binaryData() : QByteArray(), problemOf(done));
    });
}

void SecretStore::keep(const Profile &profile, const QByteArray &token, QObject *context, Kept kept)
{
    // At once: a connection that is tried in the meantime finds it.
    const QString key = keyOf(profile);
    m_session.insert(key, token);
    auto *job = new QKeychain::WritePasswordJob(serviceName());
    job->setBinaryData(token);
    run(job, profile, context,
        [kept = std::move(kept)](const QKeychain::Job *done) { kept(problemOf(done)); });
}

void SecretStore::forget(const Profile &profile)
{
    m_session.remove(keyOf(profile));
    run(new QKeychain::DeletePasswordJob(serviceName()), profile, this, [](QKeychain::Job *) {});
}

} // namespace possync::remote
