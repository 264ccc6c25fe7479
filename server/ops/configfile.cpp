// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/configfile.h"

#include "common/model/tomlparser.h"
#include "server/ops/setting.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace possync::ops {

namespace {

constexpr qint64 mostFileBytes = 1'048'576;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString place(const QString &path, const toml::source_position &at)
{
    return u"%1:%2:%3"_s.arg(path).arg(at.line).arg(at.column);
}

bool isSection(const QString &name)
{
    const auto all = settings();
    return std::any_of(all.begin(), all.end(), [&](const Setting &setting) {
        return name == QLatin1StringView(setting.section);
    });
}

const Setting *settingOf(const QString &key)
{
    const auto all = settings();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Setting &setting) { return setting.key() == key; });
    return found == all.end() ? nullptr : &*found;
}

bool apply(const Setting &setting, const toml::node &node, ServerConfig &config)
{
    switch (setting.kind) {
    case SettingKind::Number:
        return node.is_integer() && setting.setNumber(config, node.as_integer()->get());
    case SettingKind::Toggle:
        if (!node.is_boolean())
            return false;
        setting.setToggle(config, node.as_boolean()->get());
        return true;
    case SettingKind::List: {
        if (!node.is_array())
            return false;
        QStringList values;
        for (const toml::node &item : *node.as_array()) {
            if (!item.is_string())
                return false;
            values += text(item.as_string()->get());
        }
        return setting.setList(config, values);
    }
    case SettingKind::Text:
    case SettingKind::MaybeText:
    case SettingKind::Path:
    case SettingKind::Choice:
        break;
    }
    return node.is_string() && setting.setText(config, text(node.as_string()->get()));
}

Result<Done, QString> readSection(const QString &path, const QString &section,
                                  const toml::table &values, LoadedConfig &loaded)
{
    for (auto &&[name, node] : values) {
        const QString key = section + u'.' + text(name.str());
        const Setting *setting = settingOf(key);
        if (!setting)
            return Unexpected{
                u"%1: unknown key '%2'"_s.arg(place(path, name.source().begin), key.simplified())};
        if (!apply(*setting, node, loaded.config))
            return Unexpected{u"%1: %2 must be %3"_s.arg(place(path, node.source().begin), key,
                                                         setting->expectation())};
        const bool isGiven = setting->kind != SettingKind::Path || !node.as_string()->get().empty();
        if (isGiven)
            loaded.sources[key] = u"%1:%2"_s.arg(path).arg(node.source().begin.line);
    }
    return Done{};
}

} // namespace

Result<Done, QString> readConfigFile(const QString &path, LoadedConfig &loaded)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{u"--config: cannot read '%1': %2"_s.arg(path, file.errorString())};
    const QByteArray content = file.read(mostFileBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return Unexpected{u"--config: cannot read '%1': %2"_s.arg(path, file.errorString())};
    if (content.size() > mostFileBytes)
        return Unexpected{u"--config: '%1' is larger than 1 MiB"_s.arg(path)};
    return readConfigText(path, content, loaded);
}

Result<Done, QString> readConfigText(const QString &path, const QByteArray &content,
                                     LoadedConfig &loaded)
{
    const toml::parse_result parsed = toml::parse(
        std::string_view(content.constData(), static_cast<std::size_t>(content.size())));
    if (!parsed) {
        const toml::parse_error &error = parsed.error();
        return Unexpected{u"%1: %2"_s.arg(place(path, error.source().begin),
                                          text(error.description()).simplified())};
    }
    for (auto &&[name, node] : parsed.table()) {
        const QString section = text(name.str());
        const QString at = place(path, name.source().begin);
        if (!isSection(section))
            return Unexpected{u"%1: unknown %2 '%3'"_s.arg(
                at, node.is_table() ? u"section"_s : u"key"_s, section.simplified())};
        if (!node.is_table())
            return Unexpected{u"%1: '%2' must be a section, [%2]"_s.arg(at, section)};
        if (auto read = readSection(path, section, *node.as_table(), loaded); !read)
            return read;
    }
    return Done{};
}

} // namespace possync::ops
