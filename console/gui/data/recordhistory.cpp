// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/data/recordhistory.h"

#include "common/model/jsontext.h"
#include "console/gui/base/words.h"
#include "console/gui/link/convert.h"
#include "console/remote/fields.h"
#include "console/remote/restclient.h"

#include <QDateTime>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QPushButton>
#include <QStringListModel>
#include <QTimeZone>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int pageVersions = 200;
constexpr qsizetype mostVersions = 1000;
constexpr int fieldMargin = 8;
constexpr int arrowWidth = 22;

QString path(const QString &restaurant, const QString &kind, const QString &type, const QString &id,
             const QString &rest)
{
    const auto encoded = [](const QString &text) {
        return QString::fromLatin1(QUrl::toPercentEncoding(text));
    };
    return remote::RestClient::restaurantPath(
        restaurant, u"/%1/%2/%3"_s.arg(kind, encoded(type), encoded(id)) + rest);
}

QString fieldText(remote::Fields &f)
{
    const QByteArray name = f.bytes("field");
    const auto value = [&](QByteArrayView key) {
        const json::Member *member = json::find(f.members(), key);
        if (!member || member->type == json::Type::Null)
            return RecordHistory::tr("nothing");
        const QByteArray shown =
            withoutSecrets("{" + json::quoted(name) + ":" + member->value.toByteArray() + "}");
        json::Members members;
        if (!json::parseObject(shown, members) || members.empty())
            return u"–"_s;
        const json::Member &first = members.front();
        return plainLine(first.type == json::Type::String
                             ? valueWord(QString::fromUtf8(name),
                                         QString::fromUtf8(json::unquoted(first.value)))
                             : QString::fromUtf8(first.value.toByteArray()),
                         60);
    };
    const QString field = plainLine(QString::fromUtf8(name), 40).replace(u'_', u' ');
    const bool isOldKnown = f.optionalFlag("old_known", true);
    const json::Member *old = json::find(f.members(), "old");
    return !isOldKnown || !old || old->type == json::Type::Null
               ? RecordHistory::tr("%1 %2", "field, value").arg(field, value("new"))
               : RecordHistory::tr("%1 %2 → %3").arg(field, value("old"), value("new"));
}

using TitleOf = std::function<QString(const QString &)>;

RecordVersion readVersion(remote::Fields &f, qint64 nowMs, const TitleOf &titleOf)
{
    RecordVersion version{.seq = f.counter("seq"), .atMs = f.optionalTime("received_at")};
    const QString user = f.optionalText("user_id");
    const QString deviceId = f.optionalText("device_id");
    const QString device = plainLine(titleOf ? titleOf(deviceId) : deviceId, 40);
    QStringList fields;
    for (const QByteArrayView text : f.optionalList("fields")) {
        remote::Fields field(text);
        // That it was changed then is what the line begins with.
        if (field.bytes("field") != "updated_at")
            fields.append(fieldText(field));
        if (!field.isGood())
            f.fail(u"fields: %1"_s.arg(field.error()));
    }
    const QString who =
        user.isEmpty()
            ? device
            : RecordHistory::tr("%1 on %2").arg(plainLine(user, 40), device);
    const QString action = actionWord(f.optionalBytes("action"));
    version.line =
        RecordHistory::tr("%1  %2, %3: %4", "time, who, action, fields")
            .arg(clockText(version.atMs, nowMs), who, action,
                 fields.isEmpty() ? RecordHistory::tr("nothing new") : fields.join(u", "_s));
    return version;
}

} // namespace

remote::wire::Decoded<HistoryPage> decodeHistory(const QByteArray &body, qint64 nowMs,
                                                 const TitleOf &titleOf)
{
    remote::Fields f(body);
    HistoryPage page;
    page.isComplete = f.optionalFlag("complete");
    page.next = f.optionalText("next");
    for (const QByteArrayView text : f.list("versions")) {
        remote::Fields one(text);
        page.versions.append(readVersion(one, nowMs, titleOf));
        if (!one.isGood())
            f.fail(u"versions: %1"_s.arg(one.error()));
    }
    if (!f.isGood())
        return Unexpected(f.error());
    return page;
}

RecordHistory::RecordHistory(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new QStringListModel(this))
    , m_list(new QListView(this))
    , m_note(plainLabel({}, this))
    , m_moment(new QDateTimeEdit(this))
    , m_then(new QPushButton(tr("Show as it &was"), this))
    , m_now(new QPushButton(tr("Show as it &is"), this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto *heading =
        plainLabel(tr("Its changes, newest first; choose one to see the record then"), this);
    heading->setWordWrap(true);
    column->addWidget(heading);
    column->addWidget(m_list, 1);
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    auto *row = new QHBoxLayout;
    row->addWidget(m_moment, 1);
    row->addWidget(m_then);
    row->addWidget(m_now);
    column->addLayout(row);
    m_list->setModel(m_model);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setWordWrap(true);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setProperty("roomy", true);
    m_list->setAccessibleName(heading->text());
    m_moment->setCalendarPopup(true);
    // The day as the person writes it, with all digits so that the field keeps its width.
    QString day = QLocale().dateFormat(QLocale::ShortFormat);
    if (!day.contains(u"yyyy"_s))
        day.replace(u"yy"_s, u"yyyy"_s);
    m_moment->setDisplayFormat(day + u" HH:mm:ss"_s);
    m_moment->setAccessibleName(tr("Moment"));
    m_moment->setMinimumHeight(fontMetrics().height() + 14);
    // The style forgets the arrow when it says how wide the field wants to be.
    const QString longest = QLocale().toString(QDate(2000, 12, 30), day) + u" 00:00:00"_s;
    m_moment->setMinimumWidth(fontMetrics().horizontalAdvance(longest)
                              + 2 * fieldMargin + arrowWidth);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &now) {
                if (now.isValid() && now.row() < m_versions.size()) {
                    m_moment->setDateTime(
                        QDateTime::fromMSecsSinceEpoch(m_versions[now.row()].atMs));
                    showMoment(u"seq:%1"_s.arg(m_versions[now.row()].seq));
                }
            });
    connect(m_then, &QPushButton::clicked, this,
            [this] { showMoment(m_moment->dateTime().toUTC().toString(Qt::ISODateWithMs)); });
    connect(m_now, &QPushButton::clicked, this, [this] {
        m_list->setCurrentIndex({});
        Q_EMIT presentShown();
    });
    showHistory({}, {}, {}, {});
}

QStringList RecordHistory::lines() const
{
    return m_model->stringList();
}

void RecordHistory::showHistory(const QString &restaurant, const QString &type, const QString &id,
                                const QStringList &lines)
{
    m_restaurant = restaurant;
    m_type = type;
    m_id = id;
    m_versions.clear();
    m_model->setStringList(lines);
    m_note->clear();
    m_note->hide();
    m_moment->setDateTime(QDateTime::fromMSecsSinceEpoch(m_session.nowMs()));
    for (QWidget *widget : std::initializer_list<QWidget *>{m_moment, m_then, m_now})
        widget->setEnabled(!id.isEmpty());
    refresh();
}

void RecordHistory::refresh()
{
    if (!m_id.isEmpty())
        fetch({}, {});
}

void RecordHistory::fetch(const QString &cursor, QList<RecordVersion> before)
{
    ServerPort *port = m_session.port();
    if (!port)
        return;
    QString rest = u"/history?limit=%1"_s.arg(pageVersions);
    if (!cursor.isEmpty())
        rest += u"&cursor="_s + QString::fromLatin1(QUrl::toPercentEncoding(cursor));
    port->get(path(m_restaurant, u"data"_s, m_type, m_id, rest), this,
              [this, asked = QStringList{m_restaurant, m_type, m_id}, isFirst = cursor.isEmpty(),
               all = std::move(before)](const remote::Answer<QByteArray> &body) mutable {
                  if (asked != QStringList{m_restaurant, m_type, m_id} || !body)
                      return; // a server that keeps no history: what was seen stays listed
                  const auto page = decodeHistory(
                      *body, m_session.nowMs(), [this](const QString &device) {
                          return m_session.deviceTitle(m_restaurant, device);
                      });
                  if (!page)
                      return;
                  if (isFirst)
                      m_isComplete = page->isComplete;
                  all += page->versions;
                  if (all.size() > mostVersions)
                      all = all.last(mostVersions);
                  if (page->next.isEmpty())
                      take(std::move(all));
                  else
                      fetch(page->next, std::move(all));
              });
}

void RecordHistory::take(QList<RecordVersion> versions)
{
    std::ranges::reverse(versions);
    m_note->setText(tr("Older changes of it are no longer kept."));
    m_note->setHidden(m_isComplete);
    if (versions == m_versions)
        return;
    m_versions = std::move(versions);
    QStringList all;
    for (const RecordVersion &version : std::as_const(m_versions))
        all.append(version.line);
    m_model->setStringList(all);
}

void RecordHistory::showMoment(const QString &at)
{
    ServerPort *port = m_session.port();
    if (!port || m_id.isEmpty())
        return;
    const QString query = u"?at="_s + QString::fromLatin1(QUrl::toPercentEncoding(at));
    port->get(path(m_restaurant, u"entities"_s, m_type, m_id, query), this,
              [this, asked = QStringList{m_restaurant, m_type, m_id}](
                  const remote::Answer<QByteArray> &body) {
                  if (asked != QStringList{m_restaurant, m_type, m_id})
                      return;
                  if (!body) {
                      m_note->setText(plainLine(messageOf(body.error())));
                      m_note->show();
                      return;
                  }
                  const QJsonObject then = QJsonDocument::fromJson(withoutSecrets(*body)).object();
                  const qint64 atMs =
                      QDateTime::fromString(then["at"_L1]["time"_L1].toString(), Qt::ISODateWithMs)
                          .toMSecsSinceEpoch();
                  QString words = tr("As it was at %1.").arg(clockText(atMs, m_session.nowMs()));
                  if (then["deleted"_L1].toBool())
                      words += u' ' + tr("It was deleted.");
                  if (then["incomplete"_L1].isArray())
                      words += u' ' + tr("Some of it is no longer known.");
                  Q_EMIT pastShown(then["data"_L1].toObject(), words);
              });
}

} // namespace possync::gui
