// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/recordingfile.h"

#include <QFile>
#include <QFileInfo>
#include <QPromise>
#include <QSet>
#include <QThreadPool>

namespace possync::remote {

namespace {

using Loaded = Result<LoadedRecording, RecordingTrouble>;

Loaded load(const QString &fileName, const std::function<bool(qint64, qint64)> &goesOn)
{
    // Opening a pipe would wait for somebody to write into it.
    if (const QFileInfo info(fileName); info.exists() && !info.isFile())
        return Unexpected{RecordingTrouble{RecordingTrouble::Unreadable}};
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{RecordingTrouble{RecordingTrouble::Unreadable, file.errorString()}};
    const qint64 size = file.size();
    if (size > largestRecording)
        return Unexpected{RecordingTrouble{RecordingTrouble::TooLarge}};
    auto read = readRecording(file, [&](qint64 bytes) { return goesOn(bytes, size); });
    if (!read)
        return Unexpected{RecordingTrouble{RecordingTrouble::Broken, {}, read.error()}};
    if (read->changes.empty())
        return Unexpected{RecordingTrouble{RecordingTrouble::Empty}};
    QSet<QByteArray> devices;
    for (const ChangeEntry &change : read->changes)
        devices.insert(change.deviceId);
    // Giving back what a million changes hold takes longer than a window may stand still.
    const std::shared_ptr<const Recording> kept(
        new Recording(std::move(read).value()), [](const Recording *recording) {
            QThreadPool::globalInstance()->start([recording] { delete recording; });
        });
    return LoadedRecording{kept, devices.size()};
}

} // namespace

QFuture<Loaded> loadRecording(const QString &fileName)
{
    // Shared: what a pool runs must be copyable.
    const auto promise = std::make_shared<QPromise<Loaded>>();
    QFuture<Loaded> future = promise->future();
    promise->start();
    promise->setProgressRange(0, recordingProgressEnd);
    QThreadPool::globalInstance()->start([promise, fileName] {
        promise->addResult(load(fileName, [&promise](qint64 bytes, qint64 size) {
            promise->setProgressValue(
                int(std::clamp<qint64>(bytes * recordingProgressEnd / std::max<qint64>(size, 1), 0,
                                       recordingProgressEnd)));
            return !promise->isCanceled();
        }));
        promise->finish();
    });
    return future;
}

} // namespace possync::remote
