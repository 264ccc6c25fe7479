// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

class QSettings;

namespace possync::gui {

/// One page of the window.
class Page : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// Stable name for settings and files, for example "devices".
    virtual QString id() const = 0;
    virtual QString title() const = 0;
    virtual QString iconName() const = 0;
    /// Puts the keyboard where Ctrl+F should go; nothing where there is nothing to search.
    virtual void focusSearch() {}
    virtual void saveLayout(QSettings &) const {}
    virtual void restoreLayout(const QSettings &) {}
    /// Column widths and splitters as they were at first.
    virtual void resetLayout() {}

Q_SIGNALS:
    /// Short news for the status bar.
    void said(const QString &message);
};

} // namespace possync::gui
