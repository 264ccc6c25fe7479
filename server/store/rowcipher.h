// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/journalport.h"
#include "server/store/keyring.h"

namespace possync::store {

/// What stands in a row in place of its content, and the checksum over that.
struct SealedRow {
    KeyId key = 0; ///< 0: `bytes` is the content itself.
    QByteArray bytes;
    qint64 checksum = 0;
};

/// Seals the content of rows (XChaCha20-Poly1305) and opens it again: a random nonce of 24 bytes,
/// the encrypted content, a tag of 16. Table, numbers and key of its row are authenticated with it,
/// so that it opens nowhere else. Without keys everything stays as it is, and nothing is copied.
/// docs/adr/0014. May be used by any thread.
class RowCipher
{
public:
    explicit RowCipher(Keys keys = {})
        : m_keys(std::move(keys))
    {
    }

    const Keys &keys() const { return m_keys; }
    /// What new rows are sealed with.
    KeyId current() const { return m_keys ? m_keys->current() : 0; }
    bool canOpen(KeyId key) const { return key == 0 || (m_keys && m_keys->find(key)); }

    SealedRow block(quint64 pos, const core::JournalBlock &block) const;
    /// The content of a block whose body is as stored; nothing if it is not what was sealed there.
    std::optional<QByteArray> openBlock(KeyId key, quint64 pos,
                                        const core::JournalBlock &stored) const;

    SealedRow state(core::RestaurantNo restaurant, const QByteArray &key,
                    const QByteArray &value) const;
    /// The content of a row of saved state; nothing if it is not what was sealed there.
    std::optional<QByteArray> openState(KeyId key, core::RestaurantNo restaurant,
                                        const QByteArray &stateKey, const QByteArray &stored) const;

    /// The same for tables that have no checksums; `place` says which row and column it is.
    QByteArray seal(QByteArrayView place, const QByteArray &content) const;
    std::optional<QByteArray> open(KeyId key, QByteArrayView place, const QByteArray &stored) const;

private:
    Keys m_keys;
};

} // namespace possync::store
