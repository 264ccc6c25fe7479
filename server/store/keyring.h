// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QByteArray>
#include <QString>

#include <array>
#include <memory>
#include <vector>

namespace possync::store {

/// Tells keys apart; follows from the key. 0 stands for "not encrypted".
using KeyId = quint32;

/// Eight hexadecimal digits, or "plain".
QByteArray keyName(KeyId id);
/// The other way; nothing if it is no such name.
std::optional<KeyId> keyIdFrom(const QByteArray &name);

/// The keys that stored rows are encrypted with: the newest for what is written, all for what is
/// read. Overwritten in memory when it goes. May be read by any thread.
class KeyRing
{
public:
    static constexpr std::size_t keyBytes = 32;

    /// Whether others than the file's owner may be able to read it.
    enum class Guard {
        OwnerOnly, ///< Refused if the file's mode lets others read it.
        ByOthers,  ///< Somebody else sees to that, as systemd does for credentials.
    };

    /// What is encrypted.
    enum class Use {
        Everything,
        Backups, ///< Only copies; what is served is written as it is, whatever the file says.
    };

    /// Reads a key file; docs/security.md, "Encryption at rest". One line that names what is wrong.
    static Result<std::shared_ptr<const KeyRing>, QString> read(const QString &file, Guard guard,
                                                                Use use = Use::Everything);
    /// Reads the text of a key file; `name` is for errors.
    static Result<std::shared_ptr<const KeyRing>, QString> parse(const QByteArray &text,
                                                                 const QString &name,
                                                                 Use use = Use::Everything);
    ~KeyRing();
    KeyRing(const KeyRing &) = delete;
    KeyRing &operator=(const KeyRing &) = delete;

    /// What new rows are encrypted with; 0: they are not.
    KeyId current() const { return m_current; }
    /// The newest key, whether or not it is in use for new rows; 0 without any.
    KeyId newest() const { return m_keys.empty() ? 0 : m_keys.back().id; }
    /// The same keys, for backups of what is written as it is: the newest seals. Null unless they
    /// are for backups.
    std::shared_ptr<const KeyRing> forBackups() const;
    /// `keyBytes` bytes; null if there is no such key.
    const unsigned char *find(KeyId id) const;
    std::size_t size() const { return m_keys.size(); }
    /// Where the keys come from, for errors.
    const QString &name() const { return m_name; }

private:
    struct Key {
        KeyId id = 0;
        std::array<unsigned char, keyBytes> bytes{};
    };
    explicit KeyRing(QString name);

    QString m_name;
    std::vector<Key> m_keys; ///< Oldest first.
    KeyId m_current = 0;
    Use m_use = Use::Everything;
};

/// Null: nothing is encrypted.
using Keys = std::shared_ptr<const KeyRing>;

/// Adds a new random key as the newest to a key file, which is made (0600) if there is none; the
/// file is replaced as a whole. Its id, or one line that says what is wrong.
Result<KeyId, QString> addKey(const QString &file);

} // namespace possync::store
