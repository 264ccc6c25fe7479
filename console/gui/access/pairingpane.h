// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace possync::gui {

class QrView;

/// Shows a code and a QR code that make one tablet's token, and tells when it was used.
class PairingPane : public QWidget
{
    Q_OBJECT

public:
    /// `session` must live longer.
    PairingPane(Session &session, QWidget *parent);

    /// An empty text: pairing is allowed.
    void setProblem(const QString &problem);
    /// The next code puts a tablet in the place of the one with this token.
    void replace(const QString &restaurant, const QString &tokenId, const QString &name);

Q_SIGNALS:
    /// A tablet came, or the code is over.
    void ended();

private:
    QWidget *buildForm();
    QWidget *buildOffer();
    void adoptRestaurants();
    void refreshWords();
    void open();
    void showOffer(const QByteArray &answer);
    void tick();
    void endOffer(const QString &words);

    Session &m_session;
    QComboBox *m_restaurant;
    QComboBox *m_role;
    QLineEdit *m_name;
    QLabel *m_about;
    QPushButton *m_open;
    QPushButton *m_stay;
    QrView *m_qr;
    QLabel *m_code;
    QLabel *m_countdown;
    QLabel *m_how;
    QLabel *m_result;
    QTimer m_tick;
    QStringList m_restaurants; ///< Ids, as listed.
    QString m_problem;
    QString m_replaces;
    QString m_replacesName;
    QByteArray m_expiryText; ///< The offer's own, by which it is known in the list.
    qint64 m_expiresMs = 0;
    bool m_isAsking = false;
};

} // namespace possync::gui
