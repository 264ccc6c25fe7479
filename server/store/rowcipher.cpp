// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/rowcipher.h"

#include "server/store/checksum.h"

#include <QtEndian>

#include <sodium.h>

namespace possync::store {
namespace {

constexpr qsizetype nonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr qsizetype tagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(KeyRing::keyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

enum class Table : quint64 { Journal = 1, State = 2, Other = 3 };

const unsigned char *bytesOf(QByteArrayView view)
{
    return reinterpret_cast<const unsigned char *>(view.data());
}

template<std::size_t N>
QByteArrayView viewOf(std::array<quint64, N> &numbers)
{
    for (quint64 &number : numbers)
        number = qToLittleEndian(number);
    return {reinterpret_cast<const char *>(numbers.data()), qsizetype(sizeof(numbers))};
}

QByteArray sealed(const unsigned char *key, QByteArrayView place, QByteArrayView content)
{
    QByteArray bytes(nonceBytes + content.size() + tagBytes, Qt::Uninitialized);
    auto *const nonce = reinterpret_cast<unsigned char *>(bytes.data());
    randombytes_buf(nonce, std::size_t(nonceBytes));
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonceBytes, nullptr, bytesOf(content),
                                               quint64(content.size()), bytesOf(place),
                                               quint64(place.size()), nullptr, nonce, key);
    return bytes;
}

std::optional<QByteArray> opened(const unsigned char *key, QByteArrayView place,
                                 QByteArrayView stored)
{
    if (!key || stored.size() < nonceBytes + tagBytes)
        return {};
    QByteArray content(stored.size() - nonceBytes - tagBytes, Qt::Uninitialized);
    const int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char *>(content.data()), nullptr, nullptr,
        bytesOf(stored) + nonceBytes, quint64(stored.size() - nonceBytes), bytesOf(place),
        quint64(place.size()), bytesOf(stored), key);
    return result == 0 ? std::optional(std::move(content)) : std::nullopt;
}

std::array<quint64, 7> placeOf(KeyId key, quint64 pos, const core::JournalBlock &block)
{
    return {quint64(Table::Journal), key, pos, block.restaurant, block.firstSeq, block.lastSeq,
            quint64(block.atMs)};
}

QByteArray placeOf(KeyId key, core::RestaurantNo restaurant, const QByteArray &stateKey)
{
    std::array<quint64, 3> numbers{quint64(Table::State), key, restaurant};
    return viewOf(numbers).toByteArray() + stateKey;
}

QByteArray placeOf(KeyId key, QByteArrayView place)
{
    std::array<quint64, 2> numbers{quint64(Table::Other), key};
    return viewOf(numbers).toByteArray().append(place);
}

} // namespace

SealedRow RowCipher::block(quint64 pos, const core::JournalBlock &block) const
{
    const KeyId key = current();
    SealedRow row{key, block.body, 0};
    if (key != 0) {
        auto place = placeOf(key, pos, block);
        row.bytes = sealed(m_keys->find(key), viewOf(place), block.body);
    }
    row.checksum = blockChecksum(pos, block, row);
    return row;
}

std::optional<QByteArray> RowCipher::openBlock(KeyId key, quint64 pos,
                                               const core::JournalBlock &stored) const
{
    if (key == 0)
        return stored.body;
    auto place = placeOf(key, pos, stored);
    return m_keys ? opened(m_keys->find(key), viewOf(place), stored.body) : std::nullopt;
}

SealedRow RowCipher::state(core::RestaurantNo restaurant, const QByteArray &key,
                           const QByteArray &value) const
{
    SealedRow row{current(), value, 0};
    if (row.key != 0)
        row.bytes = sealed(m_keys->find(row.key), placeOf(row.key, restaurant, key), value);
    row.checksum = stateChecksum(restaurant, key, row);
    return row;
}

std::optional<QByteArray> RowCipher::openState(KeyId key, core::RestaurantNo restaurant,
                                               const QByteArray &stateKey,
                                               const QByteArray &stored) const
{
    if (key == 0)
        return stored;
    return m_keys ? opened(m_keys->find(key), placeOf(key, restaurant, stateKey), stored)
                  : std::nullopt;
}

QByteArray RowCipher::seal(QByteArrayView place, const QByteArray &content) const
{
    const KeyId key = current();
    return key == 0 ? content : sealed(m_keys->find(key), placeOf(key, place), content);
}

std::optional<QByteArray> RowCipher::open(KeyId key, QByteArrayView place,
                                          const QByteArray &stored) const
{
    if (key == 0)
        return stored;
    return m_keys ? opened(m_keys->find(key), placeOf(key, place), stored) : std::nullopt;
}

} // namespace possync::store
