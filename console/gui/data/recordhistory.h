// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"
#include "console/remote/wire.h"

#include <QJsonObject>
#include <QWidget>

class QDateTimeEdit;
class QLabel;
class QListView;
class QPushButton;
class QStringListModel;

namespace possync::gui {

/// One change of a record and what it altered, for a line of the list.
struct RecordVersion {
    quint64 seq = 0;
    qint64 atMs = 0;
    QString line = {}; ///< Plain: "20:11:59  ravi: status ready → served".
    bool operator==(const RecordVersion &) const = default;
};

struct HistoryPage {
    QList<RecordVersion> versions = {}; ///< Oldest first.
    bool isComplete = false;            ///< The record began with the first version.
    QString next = {};                  ///< Cursor of the next page; empty: this was the last.
};

/// Answer of `GET /api/restaurants/:id/data/:type/:entity/history`. Secrets are masked.
/// What a device is called is asked of `titleOf`; without it, it goes by its id.
remote::wire::Decoded<HistoryPage>
decodeHistory(const QByteArray &body, qint64 nowMs,
              const std::function<QString(const QString &deviceId)> &titleOf = {});

/// Who changed which field of a record when, and the record as it was at a moment.
class RecordHistory : public QWidget
{
    Q_OBJECT

public:
    /// `session` must live longer.
    RecordHistory(Session &session, QWidget *parent);

    /// Asks for the record's history; `lines` are shown until it is there, and if there is none.
    /// An empty id: nothing is chosen.
    void showHistory(const QString &restaurant, const QString &type, const QString &id,
                     const QStringList &lines);
    /// Asks again for the record shown.
    void refresh();
    QStringList lines() const;

Q_SIGNALS:
    /// The record as it was; `words` say when, and what cannot be told.
    void pastShown(const QJsonObject &record, const QString &words);
    /// A person wants to see the record as it is.
    void presentShown();

private:
    void fetch(const QString &cursor, QList<RecordVersion> before);
    void take(QList<RecordVersion> versions);
    void showMoment(const QString &at);

    Session &m_session;
    QStringListModel *m_model;
    QListView *m_list;
    QLabel *m_note;
    QDateTimeEdit *m_moment;
    QPushButton *m_then;
    QPushButton *m_now;
    QString m_restaurant;
    QString m_type;
    QString m_id;
    bool m_isComplete = false;
    QList<RecordVersion> m_versions; ///< Newest first, as in the list.
};

} // namespace possync::gui
