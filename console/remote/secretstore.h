// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/phrase.h"
#include "console/remote/profile.h"

#include <QHash>
#include <QObject>
#include <functional>

namespace QKeychain {
class Job;
}

namespace possync::remote {

/// The tokens of kept servers: in the system's keychain, or, where there is none or it refuses, in
/// memory for as long as this object lives. Nowhere else. A token belongs to a name and an address
/// together: who edits the address in a settings file does not get the token sent there. Answers
/// come later, once, and not after the context object has gone.
class SecretStore : public QObject
{
    Q_OBJECT

public:
    /// Empty: there is none, or, with a problem, the keychain does not give it.
    using Found = std::function<void(const QByteArray &token, const Phrase &problem)>;
    /// Without a problem it is in the keychain; otherwise it is kept for this session only. A
    /// problem is the end of a sentence: "this computer has no keychain".
    using Kept = std::function<void(const Phrase &problem)>;

    explicit SecretStore(QObject *parent = nullptr);

    void read(const Profile &profile, QObject *context, Found found);
    void keep(const Profile &profile, const QByteArray &token, QObject *context, Kept kept);
    void forget(const Profile &profile);

    /// Milliseconds a keychain may take; people may have to unlock it first.
    void setPatience(int ms) { m_patienceMs = ms; }

private:
    using Ended = std::function<void(QKeychain::Job *job)>;
    /// Null is given to `ended` when the keychain does not answer.
    void run(QKeychain::Job *job, const Profile &profile, QObject *context, Ended ended);
    static QString keyOf(const Profile &profile);

    QHash<QString, QByteArray> m_session;
    int m_patienceMs = 60000;
};

} // namespace possync::remote
