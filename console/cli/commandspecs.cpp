// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/arguments.h"
#include "console/remote/simfaults.h"

namespace possync::cli {

using namespace Qt::StringLiterals;

const QList<CommandSpec> &commandSpecs()
{
    static const QList<CommandSpec> specs{
        {u"status"_s, {}, u"is the server well, and what does it hold"_s, {}, {}},
        {u"profiles"_s,
         {},
         u"the servers that the console keeps, for --profile"_s,
         u"possync-console keeps them (menu File, Servers). No server is asked."_s,
         {{u"--names"_s, {}, u"the names alone, one a line"_s}}},
        {u"restaurants"_s, {}, u"restaurants with devices and newest change"_s, {}, {}},
        {u"devices"_s, {u"RESTAURANT"_s}, u"devices, what they have and what they lack"_s, {}, {}},
        {u"rename"_s,
         {u"RESTAURANT"_s, u"[DEVICE]"_s, u"NAME"_s},
         u"what people call a restaurant or a device"_s,
         u"At most 80 characters; '' goes back to the id. Ids stay as they are, and commands take "
         "ids. For owners\nand testers."_s,
         {}},
        {u"push"_s,
         {u"RESTAURANT"_s, u"TYPE"_s, u"ACTION"_s, u"ID"_s, u"[JSON]"_s},
         u"send a change as if a device had made it"_s,
         u"JSON holds the fields, for example '{\"status\": \"ready\"}'; - reads them from "
         u"standard "
         "input.\nTYPE is orders, menu_items, inventory, tables, users or printers (order_update "
         "and the like\n"
         "will do). Type and action are checked against the catalogue before anything is sent."_s,
         {{u"--user"_s, u"ID"_s, u"person to name as author"_s},
          {u"--change-id"_s, u"ID"_s, u"the change's id; the same id twice is one change"_s}}},
        {u"changes"_s,
         {u"RESTAURANT"_s},
         u"the restaurant's changes in order"_s,
         u"Shows the newest 50 unless told where to begin. With --json one object a line."_s,
         {{u"--since"_s, u"N"_s, u"begin after change number N"_s},
          {u"--limit"_s, u"N"_s, u"stop after N changes"_s},
          {u"--follow"_s, {}, u"go on with what comes in, for ever"_s}}},
        {u"data"_s,
         {u"RESTAURANT"_s, u"[TYPE]"_s},
         u"the records, current or as they were"_s,
         {},
         {{u"--at"_s, u"MOMENT"_s,
           u"as they were: a time such as 2026-01-31T18:00:00Z, or seq:N for behind change N"_s}}},
        {u"history"_s,
         {u"RESTAURANT"_s, u"TYPE"_s, u"ID"_s},
         u"what happened to one record"_s,
         u"Oldest first, as far back as changes are kept. With --json each page of the answer."_s,
         {{u"--limit"_s, u"N"_s, u"at most N changes (default: all)"_s}}},
        {u"conflicts"_s,
         {u"RESTAURANT"_s},
         u"changes that did not simply get in, and why"_s,
         u"Newest first: what was refused, what gave way to a later value. With --json also both "
         "values, who and when. \"review\" are late changes of devices that were replaced.\n"
         "--restore takes the id in the first column, and applies what is in review; a rule that "
         "forbids it is named."_s,
         {{u"--limit"_s, u"N"_s, u"at most N (default 50)"_s},
          {u"--before"_s, u"CHANGE"_s, u"only those older than the conflict of this change"_s},
          {u"--restore"_s, u"CHANGE"_s, u"make what lost in this conflict win after all"_s},
          {u"--discard"_s, u"CHANGE"_s, u"do not apply this change that is in review"_s}}},
        {u"logs"_s,
         {},
         u"the server's log"_s,
         u"With --json one object a line."_s,
         {{u"--lines"_s, u"N"_s, u"how many lines to begin with (default 50)"_s},
          {u"--level"_s, u"LEVEL"_s, u"debug, info, warning or error, and what is worse"_s},
          {u"--follow"_s, {}, u"go on with what comes in, for ever"_s}}},
        {u"simulate"_s,
         {},
         u"let virtual devices work and check what arrives"_s,
         u"Devices speak as the app does, or v2 through the device SDK. Restaurants are called "
         u"sim-<seed>-<n>.\n"
         "Exit status 1 if anything was lost, came twice, came out of order or differs at the end."_s,
         {{u"--restaurants"_s, u"N"_s, u"how many restaurants (default 1)"_s},
          {u"--devices"_s, u"N"_s, u"devices in each (default 5)"_s},
          {u"--rate"_s, u"N"_s, u"changes a second, all devices together (default 20)"_s},
          {u"--seconds"_s, u"N"_s, u"how long they work (default 10)"_s},
          {u"--protocol"_s, u"NAME"_s,
           u"classic, v2, or mixed: every other one (default classic)"_s},
          {u"--faults"_s, u"LIST"_s,
           u"of %1; with commas"_s.arg(remote::simulationFaultNames().join(u", "_s))},
          {u"--seed"_s, u"N"_s, u"same seed, same decisions (default: by the clock)"_s}}},
        {u"run"_s,
         {u"[FILE]"_s},
         u"play a scenario with virtual devices and judge it"_s,
         u"FILE is a scenario (docs/scenarios.md), or the name of a sample; without FILE the "
         u"samples are listed.\n"
         "Exit status 1 if an expectation was missed or the verdict is not clean."_s,
         {{u"--restaurant"_s, u"ID"_s, u"play it in this restaurant instead of the file's own"_s},
          {u"--report"_s, u"FILES"_s,
           u"write the outcome to these files, with commas: .html, .json, .xml (JUnit)"_s}}},
        {u"record"_s,
         {u"RESTAURANT"_s, u"FILE"_s},
         u"write what the restaurant's devices do into a file"_s,
         u"Until Ctrl+C, unless told how long; with --since alone until what there is now. A lost "
         u"connection\nleaves no hole. FILE must not be there yet; docs/recordings.md describes it."_s,
         {{u"--seconds"_s, u"N"_s, u"how long"_s},
          {u"--since"_s, u"N"_s, u"begin in the past, behind change number N"_s}}},
        {u"replay"_s,
         {u"FILE"_s},
         u"let virtual devices do again what was recorded, and judge it"_s,
         u"Devices keep their order and wait for each other where they touch one record. Exit "
         u"status 1 if anything\nwas lost, came twice, came out of order, or if the records are "
         u"not as in the recording at the end; 2 if\nFILE is no recording."_s,
         {{u"--to"_s, u"RESTAURANT"_s,
           u"where to: a new restaurant, or one called test-…; required"_s},
          {u"--speed"_s, u"N"_s, u"how many times as quick as it was, or max (default 1)"_s},
          {u"--protocol"_s, u"NAME"_s, u"classic or v2 (default classic)"_s},
          {u"--force"_s, {}, u"also where real devices work or other changes are"_s}}},
        {u"top"_s,
         {},
         u"what is going on, redrawn every second"_s,
         u"Restaurants with trouble first. With --json one object a second. Ctrl+C ends it."_s,
         {{u"--count"_s, u"N"_s, u"end after N pictures"_s}}},
        {u"traffic"_s,
         {u"RESTAURANT"_s},
         u"changes, deliveries and bytes of the past"_s,
         {},
         {{u"--range"_s, u"SPAN"_s, u"how far back: 90s, 5m, 6h, 30d (default 1h)"_s}}},
        {u"verify"_s, {}, u"check the whole journal"_s, {}, {}},
        {u"backup"_s, {}, u"write a copy of everything beside the data"_s, {}, {}},
        {u"restore"_s,
         {u"FILE"_s},
         u"go back to a backup"_s,
         u"FILE is a name that backup printed. Everything after it is taken back, on all devices."_s,
         {}},
        {u"pair"_s,
         {u"RESTAURANT"_s},
         u"show a code and a QR code that let one device in"_s,
         u"The code holds for ten minutes and for one device. Its page shows the two addresses to "
         "enter in\nthe app."_s,
         {{u"--role"_s, u"ROLE"_s,
           u"admin, manager, server, cashier or kitchen (default server)"_s},
          {u"--name"_s, u"TEXT"_s, u"for people, for example \"till 1\""_s},
          {u"--replace"_s, u"ID"_s,
           u"take the place of the token ID, of a lost or broken device"_s},
          {u"--url"_s, u"URL"_s,
           u"how devices reach the server (default: by this computer's address)"_s}}},
        {u"audit"_s,
         {},
         u"who did what, and what was refused"_s,
         u"Shows the newest entries unless told where to begin."_s,
         {{u"--lines"_s, u"N"_s, u"how many, up to 1000 (default 50)"_s},
          {u"--since"_s, u"N"_s, u"begin after entry number N"_s},
          {u"--search"_s, u"TEXT"_s, u"only entries that hold the text"_s},
          {u"--verify"_s, {}, u"check that none was changed, added or taken out"_s}}},
        {u"webhooks"_s,
         {u"RESTAURANT"_s, u"[ACTION]"_s, u"[ID]"_s},
         u"who is told of events by HTTP, and what waits for them"_s,
         u"ACTION is list (default), add, rotate ID, remove ID, queue ID or test ID. The secret "
         u"that "
         "signs is shown\nonce, when a webhook is added or its secret rotated; the one before "
         "signs "
         "beside it for a while.\ndocs/protocol.md says how to check a signature."_s,
         {{u"--overlap"_s, u"TIME"_s,
           u"how long rotate lets the former secret sign, such as 12h or 7d; 0 ends it at once "
           "(default: 24h)"_s},
          {u"--url"_s, u"URL"_s, u"where to send to"_s},
          {u"--events"_s, u"LIST"_s,
           u"of order.created, order.completed, order.paid, stock.low, device.lost; with commas"_s}}},
        {u"export"_s,
         {u"RESTAURANT"_s, u"FILE"_s},
         u"write all that is kept of a restaurant to a file"_s,
         u"One JSON object a line: records, devices, conflicts, tokens and webhooks without their "
         u"secrets, traffic,\nchanges. The file is there only when it is whole; its last line says "
         u"so. For owners."_s,
         {}},
        {u"erase"_s,
         {u"RESTAURANT"_s},
         u"erase all that is kept of a restaurant, for good"_s,
         u"Records, changes, devices, tokens and webhooks. Devices that are connected are closed; "
         u"what they have not\nsent yet begins a new restaurant of that name. The audit log and "
         u"backups stay as they are. For owners."_s,
         {{u"--yes"_s, {}, u"really"_s}}},
        {u"token"_s,
         {u"ACTION"_s, u"[ID]"_s},
         u"make, list and revoke access tokens"_s,
         u"ACTION is create, list or revoke ID. A device is admin, manager, server, cashier or "
         "kitchen of one\nrestaurant; at a console one is owner, tester or viewer, of one "
         "restaurant or of all. The token\nitself is shown once, when it is made. Of tokens of an "
         "identity provider, revoke-jwt JTI refuses one\n(--expires: for how long, where the "
         "server has not seen it), or with --subject all of a person or device\nthat were issued "
         "before now or --before; take-back-jwt takes them again, revoked-jwts lists them."_s,
         {{u"--role"_s, u"ROLE"_s, u"what its holder may do"_s},
          {u"--restaurant"_s, u"ID"_s, u"the only restaurant its holder may touch"_s},
          {u"--name"_s, u"TEXT"_s, u"for people, for example \"till 1\""_s},
          {u"--expires"_s, u"TIME"_s, u"such as 12h, 30d or 8w (default: never)"_s},
          {u"--kind"_s, u"KIND"_s, u"device, console or api-key (default: by the role)"_s},
          {u"--subject"_s, {}, u"the ID is the \"sub\" of tokens"_s},
          {u"--before"_s, u"MOMENT"_s, u"such as 2026-11-28T18:00:00Z"_s}}},
        {u"completion"_s,
         {u"SHELL"_s},
         u"print the completion script for bash or zsh"_s,
         u"For bash: source <(possyncctl completion bash)"_s,
         {}},
    };
    return specs;
}

} // namespace possync::cli
