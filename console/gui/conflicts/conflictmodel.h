// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/conflicts.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QStringList>
#include <functional>

namespace possync::gui {

/// One field, or one refused change, in which two people met: what stays and what lost.
struct ConflictRow {
    QString restaurant = {};
    QString changeId = {};
    qint64 atMs = 0;
    QByteArray dataType = {};
    QByteArray action = {};
    QString entityId = {};
    QString field = {}; ///< Empty: the change was refused as a whole.
    QString stays = {}; ///< For people; secrets masked.
    QString staysBy = {};
    QString staysUser = {}; ///< Empty: the record does not say.
    qint64 staysAtMs = 0;
    QString lost = {};
    QString lostBy = {};
    QString lostUser = {};
    qint64 lostAtMs = 0;
    QString rule = {};     ///< One plain sentence.
    QString reason = {};   ///< The server's words.
    bool isReview = false; ///< A late change of a replaced device: it waits for a decision.
    QString state = {}; ///< "open", "restored", "discarded"; empty: the server knows no restoring.
    QString restoredBy = {};
    qint64 restoredMs = 0;
    /// Nobody need do anything about it any more.
    bool isDecided() const { return state == u"restored" || state == u"discarded"; }
    bool operator==(const ConflictRow &) const = default;
};

/// The rows of one conflict, in the words of the page. Pure.
QList<ConflictRow> rowsOf(const QString &restaurant, const remote::Conflict &conflict);

/// Conflicts of all restaurants, newest first; a row keeps its place while others come.
class ConflictModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        When,
        Restaurant,
        Record,
        Field,
        Stays,
        Lost,
        StaysWho,
        LostWho,
        State,
        ColumnCount
    };
    static constexpr int SortRole = Qt::UserRole + 1;
    static constexpr int RestaurantRole = Qt::UserRole + 2;
    /// All a person may type to find a cell: what it shows, and the ids behind it.
    static constexpr int SearchRole = Qt::UserRole + 3;

    using QAbstractTableModel::QAbstractTableModel;

    /// The newest of a restaurant's conflicts, newest first, of so many that the server keeps; 0:
    /// these are all. Older ones that were added stay, unless a hole would come in between.
    void setConflicts(const QString &restaurant, const QList<remote::Conflict> &conflicts,
                      quint64 total = 0);
    /// Conflicts behind the oldest one known. Without any new one there are no older ones.
    void addOlder(const QString &restaurant, const QList<remote::Conflict> &conflicts);
    /// Some of them, as they are now; those that are not here are passed over.
    void renew(const QString &restaurant, const QList<remote::Conflict> &conflicts);
    /// How many the server keeps that are not here, of one restaurant or of all.
    quint64 missing(const QString &restaurant = {}) const;
    /// Restaurants of which older ones are not here.
    QStringList incomplete() const;
    /// Change ids of those that are here, newest first.
    QStringList ids(const QString &restaurant) const { return m_extents.value(restaurant).ids; }
    /// Change id of the oldest one that is here.
    QString oldest(const QString &restaurant) const;
    void clear();
    /// Moves all ages on; the titles of restaurants and of their devices are asked of these.
    void setNow(qint64 nowMs);
    void setTitles(std::function<QString(const QString &)> titleOf,
                   std::function<QString(const QString &, const QString &)> deviceTitleOf)
    {
        m_titleOf = std::move(titleOf);
        m_deviceTitleOf = std::move(deviceTitleOf);
    }

    const ConflictRow &row(int number) const { return m_rows[number]; }
    /// A person has looked at all there is now.
    void markSeen();
    qint64 seenMs() const { return m_seenMs; }
    void setSeenMs(qint64 seenMs);
    /// Open conflicts nobody has looked at, each counted once, of one restaurant or of all.
    int unseen(const QString &restaurant = {}) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// After rows came, went, changed or were seen.
    void conflictsChanged();

private:
    /// What is here of a restaurant's conflicts.
    struct Extent {
        QStringList ids; ///< Change ids, newest first, without a hole.
        quint64 total = 0;
    };

    QString text(const ConflictRow &row, int column) const;
    /// The id a cell shows a name for; empty if it shows none.
    static QString idBehind(const ConflictRow &row, int column);
    QString who(const ConflictRow &row, const QString &device, const QString &user) const;

    QList<ConflictRow> m_rows;
    QHash<QString, Extent> m_extents; ///< By restaurant.
    std::function<QString(const QString &)> m_titleOf;
    std::function<QString(const QString &, const QString &)> m_deviceTitleOf;
    qint64 m_nowMs = 0;
    qint64 m_seenMs = 0;
};

/// "restored by ps_12, 3 min ago", "stays as it is".
QString conflictStateText(const ConflictRow &row, qint64 nowMs);
/// Device and, where it is known, who held it.
QString whoText(const QString &device, const QString &user);

} // namespace possync::gui
