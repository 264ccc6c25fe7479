// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/link/servererrors.h"

#include <QCoreApplication>

namespace possync::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::ServerErrors)
};

struct Known {
    const char *code;
    const char *sentence; ///< Shown in translations only: in English the server speaks for itself.
};

// docs/protocol.md, "Error codes", and docs/protocol-v2.md, "Codes".
constexpr Known known[]{
    {"bad_json", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "What was sent is not JSON.")},
    {"missing_field", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "A field is missing.")},
    {"bad_field",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "A field holds what it must not.")},
    {"unknown_type", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                       "The server does not know this kind of message.")},
    {"unknown_data_type", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                            "The server does not know this type of record.")},
    {"unknown_action",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server does not know this action.")},
    {"wrong_restaurant",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "This names another restaurant.")},
    {"storage_unavailable",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                       "The server could not store it; nothing was kept. Try again "
                       "later.")},
    {"rate_limited", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                       "Too much came at once; try again in a moment.")},
    {"token_required",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server asks for a token.")},
    {"token_invalid",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server does not know this token.")},
    {"token_expired", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The token is over.")},
    {"token_revoked", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The token was revoked.")},
    {"forbidden", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                    "The role of your token does not allow this.")},
    {"unknown_token", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "There is no such token.")},
    {"unknown_conflict",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "This conflict is no longer kept.")},
    {"nothing_to_restore",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "There is nothing to put back.")},
    {"value_stays", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The value stays as it is.")},
    {"review_full", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                      "Too many late changes wait for a decision already.")},
    {"discarded", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "It was left out already.")},
    {"already_applied",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "It was taken over already.")},
    {"nothing_to_discard",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "There is nothing to leave out.")},
    {"unknown_code", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                       "This pairing code is not known, was used, or is over.")},
    {"not_found",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server does not have this.")},
    {"unknown_restaurant",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server does not know this restaurant.")},
    {"unknown_entity",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server does not have this record.")},
    {"unknown_device",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server does not know this device.")},
    {"unknown_connection",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "This device is not connected any more.")},
    {"unknown_command",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                       "The server does not know this command; is it older than the "
                       "console?")},
    {"snapshot_required",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "These changes are no longer kept.")},
    {"history_gone",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "This moment is older than what is kept.")},
    {"body_too_large", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "It is too large.")},
    {"busy",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server is busy; try again later.")},
    {"unavailable",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The server cannot do this now.")},
    {"request_timeout", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "It took too long.")},
    {"internal",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "Something went wrong in the server.")},
    {"id_reused", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "This id names another change.")},
    {"deleted", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The record has been deleted.")},
    {"recreated",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The record was made anew since.")},
    {"already_paid", QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "The order is paid already.")},
    {"table_taken",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "Another took the table first.")},
    {"line_sent", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                    "The line went to the kitchen already: cancel it.")},
    {"unknown_line",
     QT_TRANSLATE_NOOP("possync::gui::ServerErrors", "There is no such line in the order.")},
    {"in_review", QT_TRANSLATE_NOOP("possync::gui::ServerErrors",
                                    "The device has been replaced; somebody has to decide on the "
                                    "change.")}};

} // namespace

QString serverMessage(const QString &code, const QString &said)
{
    for (const Known &one : known) {
        if (code != QLatin1StringView(one.code))
            continue;
        const QString sentence = Words::tr(one.sentence);
        if (sentence == QLatin1StringView(one.sentence))
            break; // nothing to translate to
        return said.isEmpty() ? sentence
                              : Words::tr("%1 (the server says: %2)").arg(sentence, said);
    }
    return said;
}

} // namespace possync::gui
