// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/connect/address.h"

#include <QCoreApplication>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Address)
};

} // namespace

Result<QUrl, QString> parseServerAddress(const QString &typed)
{
    const QString text = typed.trimmed();
    if (text.isEmpty())
        return Unexpected(
            Words::tr("Type the address of the server, for example 192.168.1.10:3000."));
    if (const auto server = remote::serverFromText(text))
        return *server;
    return Unexpected(
        Words::tr("“%1” is not an address. Write it as 192.168.1.10:3000 or backoffice:3000.")
            .arg(text));
}

QByteArray tokenInAddress(const QString &typed)
{
    const QStringList parts = QUrl(typed.trimmed()).path().split(u'/');
    return parts.size() > 2 && parts[1] == "t"_L1 ? parts[2].toUtf8() : QByteArray();
}

QString hostText(const QUrl &server)
{
    const QString host = server.host().contains(u':') ? u'[' + server.host() + u']' : server.host();
    return u"%1:%2"_s.arg(host).arg(server.port());
}

} // namespace possync::gui
