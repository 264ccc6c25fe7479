// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Webhooks: webhooks R list, add, rotate, remove, queue, test.
#include "common/model/jsontext.h"
#include "console/cli/commandrun.h"
#include "console/cli/table.h"
#include "console/remote/fields.h"

namespace possync::cli {

using namespace Qt::StringLiterals;
using remote::Fields;

namespace {

QString hookPath(const QString &restaurant, const QString &id, const QString &rest)
{
    return remote::RestClient::restaurantPath(
        restaurant, u"/webhooks/"_s + QString::fromLatin1(QUrl::toPercentEncoding(id)) + rest);
}

} // namespace

void CommandRun::webhooks()
{
    const QString action = m_invocation.arguments.value(1, u"list"_s);
    const QString id = m_invocation.arguments.value(2);
    const bool needsId = action == "rotate"_L1 || action == "remove"_L1 || action == "queue"_L1
                         || action == "test"_L1;
    if (!needsId && action != "list"_L1 && action != "add"_L1)
        failUsage(u"There is no \"webhooks %1\"; there are list, add, rotate, remove, queue and "
                  "test."_s.arg(action));
    else if (needsId && id.isEmpty())
        failUsage(u"webhooks %1 needs the webhook's ID; \"possyncctl webhooks %2\" shows it."_s.arg(
            action, restaurant()));
    else if (!needsId && !id.isEmpty())
        failUsage(u"webhooks %1 does not know what to do with \"%2\"."_s.arg(action, id));
    else if (action == "add"_L1)
        addWebhook();
    else if (action == "rotate"_L1)
        rotateWebhook(id);
    else if (action == "remove"_L1)
        removeWebhook(id);
    else if (action == "queue"_L1)
        webhookQueue(id);
    else if (action == "test"_L1)
        testWebhook(id);
    else
        listWebhooks();
}

void CommandRun::listWebhooks()
{
    const QString path = remote::RestClient::restaurantPath(restaurant(), u"/webhooks"_s);
    m_rest.get(path, this, telling([](Fields &f) {
                   Table table;
                   for (const auto *title : {"ID", "URL", "EVENTS"})
                       table.addColumn(QString::fromLatin1(title));
                   for (const auto *title : {"DUE", "DEAD", "LEFT OUT"})
                       table.addColumn(QString::fromLatin1(title), Table::Align::Right);
                   for (const QByteArrayView text : f.list("webhooks")) {
                       Fields hook(text);
                       Fields queue(hook.object("queue"));
                       table.addRow({hook.text("id"), hook.text("url"),
                                     hook.optionalTexts("events").join(u' '),
                                     QString::number(queue.counter("due")),
                                     QString::number(queue.counter("dead")),
                                     QString::number(queue.counter("dropped"))});
                       if (!hook.isGood() || !queue.isGood())
                           f.fail(hook.isGood() ? queue.error() : hook.error());
                   }
                   return table.isEmpty() ? u"There are no webhooks.\n"_s : table.text(80);
               }));
}

void CommandRun::addWebhook()
{
    if (!m_invocation.has(u"--url"_s) || !m_invocation.has(u"--events"_s)) {
        failUsage(u"webhooks add needs --url and --events."_s);
        return;
    }
    QByteArrayList events;
    const QStringList names = m_invocation.value(u"--events"_s).split(u',', Qt::SkipEmptyParts);
    for (const QString &name : names)
        events.append(json::quoted(name.trimmed().toUtf8()));
    const QByteArray body = "{\"url\":" + json::quoted(m_invocation.value(u"--url"_s).toUtf8())
                            + ",\"events\":[" + events.join(',') + "]}";
    const QString path = remote::RestClient::restaurantPath(restaurant(), u"/webhooks"_s);
    m_rest.post(path, body, this, telling([](Fields &f) {
                    const QString secret = f.text("secret");
                    Fields hook(f.object("webhook"));
                    const QString id = hook.text("id");
                    if (!hook.isGood())
                        f.fail(hook.error());
                    return u"Webhook %1. Its secret, shown this once:\n\n  %2\n"_s.arg(
                        printable(id), printable(secret));
                }));
}

void CommandRun::rotateWebhook(const QString &id)
{
    QByteArray body = "{}";
    if (m_invocation.has(u"--overlap"_s)) {
        const QString text = m_invocation.value(u"--overlap"_s);
        const auto seconds = text == u"0" ? std::optional<qint64>(0) : secondsFromText(text);
        if (!seconds) {
            failUsage(u"--overlap takes a time such as 12h or 7d, or 0, not \"%1\"."_s.arg(text));
            return;
        }
        body = "{\"overlap_s\":" + QByteArray::number(*seconds) + '}';
    }
    m_rest.post(hookPath(restaurant(), id, u"/rotate"_s), body, this, telling([](Fields &f) {
                    const QString secret = f.text("secret");
                    Fields hook(f.object("webhook"));
                    const QString shown = printable(hook.text("id"));
                    const qint64 end = hook.optionalTime("overlap_ends_at");
                    if (!hook.isGood())
                        f.fail(hook.error());
                    return u"The new secret of webhook %1, shown this once:\n\n  %2\n\n%3\n"_s.arg(
                        shown, printable(secret),
                        end == 0 ? u"No former one signs any more."_s
                                 : u"Until %1 a former one signs beside it."_s.arg(timeText(end)));
                }));
}

void CommandRun::removeWebhook(const QString &id)
{
    m_rest.remove(hookPath(restaurant(), id, {}), this, telling([id](Fields &) {
                      return u"Removed %1 and what waited for it.\n"_s.arg(printable(id));
                  }));
}

void CommandRun::webhookQueue(const QString &id)
{
    m_rest.get(hookPath(restaurant(), id, u"/queue"_s), this, telling([](Fields &f) {
                   Table table;
                   for (const auto *title :
                        {"EVENT", "ID", "MADE", "STATE", "TRIES", "NEXT TRY", "LAST ERROR"})
                       table.addColumn(QString::fromLatin1(title));
                   for (const QByteArrayView text : f.list("deliveries")) {
                       Fields delivery(text);
                       table.addRow({delivery.text("event"), delivery.text("id"),
                                     timeText(delivery.optionalTime("created_at")),
                                     delivery.text("state"),
                                     QString::number(delivery.counter("attempts")),
                                     timeText(delivery.optionalTime("next_at")),
                                     delivery.optionalText("last_error")});
                       if (!delivery.isGood())
                           f.fail(delivery.error());
                   }
                   return table.isEmpty() ? u"Nothing has been sent yet.\n"_s : table.text(100);
               }));
}

void CommandRun::testWebhook(const QString &id)
{
    m_rest.post(hookPath(restaurant(), id, u"/test"_s), "{}", this, telling([this, id](Fields &f) {
                    const QString event = f.text("id");
                    return u"A test event is on its way; \"possyncctl webhooks %1 queue %2\" shows "
                           "what became of %3.\n"_s.arg(printable(restaurant()), printable(id),
                                                        printable(event));
                }));
}

} // namespace possync::cli
