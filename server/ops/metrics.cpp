// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/metrics.h"

#include <QHash>
#include <QLocale>
#include <cmath>

namespace possync::ops {

namespace {

struct CounterWords {
    Counter counter;
    const char *name;
    const char *help;
};

constexpr std::array<CounterWords, counterCount> counterWords{{
    {Counter::Refused, "possync_changes_refused_total", "Changes refused."},
    {Counter::Duplicates, "possync_changes_duplicate_total", "Changes that were already known."},
    {Counter::Deliveries, "possync_deliveries_total", "Messages handed to sockets."},
    {Counter::BytesOut, "possync_bytes_out_total", "Bytes sent to devices."},
    {Counter::BytesIn, "possync_bytes_in_total", "Bytes received from devices."},
    {Counter::ConnectionsOpened, "possync_connections_opened_total", "Connections opened."},
    {Counter::ConnectionsClosed, "possync_connections_closed_total", "Connections closed."},
    {Counter::Commits, "possync_commits_total", "Groups of changes stored."},
    {Counter::StoreFailures, "possync_store_failures_total",
     "Groups of changes that were not stored."},
    {Counter::HttpRequests, "possync_http_requests_total", "HTTP requests answered."},
    {Counter::RateLimited, "possync_rate_limited_total",
     "Changes, batches and HTTP requests refused because too many came."},
}};

// Bounds shown of the latency: powers of two from 64 µs to 16.8 s, at which buckets end.
constexpr int firstShownPower = 6;
constexpr int lastShownPower = 24;

std::size_t indexOf(DataType type)
{
    return static_cast<std::size_t>(type) - static_cast<std::size_t>(allDataTypes.front());
}

QByteArray number(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    constexpr double exactIntegers = 9007199254740992.0; // 2^53
    if (std::abs(value) < exactIntegers && value == std::trunc(value))
        return QByteArray::number(static_cast<qint64>(value));
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
}

QByteArray escapedHelp(QByteArray text)
{
    return text.replace('\\', "\\\\").replace('\n', "\\n");
}

QByteArray escapedLabel(const QByteArray &text)
{
    return escapedHelp(text).replace('"', "\\\"");
}

void heading(QByteArray &out, const QByteArray &name, const QByteArray &help, const char *type)
{
    out += "# HELP " + name + ' ' + escapedHelp(help) + "\n# TYPE " + name + ' ' + type + '\n';
}

void sample(QByteArray &out, const Figure &figure)
{
    out += figure.name;
    char separator = '{';
    for (const auto &[label, value] : figure.labels) {
        out += separator + label + "=\"" + escapedLabel(value) + '"';
        separator = ',';
    }
    if (!figure.labels.empty())
        out += '}';
    out += ' ' + number(figure.value) + '\n';
}

void latencyText(QByteArray &out, const LatencySnapshot &latency)
{
    const QByteArray name = "possync_commit_latency_seconds";
    heading(out, name, "From a change's arrival to its being stored and relayed.", "histogram");
    const auto bucket = [&](const QByteArray &bound, quint64 count) {
        out += name + "_bucket{le=\"" + bound + "\"} " + QByteArray::number(count) + '\n';
    };
    for (int power = firstShownPower; power <= lastShownPower; ++power) {
        const quint64 bound = quint64{1} << power;
        bucket(number(static_cast<double>(bound) / 1e6), latency.countBelow(bound));
    }
    bucket("+Inf", latency.count);
    out += name + "_sum " + number(static_cast<double>(latency.sumUs) / 1e6) + '\n';
    out += name + "_count " + QByteArray::number(latency.count) + '\n';
}

void figuresText(QByteArray &out, const std::vector<Figure> &figures)
{
    std::vector<std::pair<QByteArray, std::vector<const Figure *>>> groups;
    QHash<QByteArray, std::size_t> groupOf;
    for (const Figure &figure : figures) {
        const auto known = groupOf.constFind(figure.name);
        if (known == groupOf.constEnd()) {
            groupOf.insert(figure.name, groups.size());
            groups.push_back({figure.name, {&figure}});
        } else {
            groups[*known].second.push_back(&figure);
        }
    }
    for (const auto &[name, members] : groups) {
        const Figure &first = *members.front();
        heading(out, name, first.help, first.type == Figure::Type::Gauge ? "gauge" : "counter");
        for (const Figure *figure : members)
            sample(out, *figure);
    }
}

} // namespace

quint64 MetricsSnapshot::changesOf(DataType type) const
{
    return changes[indexOf(type)];
}

MetricsSnapshot MetricsSnapshot::since(const MetricsSnapshot &earlier) const
{
    MetricsSnapshot difference;
    for (std::size_t i = 0; i < changes.size(); ++i)
        difference.changes[i] = changes[i] - earlier.changes[i];
    for (std::size_t i = 0; i < counters.size(); ++i)
        difference.counters[i] = counters[i] - earlier.counters[i];
    difference.latency = latency.since(earlier.latency);
    return difference;
}

void Metrics::countChange(DataType type, quint64 by)
{
    m_changes[indexOf(type)].value.fetch_add(by, std::memory_order_relaxed);
}

void Metrics::count(Counter counter, quint64 by)
{
    m_counters[static_cast<std::size_t>(counter)].value.fetch_add(by, std::memory_order_relaxed);
}

MetricsSnapshot Metrics::snapshot() const
{
    MetricsSnapshot result;
    for (std::size_t i = 0; i < m_changes.size(); ++i)
        result.changes[i] = m_changes[i].value.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < m_counters.size(); ++i)
        result.counters[i] = m_counters[i].value.load(std::memory_order_relaxed);
    result.latency = m_latency.snapshot();
    return result;
}

QByteArray Metrics::prometheusText(const std::vector<Figure> &figures) const
{
    const MetricsSnapshot now = snapshot();
    QByteArray out;
    heading(out, "possync_changes_total", "Changes taken, by data type.", "counter");
    for (const DataType type : allDataTypes) {
        out += "possync_changes_total{type=\"" + dataTypeName(type).toByteArray() + "\"} "
               + QByteArray::number(now.changesOf(type)) + '\n';
    }
    for (const auto &[counter, name, help] : counterWords) {
        heading(out, name, help, "counter");
        out += name + (' ' + QByteArray::number(now.of(counter))) + '\n';
    }
    latencyText(out, now.latency);
    figuresText(out, figures);
    return out;
}

} // namespace possync::ops
