// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QHostAddress>
#include <QUrl>
#include <chrono>
#include <vector>

/// How webhooks are delivered, as far as no socket is needed: where to, signed how, tried again
/// when. docs/protocol.md, "Webhooks". Pure; any thread.
namespace possync::hooks {

/// A signature: `v1=` and the HMAC-SHA256, in hexadecimal, of
/// `<timestamp>.<id>.<body>` under the secret's text.
QByteArray signature(const QByteArray &secret, qint64 timestampS, const QByteArray &id,
                     const QByteArray &body);

/// The value of `X-PosSync-Signature` where several secrets sign: theirs, in this order, with
/// commas between them.
QByteArray signatures(const QByteArrayList &secrets, qint64 timestampS, const QByteArray &id,
                      const QByteArray &body);

/// How long to wait behind the `attempts`th failed one: five times as long each time, from `first`
/// on, at most six hours.
std::chrono::milliseconds pauseAfter(int attempts, std::chrono::milliseconds first);

/// Whether an address belongs to the public internet: not to a private or local network, this
/// computer, a documentation range or a tunnel that leads to one of them.
bool isPublicAddress(const QHostAddress &address);

/// "host:port" entries that may be private, in lower case.
using AllowedHosts = QStringList;

/// A URL that may be called, or what is wrong with it in one phrase. Judges everything but what a
/// name resolves to.
Result<QUrl, QString> targetFrom(const QString &text, const AllowedHosts &allowed);
/// Whether the target is in the list.
bool isAllowed(const QUrl &target, const AllowedHosts &allowed);
/// The address to connect to, out of those its name has; or why to none. One private address is
/// enough to refuse all: the next question might be answered with it.
Result<QHostAddress, QString> addressFor(const QUrl &target, const QList<QHostAddress> &addresses,
                                         const AllowedHosts &allowed);

} // namespace possync::hooks
