// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <functional>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace possync::gui {

/// One thing the palette can do.
struct PaletteEntry {
    QString title;
    QString hint; ///< Shortcut or kind, shown at the right.
    std::function<void()> run;
    QString id = {}; ///< Found by this as well.
};

/// Ctrl+K: type some letters, press Enter.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    /// `search` makes entries for free text, such as "find it in the changes".
    CommandPalette(QList<PaletteEntry> entries,
                   std::function<QList<PaletteEntry>(const QString &)> search, QWidget *parent);

    void setText(const QString &text);
    QStringList shown() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refresh();
    void runCurrent();

    QList<PaletteEntry> m_entries;
    std::function<QList<PaletteEntry>(const QString &)> m_search;
    QList<PaletteEntry> m_shown;
    QLineEdit *m_edit;
    QListView *m_list;
    QStandardItemModel *m_model;
};

} // namespace possync::gui
