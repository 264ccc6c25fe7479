// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/ownerfile.h"

#include <QDir>
#include <QFile>

#include <filesystem>
#include <future>

using namespace Qt::StringLiterals;

namespace possync::security {
namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

QByteArray secretIn(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readLine(200).trimmed();
}

std::optional<QString> writeFile(const QString &name, const QByteArray &content)
{
    // Never readable by others, not even for a moment, and never half written.
    const QString part = name + u".new"_s;
    QFile::remove(part);
    QFile file(part);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly)
        || file.write(content) != content.size() || !file.flush())
        return u"cannot write %1: %2"_s.arg(part, file.errorString());
    file.close();
    std::error_code error; // QFile::rename() would not take the place of what is there
    std::filesystem::rename(part.toStdWString(), name.toStdWString(), error);
    if (error)
        return u"cannot write %1: %2"_s.arg(name, QString::fromStdString(error.message()));
    return std::nullopt;
}

void revokeFormer(Access &access, qint64 nowMs)
{
    for (const Token &token : access.list()) {
        if (token.spec.name == ownerTokenName && token.revokedAtMs == 0)
            access.revoke(token.id, nowMs, {});
    }
}

} // namespace

std::optional<QString> provideOwnerFile(Access &access, const QString &dataDir, const QString &url,
                                        qint64 nowMs)
{
    const QString name = QDir(dataDir).filePath(ownerTokenName.toString());
    QByteArray secret = secretIn(name);
    const Access::Checked checked = access.check(secret, nowMs);
    const bool isGood = checked.verdict == Access::Verdict::Good
                        && checked.grant.role == Role::Owner && checked.grant.restaurant.isEmpty();
    if (!isGood) {
        revokeFormer(access, nowMs);
        std::promise<Result<Access::Made, store::StoreError>> promise;
        auto future = promise.get_future();
        access.make({TokenKind::Console, Role::Owner, {}, ownerTokenName.toString(), 0}, nowMs,
                    [&promise](Result<Access::Made, store::StoreError> made) {
                        promise.set_value(std::move(made));
                    });
        const auto made = future.get();
        if (!made)
            return u"cannot keep the owner's token: "_s + made.error().detail;
        secret = made->secret;
    }
    return writeFile(name, secret + '\n' + url.toUtf8() + '\n');
}

} // namespace possync::security
