// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/syncclient.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>
#include <QThread>
#include <QUuid>
#include <iostream>

/// A waiter's tablet in a terminal, to see the SDK at work: run it twice with two data directories,
/// write orders here and there, pull the network, kill one, and watch them agree. docs/sdk.md walks
/// through it.
using namespace possync;
using namespace Qt::StringLiterals;

namespace {

constexpr auto helpText = "new ORDER TABLE        a new order\n"
                          "add ORDER DISH N       a line for an order\n"
                          "status ORDER STATUS    for example confirmed, preparing, served\n"
                          "stock ITEM BY          more or less of something, for example -2\n"
                          "table TABLE ACTION     occupied, available, reserved, cleaning\n"
                          "show                   all there is\n"
                          "away | back            leave the server, and come back\n"
                          "quit\n";

void print(const QString &line)
{
    QTextStream(stdout) << line << Qt::endl;
}

QByteArray object(const QJsonObject &members)
{
    return QJsonDocument(members).toJson(QJsonDocument::Compact);
}

/// An id that stays with this data directory: two devices must never share one.
QString deviceIdIn(const QDir &directory)
{
    QFile file(directory.filePath(u"device-id"_s));
    if (file.open(QIODevice::ReadOnly))
        return QString::fromUtf8(file.readAll()).trimmed();
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    if (directory.mkpath(u"."_s) && file.open(QIODevice::WriteOnly))
        file.write(id.toUtf8());
    return id;
}

class Waiter : public QObject
{
public:
    explicit Waiter(SyncClient &client)
        : m_client(client)
    {
        connect(&client, &SyncClient::stateChanged, this, [](SyncClient::State state) {
            print(u"-- %1"_s.arg(QVariant::fromValue(state).toString()));
        });
        connect(&client, &SyncClient::recordUpdated, this, [](const Update &update) {
            if (update.isVisible)
                print(u"<- %1 %2: %3"_s.arg(
                    QString::fromUtf8(update.key.entityId), QString::fromUtf8(update.action),
                    update.isRemoved ? u"gone"_s : QString::fromUtf8(update.record)));
        });
        connect(&client, &SyncClient::changeSettled, this,
                [](const QByteArray &, Outcome outcome, const QString &reason) {
                    print(u"-> %1 %2"_s.arg(QString::fromUtf8(v2::outcomeName(outcome)), reason));
                });
        connect(&client, &SyncClient::problemOccurred, this,
                [](const Problem &problem) { print(u"!! "_s + problem.message); });
    }

    void obey(const QString &line)
    {
        const QStringList words = line.split(u' ', Qt::SkipEmptyParts);
        const QString verb = words.value(0);
        if (verb == u"new"_s && words.size() == 3) {
            queue({.action = Action::Created,
                   .entityId = words[1],
                   .data = object({{u"status"_s, u"pending"_s}, {u"table"_s, words[2]}})});
        } else if (verb == u"add"_s && words.size() == 4) {
            const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
            const QJsonObject dish{
                {u"id"_s, id}, {u"name"_s, words[2]}, {u"quantity"_s, words[3].toInt()}};
            // An operation, not a value: lines that others add meanwhile stay.
            queue({.entityId = words[1],
                   .operations = {{Operation::Kind::LineAdd, id.toUtf8(), object(dish)}}});
        } else if (verb == u"status"_s && words.size() == 3) {
            queue({.action = Action::StatusChanged,
                   .entityId = words[1],
                   .data = object({{u"status"_s, words[2]}})});
        } else if (verb == u"stock"_s && words.size() == 3) {
            queue({.dataType = DataType::Inventory,
                   .action = Action::StockChanged,
                   .entityId = words[1],
                   .operations = {{Operation::Kind::Add, "current_stock",
                                   QByteArray::number(words[2].toInt())}}});
        } else if (verb == u"table"_s && words.size() == 3 && actionFromName(words[2].toUtf8())) {
            queue({.dataType = DataType::Tables,
                   .action = *actionFromName(words[2].toUtf8()),
                   .entityId = words[1]});
        } else if (verb == u"show"_s) {
            show();
        } else if (verb == u"away"_s) {
            m_client.stop();
        } else if (verb == u"back"_s) {
            m_client.start();
        } else if (verb == u"quit"_s) {
            QCoreApplication::quit();
        } else if (!verb.isEmpty()) {
            print(QString::fromLatin1(helpText));
        }
    }

private:
    void queue(const SyncClient::Change &change)
    {
        const auto queued = m_client.queueChange(change);
        if (!queued)
            print(u"!! "_s + queued.error().message);
    }

    void show()
    {
        for (const DataType type : {DataType::Orders, DataType::Tables, DataType::Inventory}) {
            const QMap<QString, QByteArray> records = m_client.records(type);
            for (const QByteArray &record : records)
                print(u"   "_s + QString::fromUtf8(record));
        }
        print(u"   %1 changes wait, position %2"_s.arg(m_client.pendingCount())
                  .arg(m_client.position()));
    }

    SyncClient &m_client;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"A waiter's tablet in a terminal."_s);
    parser.addHelpOption();
    parser.addOptions({{u"url"_s, u"Server."_s, u"url"_s, u"ws://127.0.0.1:3000"_s},
                       {u"restaurant"_s, u"Restaurant."_s, u"id"_s, u"example"_s},
                       {u"data"_s, u"Directory of this device."_s, u"dir"_s, u"waiter"_s},
                       {u"user"_s, u"Who works on it."_s, u"id"_s, u""_s},
                       {u"token"_s, u"Access token."_s, u"token"_s, u""_s}});
    parser.process(app);
    const QDir directory(parser.value(u"data"_s));

    SyncClient client;
    const auto configured = client.configure({.url = QUrl(parser.value(u"url"_s)),
                                              .restaurantId = parser.value(u"restaurant"_s),
                                              .deviceId = deviceIdIn(directory),
                                              .userId = parser.value(u"user"_s),
                                              .token = parser.value(u"token"_s).toUtf8(),
                                              .databaseFile = directory.filePath(u"sync.sqlite"_s),
                                              .clientName = u"possync-example-waiter"_s});
    if (!configured) {
        std::cerr << qPrintable(configured.error().detail) << '\n';
        return 2;
    }
    Waiter waiter(client);
    client.start();

    // Reading blocks, so it has a thread of its own; it ends with its input.
    const std::unique_ptr<QThread> reader(QThread::create([&waiter] {
        for (std::string line; std::getline(std::cin, line);) {
            const QString text = QString::fromStdString(line);
            QMetaObject::invokeMethod(&waiter, [&waiter, text] { waiter.obey(text); });
            if (text.trimmed() == u"quit"_s)
                return;
        }
        QMetaObject::invokeMethod(&waiter, [&waiter] { waiter.obey(u"quit"_s); });
    }));
    reader->start();
    const int code = QCoreApplication::exec();
    reader->wait();
    return code;
}
