// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/scenariorun.h"

/// A scenario's outcome for people, programs and build servers. Pure.
namespace possync::remote {

QByteArray reportJson(const ScenarioReport &report);
/// One page without scripts and without anything fetched from elsewhere.
QByteArray reportHtml(const ScenarioReport &report);
/// JUnit XML: one test case for each check, and one for each sin of the verdict.
QByteArray reportJunit(const ScenarioReport &report);
/// By the file name's ending: .json, .html, .xml; nothing for another.
std::optional<QByteArray> reportFor(const QString &fileName, const ScenarioReport &report);

/// The verdict in lines: "lost", "0", and whether that is well.
struct VerdictLine {
    Phrase what;
    Phrase value;
    bool isGood = true;
};
QList<VerdictLine> verdictLines(const ScenarioReport &report);

} // namespace possync::remote
