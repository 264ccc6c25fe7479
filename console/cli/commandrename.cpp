// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What restaurants and devices are called: rename.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

namespace possync::cli {

using namespace Qt::StringLiterals;

void CommandRun::rename()
{
    const bool isDevice = m_invocation.arguments.size() > 2;
    const QString device = isDevice ? m_invocation.arguments[1] : QString();
    if (isDevice && device.isEmpty()) {
        failUsage(u"DEVICE is empty; leave it out to rename the restaurant."_s);
        return;
    }
    const QString path = remote::RestClient::restaurantPath(
        restaurant(),
        isDevice ? u"/devices/%1/name"_s.arg(QString::fromLatin1(QUrl::toPercentEncoding(device)))
                 : u"/name"_s);
    const QByteArray body =
        "{\"name\":" + json::quoted(m_invocation.arguments.back().toUtf8()) + '}';
    m_rest.post(path, body, this, telling([this, device](remote::Fields &f) {
                    const QString name = f.optionalText("name");
                    const QString whose =
                        device.isEmpty() ? u"The restaurant %1"_s.arg(printable(restaurant()))
                                         : u"The device %1 of %2"_s.arg(printable(device),
                                                                        printable(restaurant()));
                    return name.isEmpty()
                               ? u"%1 goes by its id.\n"_s.arg(whose)
                               : u"%1 is called “%2” now.\n"_s.arg(whose, printable(name));
                }));
}

} // namespace possync::cli
