// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslCertificate>
#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;

namespace possync::gui {

/// Asks whether to trust the certificate a server shows; where another was trusted before, beside
/// it. There is no way to go on without looking at the words.
class TrustPanel : public QWidget
{
    Q_OBJECT

public:
    explicit TrustPanel(QWidget *parent);

    /// `former` is null where none was trusted before.
    void ask(const QSslCertificate &shown, const QSslCertificate &former);
    const QSslCertificate &shown() const { return m_shown; }
    QPushButton *button() const { return m_trust; }

Q_SIGNALS:
    /// The person compared and trusts shown().
    void trusted();

private:
    void addColumn(int column, const QString &title, const QSslCertificate &certificate);

    QSslCertificate m_shown;
    QLabel *m_about;
    QWidget *m_table = nullptr;
    QPushButton *m_trust;
};

} // namespace possync::gui
