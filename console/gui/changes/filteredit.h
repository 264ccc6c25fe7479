// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/changes/changefilter.h"
#include "console/gui/changes/changemodel.h"

#include <QLineEdit>
#include <QTimer>

class QCompleter;
class QStringListModel;

namespace possync::gui {

/// Line for the filter language: green when it makes sense, red when not, completes fields and
/// values.
class FilterEdit : public QLineEdit
{
    Q_OBJECT

public:
    /// `nowMs` is asked for the day that times of day belong to.
    FilterEdit(const ChangeModel *model, std::function<qint64()> nowMs, QWidget *parent);

    /// Sets the text and applies it at once.
    void apply(const QString &line);
    /// Appends with && or || if there is already something.
    void extend(const QString &condition, const QString &joiner);
    /// Why the line makes no sense; empty if it does.
    const QString &problem() const { return m_problem; }

Q_SIGNALS:
    /// Some time after the last key, for lines that make sense.
    void filterChanged(const possync::gui::ChangeFilter &filter);
    void problemChanged(const QString &problem);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void judge();
    void showVerdict(const char *verdict);
    void complete();
    void insertCompletion(const QString &choice);
    QStringList choicesFor(const QString &field) const;
    qsizetype wordStart() const;

    const ChangeModel *m_model;
    std::function<qint64()> m_nowMs;
    QTimer m_settle;
    QCompleter *m_completer;
    QStringListModel *m_choices;
    ChangeFilter m_filter;
    QString m_problem;
};

} // namespace possync::gui
