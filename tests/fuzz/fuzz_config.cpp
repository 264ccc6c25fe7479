// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The configuration file: what is read can be printed, and reads as the same.
#include "server/ops/configfile.h"
#include "tests/fuzz/fuzz.h"

using namespace possync::ops;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QString path = QStringLiteral("possync.toml");
    LoadedConfig loaded;
    if (const auto read = readConfigText(path, text, loaded); !read) {
        require(read.error().startsWith(path) && !read.error().contains(u'\n'));
        return 0;
    }
    LoadedConfig same;
    require(readConfigText(path, printedConfig(loaded).toUtf8(), same).has_value());
    require(same.config == loaded.config);
    return 0;
}
