// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/keyring.h"

#include "server/store/highwatermark.h"

#include <QFile>
#include <QFileInfo>
#include <QtEndian>

#include <algorithm>
#include <filesystem>
#include <sodium.h>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;
constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
constexpr qint64 mostFileBytes = 65'536;

constexpr char fileHead[] =
    "# Keys of a PosSync server, oldest first; the last one encrypts.\n"
    "# Whoever has this file can read what is stored, and without it nobody "
    "can.\n";

/// The same for the same key everywhere, and says nothing about it.
KeyId idOf(const unsigned char *key)
{
    static constexpr char purpose[] = "possync key id";
    std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char *>(purpose),
                       sizeof(purpose) - 1, key, KeyRing::keyBytes);
    // 0 has a meaning of its own.
    return std::max<KeyId>(qFromBigEndian<quint32>(hash.data()), 1);
}

/// Its text; nothing is said of what is in it.
Result<QByteArray, QString> textOf(const QString &name, KeyRing::Guard guard)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{u"cannot read the key file %1: %2"_s.arg(name, file.errorString())};
    if (guard == KeyRing::Guard::OwnerOnly && (file.permissions() & others) != 0) {
        return Unexpected{
            u"the key file %1 can be read or written by others; run: chmod 600 %1"_s.arg(name)};
    }
    if (file.size() > mostFileBytes)
        return Unexpected{u"%1 is too large for a key file"_s.arg(name)};
    return file.readAll();
}

} // namespace

QByteArray keyName(KeyId id)
{
    return id == 0 ? QByteArray("plain") : QByteArray::number(id, 16).rightJustified(8, '0');
}

std::optional<KeyId> keyIdFrom(const QByteArray &name)
{
    if (name == "plain")
        return 0;
    bool isNumber = false;
    const KeyId id = name.toUInt(&isNumber, 16);
    return isNumber && id != 0 && name.size() == 8 ? std::optional(id) : std::nullopt;
}

KeyRing::KeyRing(QString name)
    : m_name(std::move(name))
{
}

KeyRing::~KeyRing()
{
    for (Key &key : m_keys)
        sodium_memzero(key.bytes.data(), key.bytes.size());
}

Result<Keys, QString> KeyRing::read(const QString &file, Guard guard, Use use)
{
    auto text = textOf(file, guard);
    if (!text)
        return Unexpected{text.error()};
    auto keys = parse(*text, file, use);
    sodium_memzero(text->data(), std::size_t(text->size()));
    return keys;
}

std::shared_ptr<const KeyRing> KeyRing::forBackups() const
{
    if (m_use != Use::Backups)
        return nullptr;
    std::shared_ptr<KeyRing> ring(new KeyRing(m_name));
    ring->m_keys = m_keys;
    ring->m_current = newest();
    return ring;
}

Result<Keys, QString> KeyRing::parse(const QByteArray &text, const QString &name, Use use)
{
    if (sodium_init() < 0)
        return Unexpected{u"the system has no random numbers"_s};
    std::shared_ptr<KeyRing> ring(new KeyRing(name));
    const auto wrong = [&name](qsizetype line, const char *what) {
        return Unexpected{u"%1:%2: %3"_s.arg(name).arg(line).arg(QLatin1StringView(what))};
    };
    const QList<QByteArrayView> lines = [&text] {
        QList<QByteArrayView> all;
        for (qsizetype start = 0; start < text.size();) {
            const qsizetype end = text.indexOf('\n', start);
            const qsizetype stop = end < 0 ? text.size() : end;
            all.append(QByteArrayView(text).sliced(start, stop - start).trimmed());
            start = stop + 1;
        }
        return all;
    }();
    bool isEmpty = true;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QByteArrayView line = lines[i];
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        isEmpty = false;
        if (line == "plain") {
            ring->m_current = 0;
            continue;
        }
        // Room for all of them from the start: what a vector leaves behind is not overwritten.
        ring->m_keys.reserve(static_cast<std::size_t>(lines.size()));
        Key key;
        std::size_t length = 0;
        const char *end = nullptr;
        const int decoded =
            sodium_hex2bin(key.bytes.data(), key.bytes.size(), line.data(),
                           static_cast<std::size_t>(line.size()), nullptr, &length, &end);
        if (decoded != 0 || length != keyBytes || end != line.data() + line.size()) {
            return wrong(i + 1, "a key is 64 hexadecimal digits; "
                                "\"possync-server add-key FILE\" makes one");
        }
        key.id = idOf(key.bytes.data());
        if (ring->find(key.id))
            return wrong(i + 1, "this key stands in the file twice");
        ring->m_keys.push_back(key);
        sodium_memzero(key.bytes.data(), key.bytes.size());
        ring->m_current = key.id;
    }
    ring->m_use = use;
    if (use == Use::Backups)
        ring->m_current = 0;
    if (isEmpty || (use == Use::Backups && ring->m_keys.empty()))
        return Unexpected{u"%1 holds no key; \"possync-server add-key %1\" makes one"_s.arg(name)};
    return Keys(std::move(ring));
}

const unsigned char *KeyRing::find(KeyId id) const
{
    // One to three keys: nothing is quicker. The newest is asked for most.
    for (auto key = m_keys.rbegin(); key != m_keys.rend(); ++key) {
        if (key->id == id)
            return key->bytes.data();
    }
    return nullptr;
}

Result<KeyId, QString> addKey(const QString &file)
{
    if (sodium_init() < 0)
        return Unexpected{u"the system has no random numbers"_s};
    QByteArray text(fileHead);
    if (QFile::exists(file)) {
        auto present = textOf(file, KeyRing::Guard::OwnerOnly);
        if (!present)
            return Unexpected{present.error()};
        if (!present->trimmed().isEmpty()) {
            text = *present;
            if (!text.endsWith('\n'))
                text += '\n';
            if (const auto readable = KeyRing::parse(text, file); !readable)
                return Unexpected{readable.error()};
        }
    }
    std::array<unsigned char, KeyRing::keyBytes> key{};
    randombytes_buf(key.data(), key.size());
    std::array<char, KeyRing::keyBytes * 2 + 1> digits{};
    sodium_bin2hex(digits.data(), digits.size(), key.data(), key.size());
    text += QByteArrayView(digits.data(), digits.size() - 1);
    text += '\n';

    const QString part = file + u".new"_s;
    QFile::remove(part);
    QFile written(part);
    if (!written.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly)
        || written.write(text) != text.size() || !flushToDevice(written))
        return Unexpected{u"cannot write %1: %2"_s.arg(part, written.errorString())};
    written.close();
    std::error_code error; // QFile::rename() would not take the place of what is there
    std::filesystem::rename(part.toStdWString(), file.toStdWString(), error);
    if (error)
        return Unexpected{
            u"cannot write %1: %2"_s.arg(file, QString::fromStdString(error.message()))};
    flushDirectory(QFileInfo(file).absolutePath());
    return idOf(key.data());
}

} // namespace possync::store
