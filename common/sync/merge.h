// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "common/model/jsontext.h"

#include <QByteArray>
#include <QByteArrayView>

/// What a change does to a record. The same code decides on server and device.
namespace possync::sync {

/// The record after a change: fields of `data` replace those of `record`, other fields keep their
/// exact text and place, new ones are appended; `id` is set to `entityId`. For table actions
/// `status` becomes the action's name. `record` may be empty (no record yet). Both texts must have
/// been checked. Must not be called for Effect::Remove or Effect::RecordOnly.
QByteArray mergedRecord(QByteArrayView record, QByteArrayView data, Action action,
                        QByteArrayView entityId);
/// The same of texts that were split already; `record` is empty if there is none.
QByteArray mergedRecord(const json::Members &record, const json::Members &data, Action action,
                        QByteArrayView entityId);

} // namespace possync::sync
