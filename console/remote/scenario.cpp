// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/scenario.h"

#include "common/model/jsontext.h"
#include "common/model/tomlparser.h"

#include <QRegularExpression>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostDevices = 1000;
constexpr int mostSteps = 10000;
constexpr qint64 longestMs = 24 * 3'600'000LL;

constexpr std::pair<FaultKind, const char *> faultNames[]{{FaultKind::Offline, "offline"},
                                                          {FaultKind::Drop, "drop"},
                                                          {FaultKind::Delay, "delay"},
                                                          {FaultKind::Duplicate, "duplicate"},
                                                          {FaultKind::Reorder, "reorder"},
                                                          {FaultKind::Garbage, "garbage"},
                                                          {FaultKind::SlowReader, "slow-reader"},
                                                          {FaultKind::ClockSkew, "clock-skew"}};

QString textOf(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

/// Reads one file; the first error wins, with its line.
class Reader
{
public:
    Result<Scenario, QString> read(const QByteArray &text);

private:
    void fail(const toml::node &at, const QString &what)
    {
        if (m_error.isEmpty())
            m_error = at.source().begin.line > 0
                          ? u"line %1: %2"_s.arg(at.source().begin.line).arg(what)
                          : what;
    }
    bool isGood() const { return m_error.isEmpty(); }
    void allow(const toml::table &table, std::initializer_list<std::string_view> keys);
    QString text(const toml::table &table, std::string_view key, bool isRequired);
    std::optional<qint64> span(const toml::table &table, std::string_view key, bool isRequired,
                               bool mayBeNegative = false);
    std::optional<double> number(const toml::table &table, std::string_view key);
    QStringList devices(const toml::table &table, std::string_view key);
    void addNames(const toml::node &node, QStringList &names);
    void readDevice(const toml::table &table);
    void readStep(const toml::table &table);
    SendStep readSend(const toml::table &table);
    void readData(const toml::table &table, SendStep &send);
    ScenarioExpectation readExpectation(const toml::table &table);
    FaultStep readFault(const toml::table &table);
    template<typename Read>
    void each(const toml::table &table, std::string_view key, Read read);

    Scenario m_scenario;
    QString m_error;
};

void Reader::allow(const toml::table &table, std::initializer_list<std::string_view> keys)
{
    for (const auto &[key, node] : table) {
        if (std::ranges::find(keys, key.str()) != keys.end())
            continue;
        QStringList known;
        for (const std::string_view name : keys)
            known.append(textOf(name));
        fail(node, u"\"%1\" is not known here; known are: %2"_s.arg(textOf(key.str()),
                                                                    known.join(u", "_s)));
    }
}

QString Reader::text(const toml::table &table, std::string_view key, bool isRequired)
{
    const toml::node *node = table.get(key);
    if (!node) {
        if (isRequired)
            fail(table, u"\"%1\" is missing"_s.arg(textOf(key)));
        return {};
    }
    if (!node->is_string()) {
        fail(*node, u"\"%1\" must be text"_s.arg(textOf(key)));
        return {};
    }
    return textOf(node->as_string()->get());
}

std::optional<qint64> Reader::span(const toml::table &table, std::string_view key, bool isRequired,
                                   bool mayBeNegative)
{
    static const QRegularExpression form(u"^(-?[0-9]+(?:\\.[0-9]+)?) ?(ms|s|min|h)$"_s);
    const toml::node *node = table.get(key);
    const QString written = text(table, key, isRequired);
    if (!node || !isGood())
        return std::nullopt;
    const auto match = form.match(written);
    const QString unit = match.captured(2);
    const double factor = unit == u"ms"_s    ? 1
                          : unit == u"s"_s   ? 1e3
                          : unit == u"min"_s ? 6e4
                                             : 3.6e6;
    const double ms = match.captured(1).toDouble() * factor;
    if (!match.hasMatch() || std::abs(ms) > double(longestMs) || (ms < 0 && !mayBeNegative)) {
        fail(*node, u"\"%1\" must be a span of time like \"800 ms\", \"2.5 s\" or \"1 min\", at "
                    "most a day"_s.arg(textOf(key)));
        return std::nullopt;
    }
    return qRound64(ms);
}

std::optional<double> Reader::number(const toml::table &table, std::string_view key)
{
    const toml::node *node = table.get(key);
    const auto value = node ? node->value<double>() : std::nullopt;
    if (node && !value)
        fail(*node, u"\"%1\" must be a number"_s.arg(textOf(key)));
    return value;
}

void Reader::addNames(const toml::node &node, QStringList &names)
{
    if (!node.is_string()) {
        fail(node, u"devices are named by text"_s);
        return;
    }
    const QString wanted = textOf(node.as_string()->get());
    bool isKnown = false;
    for (const ScenarioDevice &device : std::as_const(m_scenario.devices)) {
        if (wanted != u"all"_s && wanted != device.name && wanted != device.role)
            continue;
        isKnown = true;
        if (!names.contains(device.name))
            names.append(device.name);
    }
    if (!isKnown)
        fail(node, u"there is no device or role \"%1\""_s.arg(wanted));
}

QStringList Reader::devices(const toml::table &table, std::string_view key)
{
    QStringList names;
    const toml::node *node = table.get(key);
    if (!node)
        fail(table, u"\"%1\" is missing"_s.arg(textOf(key)));
    else if (const toml::array *list = node->as_array())
        for (const toml::node &item : *list)
            addNames(item, names);
    else
        addNames(*node, names);
    if (isGood() && names.isEmpty())
        fail(*node, u"\"%1\" names nobody"_s.arg(textOf(key)));
    return names;
}

template<typename Read>
void Reader::each(const toml::table &table, std::string_view key, Read read)
{
    const toml::node *node = table.get(key);
    const toml::array *list = node ? node->as_array() : nullptr;
    if (!list) {
        fail(node ? *node : static_cast<const toml::node &>(table),
             u"there must be a [[%1]]"_s.arg(textOf(key)));
        return;
    }
    for (const toml::node &item : *list) {
        if (const toml::table *entry = item.as_table())
            read(*entry);
        else
            fail(item, u"every \"%1\" is written as [[%1]]"_s.arg(textOf(key)));
    }
}

void Reader::readDevice(const toml::table &table)
{
    allow(table, {"name", "role", "count", "protocol"});
    const QString name = text(table, "name", true);
    const QString role = text(table, "role", false);
    const QString protocol =
        table.contains("protocol") ? text(table, "protocol", true) : u"classic"_s;
    const int count = table.contains("count") ? int(number(table, "count").value_or(0)) : 1;
    if (isGood() && protocol != u"classic"_s && protocol != u"v2"_s)
        fail(*table.get("protocol"),
             u"there is no protocol \"%1\"; there are: classic, v2"_s.arg(protocol));
    if (isGood() && (name.isEmpty() || name == u"all"_s))
        fail(table, u"a device needs a name, and not \"all\""_s);
    if (isGood() && (count < 1 || count + m_scenario.devices.size() > mostDevices))
        fail(table, u"\"count\" must be from 1 to %1, all devices together"_s.arg(mostDevices));
    for (int i = 1; isGood() && i <= count; ++i) {
        const QString full = count == 1 ? name : u"%1 %2"_s.arg(name).arg(i);
        for (const ScenarioDevice &other : std::as_const(m_scenario.devices)) {
            if (other.name == full)
                fail(table, u"two devices are called \"%1\""_s.arg(full));
        }
        m_scenario.devices.append({full, role.isEmpty() ? name : role, protocol == u"v2"_s});
    }
}

SendStep Reader::readSend(const toml::table &table)
{
    SendStep send;
    const toml::table *what = table.get("send") ? table.get("send")->as_table() : nullptr;
    if (!what) {
        fail(table, u"\"send\" must be { type = …, action = …, id = …, data = … }"_s);
        return send;
    }
    allow(*what, {"type", "action", "id", "data"});
    const QString type = text(*what, "type", true);
    const QString action = text(*what, "action", true);
    send.id = text(*what, "id", true).toUtf8();
    const auto knownType = dataTypeFromName(type.toUtf8());
    const auto knownAction = actionFromName(action.toUtf8());
    if (isGood() && !knownType)
        fail(*what, u"there is no data type \"%1\""_s.arg(type));
    if (isGood() && (!knownAction || !isActionAllowed(*knownType, *knownAction)))
        fail(*what, u"there is no action \"%1\" for %2"_s.arg(action, type));
    if (!isGood())
        return send;
    send.type = *knownType;
    send.action = *knownAction;
    readData(*what, send);
    if (const toml::node *node = table.get("expect")) {
        if (const toml::table *one = node->as_table())
            send.expectations.append(readExpectation(*one));
        else
            each(table, "expect", [&](const toml::table &entry) {
                send.expectations.append(readExpectation(entry));
            });
    }
    return send;
}

void Reader::readData(const toml::table &table, SendStep &send)
{
    // Text and not a table: amounts are kept as they are written, and TOML would make 45.50 a 45.5.
    const QString written = text(table, "data", false);
    send.data = written.isEmpty() ? QByteArray("{}") : written.toUtf8();
    json::Members members;
    const auto parsed = json::parseObject(send.data, members);
    if (!parsed)
        fail(*table.get("data"),
             u"\"data\" must be a JSON object: %1"_s.arg(QString::fromUtf8(parsed.error().detail)));
    else if (json::find(members, "id"))
        fail(*table.get("data"), u"\"data\" must not hold an \"id\": the step's own is used"_s);
}

ScenarioExpectation Reader::readExpectation(const toml::table &table)
{
    allow(table, {"devices", "within"});
    ScenarioExpectation expectation{devices(table, "devices"), 0};
    expectation.withinMs = int(span(table, "within", true).value_or(0));
    return expectation;
}

FaultStep Reader::readFault(const toml::table &table)
{
    FaultStep fault;
    const QString name = text(table, "fault", true);
    const auto kind = faultFromName(name);
    if (!kind) {
        QStringList known;
        for (const FaultKind one : allFaultKinds)
            known.append(faultName(one));
        fail(table, u"there is no fault \"%1\"; there are: %2"_s.arg(name, known.join(u", "_s)));
        return fault;
    }
    fault.kind = *kind;
    fault.forMs = int(span(table, "for", false).value_or(-1));
    const bool needsAmount = *kind == FaultKind::Delay || *kind == FaultKind::ClockSkew;
    if (!needsAmount && table.contains("amount"))
        fail(table, u"the fault \"%1\" has no amount"_s.arg(name));
    fault.amountMs = span(table, "amount", needsAmount, *kind == FaultKind::ClockSkew).value_or(0);
    return fault;
}

void Reader::readStep(const toml::table &table)
{
    allow(table, {"at", "device", "send", "expect", "work", "fault", "amount", "for"});
    ScenarioStep step;
    step.atMs = int(span(table, "at", true).value_or(0));
    step.devices = devices(table, "device");
    const int kinds =
        int(table.contains("send")) + int(table.contains("work")) + int(table.contains("fault"));
    if (isGood() && kinds != 1)
        fail(table, u"a step has one of \"send\", \"work\" and \"fault\""_s);
    if (isGood() && table.contains("expect") && !table.contains("send"))
        fail(table, u"only a step with \"send\" can expect something"_s);
    if (!isGood())
        return;
    if (table.contains("send")) {
        const SendStep send = readSend(table);
        for (const ScenarioExpectation &expectation : send.expectations) {
            if (isGood() && expectation.devices == step.devices && step.devices.size() == 1)
                fail(table, u"\"%1\" sends it and cannot be expected to get it"_s.arg(
                                step.devices.first()));
        }
        step.what = send;
    } else if (table.contains("work")) {
        const toml::table *work = table.get("work")->as_table();
        if (!work) {
            fail(*table.get("work"), u"\"work\" must be { rate = …, for = … }"_s);
            return;
        }
        allow(*work, {"rate", "for"});
        const double rate = number(*work, "rate").value_or(1);
        if (rate <= 0 || rate > 100'000)
            fail(*work, u"\"rate\" must be above 0 and at most 100000 changes a second"_s);
        step.what = WorkStep{rate, int(span(*work, "for", true).value_or(0))};
    } else {
        const FaultStep fault = readFault(table);
        const bool isForNobody =
            isClassicOnly(fault.kind)
            && std::ranges::all_of(m_scenario.devices, [&](const ScenarioDevice &device) {
                   return device.isV2 || !step.devices.contains(device.name);
               });
        if (isGood() && isForNobody)
            fail(table, u"devices that speak v2 cannot have the fault \"%1\""_s.arg(
                            faultName(fault.kind)));
        step.what = fault;
    }
    if (isGood() && m_scenario.steps.size() >= mostSteps)
        fail(table, u"there are more than %1 steps"_s.arg(mostSteps));
    m_scenario.steps.append(step);
}

Result<Scenario, QString> Reader::read(const QByteArray &text_)
{
    const toml::parse_result parsed =
        toml::parse(std::string_view(text_.constData(), std::size_t(text_.size())));
    if (!parsed)
        return Unexpected{u"line %1: %2"_s.arg(parsed.error().source().begin.line)
                              .arg(textOf(parsed.error().description()))};
    const toml::table &table = parsed.table();
    allow(table, {"name", "about", "restaurant", "seed", "settle", "device", "step"});
    m_scenario.name = text(table, "name", true).simplified();
    m_scenario.about = text(table, "about", false);
    m_scenario.restaurant = text(table, "restaurant", false);
    if (const auto seed = number(table, "seed"))
        m_scenario.seed = quint64(std::max(*seed, 0.0));
    if (const auto settle = span(table, "settle", false))
        m_scenario.settleMs = int(*settle);
    if (isGood() && m_scenario.name.isEmpty())
        fail(table, u"\"name\" must not be empty"_s);
    if (isGood())
        each(table, "device", [this](const toml::table &entry) { readDevice(entry); });
    if (isGood())
        each(table, "step", [this](const toml::table &entry) { readStep(entry); });
    if (!isGood())
        return Unexpected{m_error};
    if (m_scenario.restaurant.isEmpty()) {
        QString slug = m_scenario.name.toLower();
        slug.replace(QRegularExpression(u"[^a-z0-9]+"_s), u"-"_s);
        m_scenario.restaurant = u"test-"_s + slug.left(60);
    }
    std::ranges::stable_sort(m_scenario.steps, {}, &ScenarioStep::atMs);
    return m_scenario;
}

} // namespace

QString faultName(FaultKind kind)
{
    for (const auto &[known, name] : faultNames) {
        if (known == kind)
            return QString::fromLatin1(name);
    }
    return {};
}

std::optional<FaultKind> faultFromName(const QString &name)
{
    for (const auto &[kind, known] : faultNames) {
        if (name == QLatin1StringView(known))
            return kind;
    }
    return std::nullopt;
}

int Scenario::lengthMs() const
{
    int length = 0;
    for (const ScenarioStep &step : steps) {
        int lasts = 0;
        if (const auto *work = std::get_if<WorkStep>(&step.what))
            lasts = work->forMs;
        else if (const auto *fault = std::get_if<FaultStep>(&step.what))
            lasts = std::max(fault->forMs, 0);
        else
            for (const ScenarioExpectation &e : std::get<SendStep>(step.what).expectations)
                lasts = std::max(lasts, e.withinMs);
        length = std::max(length, step.atMs + lasts);
    }
    return length;
}

Result<Scenario, QString> parseScenario(const QByteArray &toml)
{
    return Reader().read(toml);
}

QString stepText(const ScenarioStep &step)
{
    const QString who = step.devices.size() <= 3
                            ? step.devices.join(u", "_s)
                            : u"%1 and %2 more"_s.arg(step.devices.first(2).join(u", "_s))
                                  .arg(step.devices.size() - 2);
    if (const auto *send = std::get_if<SendStep>(&step.what))
        return u"%1: sends %2 %3 %4"_s.arg(who, QString::fromLatin1(dataTypeName(send->type)),
                                           QString::fromLatin1(actionName(send->action)),
                                           QString::fromUtf8(send->id));
    if (const auto *work = std::get_if<WorkStep>(&step.what))
        return u"%1: work at %2 changes a second for %3 s"_s.arg(who)
            .arg(work->rate)
            .arg(work->forMs / 1000.0);
    const auto &fault = std::get<FaultStep>(step.what);
    QString text = u"%1: %2"_s.arg(who, faultName(fault.kind));
    if (fault.amountMs != 0)
        text += u" %1 ms"_s.arg(fault.amountMs);
    if (fault.forMs >= 0)
        text += u" for %1 s"_s.arg(fault.forMs / 1000.0);
    return text;
}

} // namespace possync::remote
