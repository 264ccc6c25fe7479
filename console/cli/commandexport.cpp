// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Commands about all that is kept of one restaurant: export and erase.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"

#include <QSaveFile>

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Answer;

namespace {

/// Many changes take a while to overwrite.
constexpr std::chrono::minutes longPatience{30};

QByteArray typeOf(QByteArrayView line)
{
    json::Members members;
    const json::Member *type =
        json::splitObject(line, members) ? json::find(members, "type") : nullptr;
    return type && type->type == json::Type::String ? json::unquoted(type->value) : QByteArray();
}

} // namespace

/// An export on its way into its file.
struct CommandRun::ExportFile {
    explicit ExportFile(const QString &name)
        : file(name)
    {
    }
    QSaveFile file;
    QMap<QByteArray, quint64> counts; ///< Lines, by their type.
    quint64 lines = 0;
};

void CommandRun::exportAll()
{
    const QString &name = m_invocation.arguments[1];
    m_export = std::make_shared<ExportFile>(name);
    QSaveFile &file = m_export->file;
    // It holds names and what people did: for its owner only.
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) {
        fail({u"cannot_write"_s,
              u"%1 cannot be written: %2."_s.arg(printable(name), file.errorString()),
              {}});
        return;
    }
    fetchExport({});
}

void CommandRun::fetchExport(const QString &cursor)
{
    QString path = u"/export"_s;
    if (!cursor.isEmpty())
        path += u"?cursor="_s + QString::fromLatin1(QUrl::toPercentEncoding(cursor));
    m_rest.get(remote::RestClient::restaurantPath(restaurant(), path), this,
               [this](const Answer<QByteArray> &body) {
                   if (body)
                       takeExport(*body);
                   else
                       fail(body.error());
               });
}

void CommandRun::takeExport(const QByteArray &page)
{
    json::Members members;
    std::vector<QByteArrayView> lines;
    const json::Member *list = nullptr;
    const json::Member *next = nullptr;
    if (json::parseObject(page, members, {.depth = 64, .members = 1'000'000})) {
        list = json::find(members, "lines");
        next = json::find(members, "next");
    }
    if (!list || !next || !json::splitArray(list->value, lines)) {
        fail({u"bad_answer"_s, u"The server's answer is no page of an export."_s, {}});
        return;
    }
    QSaveFile &file = m_export->file;
    // Bytes as they came: 25.50 stays 25.50.
    for (const QByteArrayView line : lines) {
        file.write(line.data(), line.size());
        file.write("\n");
        ++m_export->counts[typeOf(line)];
        ++m_export->lines;
    }
    if (next->type == json::Type::String) {
        fetchExport(QString::fromUtf8(json::unquoted(next->value)));
        return;
    }
    const QByteArray end =
        "{\"type\":\"end\",\"lines\":" + QByteArray::number(m_export->lines) + "}\n";
    file.write(end);
    if (!file.commit()) {
        fail({u"cannot_write"_s,
              u"%1 could not be written: %2."_s.arg(printable(file.fileName()), file.errorString()),
              {}});
        return;
    }
    const auto count = [this](const char *type) { return m_export->counts.value(type); };
    if (m_invocation.wantsJson)
        writeOut(end);
    else
        writeOut(u"Exported %1 to %2: %3 records, %4 changes, %5 conflicts, %6 devices.\n"_s
                     .arg(printable(restaurant()), printable(file.fileName()))
                     .arg(count("record"))
                     .arg(count("change"))
                     .arg(count("conflict"))
                     .arg(count("device")));
    finish(Happened);
}

void CommandRun::erase()
{
    if (!m_invocation.has(u"--yes"_s)) {
        failUsage(
            u"What is erased cannot be had again. Export it first if in doubt; then say --yes."_s);
        return;
    }
    m_rest.post(remote::RestClient::restaurantPath(restaurant(), u"/erase"_s),
                "{\"confirm\":" + json::quoted(restaurant().toUtf8()) + '}', this,
                telling([this](remote::Fields &) {
                    return u"Erased %1. Backups and exports made before still hold it.\n"_s.arg(
                        printable(restaurant()));
                }),
                longPatience);
}

} // namespace possync::cli
