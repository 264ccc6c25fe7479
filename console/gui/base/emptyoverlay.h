// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>

class QAbstractItemView;
class QLabel;

namespace possync::gui {

/// Why a view shows nothing, and what to do about it.
struct EmptyWords {
    QString headline;
    QString advice;
};

/// Lies over an item view while its model has no rows and says why.
class EmptyOverlay : public QWidget
{
    Q_OBJECT

public:
    /// `words` is asked each time the overlay is shown or refresh()ed. The view must have its
    /// model.
    EmptyOverlay(QAbstractItemView *view, std::function<EmptyWords()> words);

    /// Asks again, for example after the connection changed.
    void refresh();
    QString headline() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QAbstractItemView *m_view;
    std::function<EmptyWords()> m_words;
    QLabel *m_headline;
    QLabel *m_advice;
};

} // namespace possync::gui
