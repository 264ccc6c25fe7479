// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/access.h"

#include <QDir>

#include <algorithm>
#include <sodium.h>

using namespace Qt::StringLiterals;

namespace possync::security {
namespace {

/// How far the time of last use on disk may lag behind.
constexpr qint64 usedGrainMs = 60'000;

} // namespace

class Access::Keeper final : public QObject
{
public:
    void post(std::function<void(Keeper &)> run)
    {
        QMetaObject::invokeMethod(
            this, [this, run = std::move(run)] { run(*this); }, Qt::QueuedConnection);
    }

    std::unique_ptr<TokenStore> store;
};

Access::Access()
{
    m_thread.setObjectName(u"possync-access"_s);
    m_keeper = new Keeper;
    m_keeper->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_keeper, &QObject::deleteLater);
    m_thread.start();
}

Access::~Access()
{
    m_keeper->post([](Keeper &keeper) { keeper.thread()->quit(); });
    m_thread.wait();
}

Result<std::unique_ptr<Access>, QString> Access::open(const QString &dataDir)
{
    if (sodium_init() < 0)
        return Unexpected{u"libsodium finds no source of random numbers"_s};
    std::unique_ptr<Access> access(new Access);
    std::optional<QString> problem;
    std::vector<Token> tokens;
    std::vector<RevokedJwt> revoked;
    QMetaObject::invokeMethod(
        access->m_keeper,
        [&, keeper = access->m_keeper] {
            auto opened = TokenStore::open(QDir(dataDir).filePath(u"access.db"_s));
            if (!opened) {
                problem = opened.error().detail;
                return;
            }
            keeper->store = std::move(*opened);
            auto all = keeper->store->all();
            if (all)
                tokens = std::move(*all);
            else
                problem = all.error().detail;
            auto jwts = keeper->store->revokedJwts();
            if (jwts)
                revoked = std::move(*jwts);
            else
                problem = jwts.error().detail;
        },
        Qt::BlockingQueuedConnection);
    if (problem)
        return Unexpected{u"access tokens cannot be read: "_s + *problem};
    for (Token &token : tokens) {
        Entry entry{token, token.lastUsedAtMs, false};
        access->m_entries.insert(token.id, std::move(entry));
    }
    for (const RevokedJwt &each : revoked)
        access->m_revokedJwts.add(each, 0);
    return access;
}

void Access::setJwtRevokedObserver(std::function<void(const RevokedJwt &)> observer)
{
    m_jwtRevoked = std::move(observer);
}

void Access::setRevokedObserver(std::function<void(const QByteArray &)> observer)
{
    m_revoked = std::move(observer);
}

QByteArrayList Access::trust(std::shared_ptr<Jwt> jwt)
{
    const std::lock_guard lock(m_mutex);
    const std::shared_ptr<Jwt> former = std::exchange(m_jwt, std::move(jwt));
    return former ? former->kidsMissingIn(m_jwt.get()) : QByteArrayList();
}

Access::Checked Access::check(QByteArrayView secret, qint64 nowMs)
{
    if (Jwt::isFormedLike(secret)) {
        std::shared_ptr<Jwt> jwt;
        {
            const std::lock_guard lock(m_mutex);
            jwt = m_jwt;
        }
        Checked checked = jwt ? jwt->check(secret, nowMs) : Checked();
        if (checked.verdict == Verdict::Good) {
            const std::lock_guard lock(m_mutex);
            if (m_revokedJwts.holds(checked.grant, nowMs))
                return {Verdict::Revoked, {}, {}};
        }
        return checked;
    }
    static const QByteArray nothing(crypto_generichash_BYTES, '\0');
    const QByteArray id = idInSecret(secret);
    const QByteArray hash = hashOfSecret(id.isEmpty() ? QByteArrayView() : secret);
    bool isDue = false;
    Checked checked;
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_entries.find(id);
        const bool isKnown = areEqual(hash, found == m_entries.end() ? nothing : found->token.hash);
        if (!isKnown || found == m_entries.end())
            return checked;
        Token &token = found->token;
        if (token.revokedAtMs != 0) {
            checked.verdict = Verdict::Revoked;
            const bool isOver = token.spec.expiresAtMs != 0 && token.spec.expiresAtMs <= nowMs;
            if (!token.replacedBy.isEmpty() && !isOver && nowMs - token.revokedAtMs < lateMs) {
                checked.grant = {token.spec.role, token.spec.restaurant, token.id,
                                 token.spec.expiresAtMs};
                checked.grant.isFenced = true;
            }
            return checked;
        }
        if (token.spec.expiresAtMs != 0 && token.spec.expiresAtMs <= nowMs)
            return {Verdict::Expired, {}, {}};
        token.lastUsedAtMs = nowMs;
        if (!found->isTransient && nowMs - found->usedOnDiskMs >= usedGrainMs) {
            found->usedOnDiskMs = nowMs;
            isDue = true;
        }
        checked = {Verdict::Good,
                   {token.spec.role, token.spec.restaurant, token.id, token.spec.expiresAtMs},
                   {}};
    }
    if (isDue)
        keep(id, {});
    return checked;
}

void Access::keep(const QByteArray &tokenId, DoneCallback done)
{
    m_keeper->post([this, id = tokenId, done = std::move(done)](Keeper &keeper) {
        // As it is now: an older state that comes later must not undo a revocation.
        const auto now = find(id);
        // Gone with its restaurant meanwhile: then so is its use.
        const store::Outcome kept =
            now ? keeper.store->put(*now)
                : Unexpected{store::StoreError{store::StoreErrorCode::InvalidArgument, {}}};
        if (done)
            done(kept);
    });
}

Access::Made Access::prepare(const TokenSpec &spec, qint64 nowMs)
{
    NewSecret secret = newSecret();
    Made made{{secret.id, spec, secret.hash, nowMs, 0, 0, {}, {}}, secret.text};
    return made;
}

void Access::make(const TokenSpec &spec, qint64 nowMs, MadeCallback done)
{
    pair(spec, {}, {}, nowMs, std::move(done));
}

void Access::pair(const TokenSpec &spec, const QByteArray &deviceId, const QByteArray &replaces,
                  qint64 nowMs, MadeCallback done)
{
    Made made = prepare(spec, nowMs);
    made.token.deviceId = deviceId;
    m_keeper->post(
        [this, made = std::move(made), replaces, nowMs, done = std::move(done)](Keeper &keeper) {
            // Valid only once it is on disk: whoever holds it holds it for good.
            store::Outcome kept = hasRoom();
            if (kept)
                kept = keeper.store->put(made.token);
            if (kept) {
                const std::lock_guard lock(m_mutex);
                m_entries.insert(made.token.id, {made.token, 0, false});
            }
            if (kept && !replaces.isEmpty() && refuse(replaces, made.token.id, nowMs))
                kept = keeper.store->put(*find(replaces));
            if (kept)
                done(made);
            else
                done(Unexpected{kept.error()});
        });
}

store::Outcome Access::hasRoom() const
{
    const std::lock_guard lock(m_mutex);
    if (m_entries.size() < mostTokens)
        return Done{};
    return Unexpected{store::StoreError{store::StoreErrorCode::InvalidArgument,
                                        u"there are %1 tokens already"_s.arg(m_entries.size())}};
}

QByteArray Access::makeTransient(const TokenSpec &spec, qint64 nowMs)
{
    const Made made = prepare(spec, nowMs);
    const std::lock_guard lock(m_mutex);
    m_entries.insert(made.token.id, {made.token, 0, true});
    return made.secret;
}

bool Access::refuse(const QByteArray &id, const QByteArray &replacedBy, qint64 nowMs)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_entries.find(id);
        if (found == m_entries.end() || found->isTransient)
            return false;
        Token &token = found->token;
        if (token.revokedAtMs == 0) {
            token.revokedAtMs = nowMs;
            token.replacedBy = replacedBy;
        } else if (replacedBy.isEmpty()) {
            token.replacedBy.clear(); // revoked by somebody: not even late changes
        }
    }
    if (m_revoked)
        m_revoked(id);
    return true;
}

bool Access::revoke(const QByteArray &id, qint64 nowMs, DoneCallback done)
{
    if (!refuse(id, {}, nowMs))
        return false;
    keep(id, std::move(done));
    return true;
}

bool Access::revokeJwt(const RevokedJwt &revoked, DoneCallback done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_revokedJwts.add(revoked, revoked.revokedAtMs))
            return false;
    }
    if (m_jwtRevoked)
        m_jwtRevoked(revoked);
    m_keeper->post([revoked, done = std::move(done)](Keeper &keeper) {
        done(keeper.store->putRevokedJwt(revoked, revoked.revokedAtMs));
    });
    return true;
}

bool Access::takeBackJwt(const QByteArray &jti, const QByteArray &subject, DoneCallback done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_revokedJwts.remove(jti, subject))
            return false;
    }
    m_keeper->post([jti, subject, done = std::move(done)](Keeper &keeper) {
        done(keeper.store->takeBackJwt(jti, subject));
    });
    return true;
}

std::vector<RevokedJwt> Access::revokedJwts(qint64 nowMs) const
{
    const std::lock_guard lock(m_mutex);
    return m_revokedJwts.list(nowMs);
}

std::optional<qint64> Access::endOfJwt(const QByteArray &jti) const
{
    std::shared_ptr<Jwt> jwt;
    {
        const std::lock_guard lock(m_mutex);
        jwt = m_jwt;
    }
    return jwt ? jwt->endOf(jti) : std::nullopt;
}

void Access::forget(const QByteArray &restaurant, DoneCallback done)
{
    QByteArrayList gone;
    {
        const std::lock_guard lock(m_mutex);
        m_entries.removeIf([&](const auto &entry) {
            const bool isOne = entry->token.spec.restaurant == restaurant && !entry->isTransient;
            if (isOne)
                gone += entry.key();
            return isOne;
        });
    }
    for (const QByteArray &id : gone) {
        if (m_revoked)
            m_revoked(id);
    }
    m_keeper->post([restaurant, done = std::move(done)](Keeper &keeper) {
        done(keeper.store->forget(restaurant));
    });
}

void Access::record(AuditEvent event, qint64 nowMs, std::function<void()> tried)
{
    m_keeper->post([event = std::move(event), nowMs, tried = std::move(tried)](Keeper &keeper) {
        if (const auto added = keeper.store->audit().append(event, nowMs); !added)
            qWarning("The audit log cannot be written (%s): %s %s by %s",
                     qUtf8Printable(added.error().detail), event.act.constData(),
                     event.target.constData(), event.actor.constData());
        if (tried)
            tried();
    });
}

void Access::readAudit(const AuditQuery &query, AuditCallback done)
{
    m_keeper->post([query, done = std::move(done)](Keeper &keeper) {
        done(keeper.store->audit().read(query));
    });
}

std::optional<Token> Access::find(const QByteArray &id) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.constFind(id);
    if (found == m_entries.cend() || found->isTransient)
        return std::nullopt;
    return found->token;
}

std::vector<Token> Access::list() const
{
    std::vector<Token> tokens;
    {
        const std::lock_guard lock(m_mutex);
        tokens.reserve(static_cast<std::size_t>(m_entries.size()));
        for (const Entry &entry : m_entries) {
            if (!entry.isTransient)
                tokens.push_back(entry.token);
        }
    }
    std::ranges::sort(tokens, [](const Token &a, const Token &b) {
        return std::pair(a.createdAtMs, a.id) < std::pair(b.createdAtMs, b.id);
    });
    return tokens;
}

} // namespace possync::security
