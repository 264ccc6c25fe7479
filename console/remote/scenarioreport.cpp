// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/scenarioreport.h"

#include "common/model/timestamp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamWriter>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

QString msText(qint64 us)
{
    return QString::number(double(us) / 1000, 'f', us < 10000 ? 2 : 0);
}

QString stateName(ScenarioCheck::State state)
{
    return state == ScenarioCheck::Met      ? u"met"_s
           : state == ScenarioCheck::Missed ? u"missed"_s
                                            : u"open"_s;
}

/// XML 1.0 knows no control characters, not even escaped.
QString plain(QString text)
{
    for (QChar &c : text) {
        if (c.unicode() < 0x20 || c.unicode() == 0xfffe || c.unicode() == 0xffff)
            c = u' ';
    }
    return text;
}

constexpr auto style =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
    "color:#1c232d;background:#fff}"
    "h1{font-size:1.5em}h2{font-size:1.1em;margin-top:2em}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35em .6em;"
    "border-bottom:1px solid #d8dee6}"
    ".good{color:#146c3a}.bad{color:#b3261e;font-weight:600}"
    ".stamp{display:inline-block;padding:.3em .9em;border:2px solid;border-radius:.4em;"
    "font-weight:700}pre{background:#f3f5f8;padding:1em;overflow:auto}"
    "@media (prefers-color-scheme:dark){body{color:#e4e8ee;background:#171b21}"
    "td,th{border-color:#39424f}.good{color:#5ecb8b}.bad{color:#ff8a80}pre{background:#20262e}}";

} // namespace

QList<VerdictLine> verdictLines(const ScenarioReport &report)
{
    const Verdict &v = report.verdict;
    const auto none = [](const char *what, qint64 count) {
        return VerdictLine{{what}, foreignPhrase(QString::number(count)), count == 0};
    };
    return {
        {{QT_TRANSLATE_NOOP("possync::remote", "sent")},
         {QT_TRANSLATE_NOOP("possync::remote", "%1 changes"), {QString::number(v.sent)}},
         true},
        {{QT_TRANSLATE_NOOP("possync::remote", "delivered")},
         {QT_TRANSLATE_NOOP("possync::remote", "%1 of %2"),
          {QString::number(v.delivered), QString::number(v.expected)}},
         v.delivered == v.expected},
        none(QT_TRANSLATE_NOOP("possync::remote", "lost"), v.lost),
        none(QT_TRANSLATE_NOOP("possync::remote", "duplicated"), v.duplicated),
        none(QT_TRANSLATE_NOOP("possync::remote", "reordered"), v.reordered),
        none(QT_TRANSLATE_NOOP("possync::remote", "altered"), v.altered),
        {{QT_TRANSLATE_NOOP("possync::remote", "latency")},
         {QT_TRANSLATE_NOOP("possync::remote", "median %1 ms, 99 of 100 %2 ms, longest %3 ms"),
          {msText(v.p50Us), msText(v.p99Us), msText(v.maxUs)}},
         true},
        {{QT_TRANSLATE_NOOP("possync::remote", "converged")},
         report.convergedMs < 0
             ? Phrase{QT_TRANSLATE_NOOP("possync::remote", "never")}
             : Phrase{QT_TRANSLATE_NOOP("possync::remote", "%1 ms after the last step"),
                      {QString::number(report.convergedMs)}},
         report.convergedMs >= 0 || v.sent == 0},
        {{QT_TRANSLATE_NOOP("possync::remote", "records")},
         v.identical
             ? Phrase{QT_TRANSLATE_NOOP("possync::remote",
                                        "the same on all devices and on the server")}
             : Phrase{QT_TRANSLATE_NOOP("possync::remote", "%1 differ"),
                      {QString::number(v.differing)}},
         v.identical},
    };
}

QByteArray reportJson(const ScenarioReport &report)
{
    const Verdict &v = report.verdict;
    QJsonArray checks;
    for (const ScenarioCheck &check : report.checks)
        checks.append(QJsonObject{{u"text"_s, check.text.english()},
                                  {u"state"_s, stateName(check.state)},
                                  {u"detail"_s, check.detail.english()},
                                  {u"took_ms"_s, check.tookMs}});
    const QJsonObject verdict{{u"sent"_s, v.sent},
                              {u"expected"_s, v.expected},
                              {u"delivered"_s, v.delivered},
                              {u"lost"_s, v.lost},
                              {u"duplicated"_s, v.duplicated},
                              {u"reordered"_s, v.reordered},
                              {u"altered"_s, v.altered},
                              {u"differing"_s, v.differing},
                              {u"latency_p50_us"_s, v.p50Us},
                              {u"latency_p99_us"_s, v.p99Us},
                              {u"latency_max_us"_s, v.maxUs},
                              {u"converged_ms"_s, report.convergedMs}};
    return QJsonDocument(QJsonObject{{u"scenario"_s, report.name},
                                     {u"restaurant"_s, report.restaurant},
                                     {u"server"_s, report.server},
                                     {u"started_at"_s,
                                      QString::fromLatin1(formatTimestamp(report.startedMs))},
                                     {u"took_ms"_s, report.tookMs},
                                     {u"passed"_s, report.passed()},
                                     {u"verdict"_s, verdict},
                                     {u"checks"_s, checks},
                                     {u"log"_s, QJsonArray::fromStringList(report.log)}})
        .toJson(QJsonDocument::Indented);
}

QByteArray reportHtml(const ScenarioReport &report)
{
    QByteArray out;
    QXmlStreamWriter w(&out);
    w.writeDTD(u"<!DOCTYPE html>"_s);
    w.writeStartElement(u"html"_s);
    w.writeAttribute(u"lang"_s, u"en"_s);
    w.writeStartElement(u"head"_s);
    w.writeEmptyElement(u"meta"_s);
    w.writeAttribute(u"charset"_s, u"utf-8"_s);
    w.writeTextElement(u"title"_s, plain(report.name));
    w.writeTextElement(u"style"_s, QString::fromLatin1(style));
    w.writeEndElement();
    w.writeStartElement(u"body"_s);
    w.writeTextElement(u"h1"_s, plain(report.name));
    if (!report.about.isEmpty())
        w.writeTextElement(u"p"_s, plain(report.about));
    w.writeStartElement(u"p"_s);
    w.writeStartElement(u"span"_s);
    w.writeAttribute(u"class"_s, report.passed() ? u"stamp good"_s : u"stamp bad"_s);
    w.writeCharacters(report.passed() ? u"passed"_s : u"failed"_s);
    w.writeEndElement();
    w.writeCharacters(u"  %1, restaurant %2, %3, %4 s"_s.arg(
        plain(report.server), plain(report.restaurant),
        QString::fromLatin1(formatTimestamp(report.startedMs)),
        QString::number(double(report.tookMs) / 1000, 'f', 1)));
    w.writeEndElement();
    const auto cell = [&w](const QString &text, const QString &kind = {}) {
        w.writeStartElement(u"td"_s);
        if (!kind.isEmpty())
            w.writeAttribute(u"class"_s, kind);
        w.writeCharacters(plain(text));
        w.writeEndElement();
    };
    w.writeTextElement(u"h2"_s, u"Verdict"_s);
    w.writeStartElement(u"table"_s);
    for (const VerdictLine &line : verdictLines(report)) {
        w.writeStartElement(u"tr"_s);
        cell(line.what.english());
        cell(line.value.english(), line.isGood ? u"good"_s : u"bad"_s);
        w.writeEndElement();
    }
    w.writeEndElement();
    w.writeTextElement(u"h2"_s, u"What was expected"_s);
    if (report.checks.isEmpty())
        w.writeTextElement(u"p"_s, u"This scenario expects nothing in particular."_s);
    w.writeStartElement(u"table"_s);
    for (const ScenarioCheck &check : report.checks) {
        w.writeStartElement(u"tr"_s);
        cell(check.text.english());
        cell(check.detail.english(), check.state == ScenarioCheck::Met ? u"good"_s : u"bad"_s);
        w.writeEndElement();
    }
    w.writeEndElement();
    w.writeTextElement(u"h2"_s, u"What happened"_s);
    w.writeStartElement(u"pre"_s);
    for (const QString &line : report.log)
        w.writeCharacters(plain(line) + u'\n');
    w.writeEndElement();
    w.writeEndElement();
    w.writeEndElement();
    return out;
}

QByteArray reportJunit(const ScenarioReport &report)
{
    struct Case {
        QString name;
        QString failure;
        double seconds = 0;
    };
    QList<Case> cases;
    for (const ScenarioCheck &check : report.checks)
        cases.append({check.text.english(),
                      check.state == ScenarioCheck::Met ? QString() : check.detail.english(),
                      double(std::max<qint64>(check.tookMs, 0)) / 1000});
    for (const VerdictLine &line : verdictLines(report))
        cases.append({line.what.english(), line.isGood ? QString() : line.value.english(), 0});
    const auto failures =
        std::ranges::count_if(cases, [](const Case &c) { return !c.failure.isEmpty(); });
    QByteArray out;
    QXmlStreamWriter w(&out);
    w.setAutoFormatting(true);
    w.writeStartDocument();
    w.writeStartElement(u"testsuite"_s);
    w.writeAttribute(u"name"_s, plain(report.name));
    w.writeAttribute(u"tests"_s, QString::number(cases.size()));
    w.writeAttribute(u"failures"_s, QString::number(failures));
    w.writeAttribute(u"errors"_s, u"0"_s);
    w.writeAttribute(u"time"_s, QString::number(double(report.tookMs) / 1000, 'f', 3));
    w.writeAttribute(u"timestamp"_s,
                     QString::fromLatin1(formatTimestamp(report.startedMs)).chopped(5));
    for (const Case &one : std::as_const(cases)) {
        w.writeStartElement(u"testcase"_s);
        w.writeAttribute(u"classname"_s, plain(report.name));
        w.writeAttribute(u"name"_s, plain(one.name));
        w.writeAttribute(u"time"_s, QString::number(one.seconds, 'f', 3));
        if (!one.failure.isEmpty()) {
            w.writeStartElement(u"failure"_s);
            w.writeAttribute(u"message"_s, plain(one.failure));
            w.writeEndElement();
        }
        w.writeEndElement();
    }
    w.writeTextElement(u"system-out"_s, plain(report.log.join(u" | "_s)));
    w.writeEndElement();
    w.writeEndDocument();
    return out;
}

std::optional<QByteArray> reportFor(const QString &fileName, const ScenarioReport &report)
{
    if (fileName.endsWith(u".json"_s, Qt::CaseInsensitive))
        return reportJson(report);
    if (fileName.endsWith(u".html"_s, Qt::CaseInsensitive))
        return reportHtml(report);
    if (fileName.endsWith(u".xml"_s, Qt::CaseInsensitive))
        return reportJunit(report);
    return std::nullopt;
}

} // namespace possync::remote
