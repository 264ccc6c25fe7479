// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

namespace possync::gui {

/// Small line of recent values without axes; the tool tip and accessible name say what it shows.
class Sparkline : public QWidget
{
    Q_OBJECT

public:
    explicit Sparkline(QWidget *parent = nullptr);

    /// Oldest first; a negative value is "not known" and leaves a gap.
    void setValues(std::vector<double> values);
    QSize sizeHint() const override { return {160, 40}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<double> m_values;
};

} // namespace possync::gui
