// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/jwt.h"
#include "server/security/tokenstore.h"

#include <QHash>
#include <QThread>
#include <functional>
#include <mutex>

namespace possync::security {

/// Who may come in: all tokens, checked in memory, kept on disk by a thread of its own. Every
/// method is thread-safe; callbacks run on that thread.
class Access
{
public:
    /// Tokens a server keeps, those revoked and over included; beyond it none are made.
    static constexpr qsizetype mostTokens = 100'000;

    /// Opens `access.db` in the data directory, which must be there.
    static Result<std::unique_ptr<Access>, QString> open(const QString &dataDir);
    /// Writes what is due first.
    ~Access();
    Access(const Access &) = delete;
    Access &operator=(const Access &) = delete;

    /// So long a device that was replaced may still send what it had not sent.
    static constexpr qint64 lateMs = 30LL * 86'400'000;

    using Verdict = security::Verdict;
    using Checked = security::Checked;
    /// Of this server's own tokens a good one counts as used at `nowMs`, and the answer takes about
    /// as long whatever is wrong.
    Checked check(QByteArrayView secret, qint64 nowMs);

    /// Takes the tokens of an identity provider from now on; null: nobody's. The kids of before
    /// that are not trusted any more.
    QByteArrayList trust(std::shared_ptr<Jwt> jwt);

    struct Made {
        Token token;
        QByteArray secret; ///< Text to hand over; it cannot be had again.
    };
    using MadeCallback = std::function<void(Result<Made, store::StoreError>)>;
    /// Makes a token; `done` once it is on disk. `problemOf(spec)` must be nothing.
    void make(const TokenSpec &spec, qint64 nowMs, MadeCallback done);
    /// As make(), for a device; once the token is on disk it takes the place of `replaces`, if that
    /// is a token: the former is refused from then on.
    void pair(const TokenSpec &spec, const QByteArray &deviceId, const QByteArray &replaces,
              qint64 nowMs, MadeCallback done);
    /// A token that lives as long as this object and is in no list: for the program's own use.
    QByteArray makeTransient(const TokenSpec &spec, qint64 nowMs);

    using DoneCallback = std::function<void(store::Outcome)>;
    /// Refuses the token from now on, also if the disk then fails; `done` once that is on disk.
    /// False, and nothing is called, if there is no such token.
    bool revoke(const QByteArray &id, qint64 nowMs, DoneCallback done);

    /// Refuses these tokens of the identity provider from now on, also if the disk then fails;
    /// `done` once that is on disk. False, and nothing is called, if too many are revoked.
    bool revokeJwt(const RevokedJwt &revoked, DoneCallback done);
    /// Takes them again from now on; of a failing disk they are refused again behind a restart.
    /// False, and nothing is called, if neither this `jti` nor, if that is empty, this subject is
    /// revoked.
    bool takeBackJwt(const QByteArray &jti, const QByteArray &subject, DoneCallback done);
    /// Those that are not over, newest first.
    std::vector<RevokedJwt> revokedJwts(qint64 nowMs) const;
    /// Jwt::endOf(); nothing either if nobody's tokens are taken.
    std::optional<qint64> endOfJwt(const QByteArray &jti) const;

    /// Removes all tokens of a restaurant: they are refused from now on, also if the disk then
    /// fails; `done` once that is on disk.
    void forget(const QByteArray &restaurant, DoneCallback done);

    std::optional<Token> find(const QByteArray &id) const;
    /// All but the transient ones, oldest first.
    std::vector<Token> list() const;

    /// Adds to the audit log, soon. What cannot be stored is at least in the server's log. `tried`,
    /// if any, is called on another thread when it is on disk, or could not be.
    void record(AuditEvent event, qint64 nowMs, std::function<void()> tried = {});
    using AuditCallback =
        std::function<void(const Result<std::vector<AuditEntry>, store::StoreError> &)>;
    void readAudit(const AuditQuery &query, AuditCallback done);

    /// Called with a token's id when it is revoked, on the thread that did so. Set once, before
    /// others use the object.
    void setRevokedObserver(std::function<void(const QByteArray &id)> observer);
    /// The same for tokens of the identity provider.
    void setJwtRevokedObserver(std::function<void(const RevokedJwt &)> observer);

private:
    class Keeper; ///< Lives on m_thread.
    struct Entry {
        Token token;
        qint64 usedOnDiskMs = 0;
        bool isTransient = false;
    };

    Access();
    Made prepare(const TokenSpec &spec, qint64 nowMs);
    bool refuse(const QByteArray &id, const QByteArray &replacedBy, qint64 nowMs);
    store::Outcome hasRoom() const;
    void keep(const QByteArray &tokenId, DoneCallback done);

    QThread m_thread;
    Keeper *m_keeper = nullptr; ///< Destroyed on m_thread.
    std::function<void(const QByteArray &)> m_revoked;
    std::function<void(const RevokedJwt &)> m_jwtRevoked;

    mutable std::mutex m_mutex; // guards all below
    RevokedJwts m_revokedJwts;
    std::shared_ptr<Jwt> m_jwt;
    QHash<QByteArray, Entry> m_entries;
};

} // namespace possync::security
