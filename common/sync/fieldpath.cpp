// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/fieldpath.h"

#include "common/sync/recordstate.h"

namespace possync::sync {
namespace {

void appendPart(QByteArray &path, QByteArrayView part)
{
    for (const char letter : part) {
        if (letter == '~')
            path.append("~0");
        else if (letter == '/')
            path.append("~1");
        else
            path.append(letter);
    }
}

} // namespace

QByteArray fieldPath(QByteArrayView field)
{
    QByteArray path;
    path.reserve(field.size());
    appendPart(path, field);
    return path;
}

QByteArray linePath(QByteArrayView lineId)
{
    QByteArray path = linesField.toByteArray();
    path.append('/');
    appendPart(path, lineId);
    return path;
}

QByteArray linePath(QByteArrayView lineId, QByteArrayView field)
{
    QByteArray path = linePath(lineId);
    path.append('/');
    appendPart(path, field);
    return path;
}

QByteArrayList pathParts(QByteArrayView path)
{
    QByteArrayList parts = path.toByteArray().split('/');
    while (parts.size() > 3) {
        parts[1] += '/' + parts[2];
        parts.removeAt(2);
    }
    for (QByteArray &part : parts)
        part.replace("~1", "/").replace("~0", "~");
    return parts;
}

} // namespace possync::sync
