// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/ops/config.h"

#include <limits>
#include <optional>
#include <span>
#include <variant>

/// The one table of settings; file, environment, flags, help and print-out all go by it.
namespace possync::ops {

enum class SettingKind {
    Text,
    MaybeText, ///< Text that may be empty; in the file only.
    Path, ///< Text; empty stands for the default.
    Number,
    Toggle, ///< true or false; as a flag it takes no value.
    Choice, ///< One of `choices`.
    List,   ///< Texts, in the file only.
};

struct Setting {
    using Field = std::variant<QString *, QStringList *, bool *, quint16 *, int *, qint64 *>;

    const char *section;
    const char *name;
    const char *flag;        ///< Null: only in the file.
    const char *environment; ///< Null: none.
    const char *placeholder; ///< Of the flag's value, for the help.
    const char *description; ///< With its unit.
    SettingKind kind;
    /// A choice that lives in a bool has two: the first stands for false.
    std::vector<const char *> choices;
    qint64 min;
    qint64 max;
    Field (*field)(ServerConfig &);

    QString key() const;
    /// What a value must be, for error messages: "a whole number from 0 to 65535".
    QString expectation() const;
    /// False, and nothing changed, if the value does not fit.
    bool setText(ServerConfig &config, const QString &value) const;
    bool setNumber(ServerConfig &config, qint64 value) const;
    void setToggle(ServerConfig &config, bool value) const;
    bool setList(ServerConfig &config, const QStringList &values) const;
    /// The value as TOML.
    QString toml(const ServerConfig &config) const;
};

std::span<const Setting> settings();

} // namespace possync::ops
