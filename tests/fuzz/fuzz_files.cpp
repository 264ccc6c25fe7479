// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files that people hand on: recordings and scenarios. A recording that is read can be written, and
// reads as the same.
#include "console/remote/recording.h"
#include "console/remote/scenario.h"
#include "tests/fuzz/fuzz.h"

#include <QBuffer>

using namespace possync::remote;

namespace {

possync::Result<Recording, RecordingError> read(QByteArray text)
{
    QBuffer file(&text);
    require(file.open(QIODevice::ReadOnly));
    return readRecording(file);
}

void checkRecording(const QByteArray &text)
{
    const auto recording = read(text);
    if (!recording) {
        require(recording.error().line > 0 && !recording.error().what.isEmpty());
        return;
    }
    QByteArray lines = encodeRecordingHead(recording->head);
    for (const RecordedState &state : recording->before)
        lines += encodeRecordedBefore(state);
    for (const ChangeEntry &change : recording->changes)
        lines += encodeRecordedChange(change);
    for (const RecordedState &state : recording->after)
        lines += encodeRecordedAfter(state);
    if (recording->end)
        lines += encodeRecordingEnd(*recording->end);
    const auto same = read(lines);
    require(same.has_value() && !same->isTorn);
    require(same->head == recording->head && same->before == recording->before);
    require(same->changes == recording->changes && same->after == recording->after);
    require(same->end == recording->end);
}

void checkScenario(const QByteArray &text)
{
    const auto scenario = parseScenario(text);
    if (!scenario) {
        require(!scenario.error().isEmpty());
        return;
    }
    require(!scenario->name.isEmpty() && !scenario->restaurant.isEmpty());
    require(scenario->lengthMs() >= 0);
    for (const ScenarioStep &step : scenario->steps)
        require(!step.devices.isEmpty() && !stepText(step).isEmpty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    checkRecording(text);
    checkScenario(text);
    return 0;
}
