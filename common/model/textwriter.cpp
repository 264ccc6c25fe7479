// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/textwriter.h"

#include "common/model/jsonscan.h"
#include "common/model/jsontext.h"

namespace possync::json {

TextWriter &TextWriter::quoted(QByteArrayView utf8)
{
    if (firstToEscape(utf8.begin(), utf8.end()) != utf8.end())
        return put(json::quoted(utf8));
    makeRoom(utf8.size() + 2);
    return put('"').put(utf8).put('"');
}

void TextWriter::grow(qsizetype bytes)
{
    const qsizetype used = size();
    m_text.resize(std::max(used + bytes, used * 2));
    m_at = m_text.data() + used;
    m_end = m_text.data() + m_text.size();
}

} // namespace possync::json
