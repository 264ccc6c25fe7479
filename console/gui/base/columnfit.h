// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QStringList>
#include <QVariantMap>

class QHeaderView;
class QSettings;
class QTableView;

namespace possync::gui {

/// How much room a table column wants, in average characters.
struct ColumnWish {
    int wanted = 10; ///< Its width where there is room.
    int least = 0;   ///< Down to this it is squeezed, never below its heading; 0: not squeezed.
    int rank = 0;    ///< Where even the least does not fit, the highest rank leaves; 0 stays.
    int share = 0;   ///< Its part of what room is left over.
};

/// Keeps the columns of a table as wide together as the table is, so that it does not scroll
/// sideways. What leaves for want of room comes back with it, and can be had at any time through
/// the menu of the header. A width that a person drags ends the fitting until the layout is reset.
class ColumnFit : public QObject
{
    Q_OBJECT

public:
    /// One wish for each column. The table must be prepared and have its model.
    ColumnFit(QTableView *table, QList<ColumnWish> wishes);

    /// The model has other columns now. What a person dragged or chose is remembered by the names
    /// of the columns, and holds again when columns of these names are back.
    void setColumns(const QStringList &names, QList<ColumnWish> wishes);
    /// A column that says nothing at present is out whatever anybody chose.
    void setLeftOut(int column, bool isOut);
    /// Fitting, not the widths of a person.
    bool isFitting() const { return !m_isOwn; }
    /// As the person would in the menu of the header.
    void choose(int column, bool isShown);

    /// Under `name` in the settings' present group.
    void save(QSettings &settings, const QString &name) const;
    void restore(const QSettings &settings, const QString &name);
    /// As at first.
    void reset();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();
    void begin();
    bool isOff(int column) const;
    int headingWidth(int column) const;
    void takeResized(int column, int before, int after);
    void keepWidth(int column);
    void showMenu(const QPoint &at);

    QTableView *m_table;
    QHeaderView *m_header;
    QList<ColumnWish> m_wishes;
    QList<bool> m_leftOut;
    QHash<int, bool> m_chosen; ///< By a person: shown or not.
    QStringList m_names;       ///< Of the columns, where they change.
    QVariantMap m_keptWidths;  ///< Dragged by a person, by name.
    QVariantMap m_keptChoices; ///< Like m_chosen, by name.
    QByteArray m_first;
    bool m_isOwn = false;
    bool m_isBusy = false;
};

} // namespace possync::gui
