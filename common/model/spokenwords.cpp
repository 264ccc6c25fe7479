// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/spokenwords.h"

namespace possync {

QString spokenWords(const QByteArray &bytes)
{
    constexpr QByteArrayView consonants = "bdfghjklmnprstvz";
    constexpr QByteArrayView vowels = "aiou";
    QByteArray words;
    for (qsizetype i = 0; i + 1 < bytes.size(); i += 2) {
        const unsigned pair = static_cast<unsigned>(static_cast<quint8>(bytes[i])) << 8
                              | static_cast<quint8>(bytes[i + 1]);
        if (i > 0)
            words += '-';
        words += consonants[pair >> 12 & 15];
        words += vowels[pair >> 10 & 3];
        words += consonants[pair >> 6 & 15];
        words += vowels[pair >> 4 & 3];
        words += consonants[pair & 15];
    }
    return QString::fromLatin1(words);
}

} // namespace possync
