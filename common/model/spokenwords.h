// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace possync {

/// So many bytes of a fingerprint are read out; server and console must agree.
constexpr qsizetype spokenBytes = 16;

/// Bytes as words that can be read out over the phone: each two bytes are five letters, consonants
/// and vowels in turn, after D. S. Wilkerson, "A Proposal for Proquints" (arXiv:0901.4016).
QString spokenWords(const QByteArray &bytes);

} // namespace possync
