// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/connect/trustpanel.h"

#include "console/gui/base/words.h"
#include "console/remote/servertrust.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int wordsInALine = 4;
constexpr int bytesInALine = 16;

/// A line break after each so many parts, which a label would not find by itself.
QString folded(const QString &text, QChar separator, int parts)
{
    const QStringList all = text.split(separator);
    QStringList lines;
    for (qsizetype i = 0; i < all.size(); i += parts)
        lines.append(all.mid(i, parts).join(separator));
    return lines.join(separator + u'\n');
}

QString dayText(const QDateTime &moment)
{
    return QLocale().toString(moment.toLocalTime().date(), QLocale::ShortFormat);
}

} // namespace

TrustPanel::TrustPanel(QWidget *parent)
    : QWidget(parent)
    , m_about(plainLabel({}, this))
    , m_trust(new QPushButton(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 4);
    column->setSpacing(10);
    m_about->setWordWrap(true);
    column->addWidget(m_about);
    column->addWidget(m_trust, 0, Qt::AlignLeft);
    connect(m_trust, &QPushButton::clicked, this, &TrustPanel::trusted);
}

void TrustPanel::ask(const QSslCertificate &shown, const QSslCertificate &former)
{
    m_shown = shown;
    const bool isChange = !former.isNull();
    m_about->setText(
        isChange
            ? tr("This is NOT the certificate you trusted. If nobody has set up the server anew, "
                 "somebody may stand between you and it: then do not go on. Compare the new words "
                 "with those that “possync-server init-tls” prints on the server's computer.")
            : tr("Compare the words with those that “possync-server init-tls” prints on the "
                 "server's computer, best over the phone. If they are the same, it is that "
                 "server and nobody stands between."));
    m_trust->setText(isChange ? tr("The words are the same: &trust the new one instead")
                              : tr("The words are the same: &trust it"));
    delete m_table;
    m_table = new QWidget(this);
    auto *grid = new QGridLayout(m_table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(18);
    grid->setVerticalSpacing(6);
    const QString titles[]{QString(), tr("Words"), tr("SHA-256"), tr("Issued by"), tr("Holds")};
    for (int row = 1; row < int(std::size(titles)); ++row)
        grid->addWidget(plainLabel(titles[row], m_table), row, 0, Qt::AlignTop);
    if (isChange)
        addColumn(1, tr("Trusted until now"), former);
    addColumn(isChange ? 2 : 1, isChange ? tr("Shown now") : QString(), shown);
    grid->setColumnStretch(isChange ? 2 : 1, 1);
    static_cast<QVBoxLayout *>(layout())->insertWidget(1, m_table);
}

void TrustPanel::addColumn(int column, const QString &title, const QSslCertificate &certificate)
{
    auto *grid = static_cast<QGridLayout *>(m_table->layout());
    const QString rows[]{
        title, folded(remote::fingerprintWords(certificate), u'-', wordsInALine),
        folded(remote::fingerprintText(certificate), u':', bytesInALine),
        plainLine(certificate.issuerDisplayName(), 80),
        tr("%1 to %2")
            .arg(dayText(certificate.effectiveDate()), dayText(certificate.expiryDate()))};
    for (int row = 0; row < int(std::size(rows)); ++row) {
        if (rows[row].isEmpty())
            continue;
        QLabel *cell = plainLabel(rows[row], m_table);
        cell->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        cell->setMinimumHeight(cell->sizeHint().height());
        if (row < 2) {
            QFont bold = font();
            bold.setWeight(QFont::DemiBold);
            cell->setFont(bold);
        }
        if (row == 1)
            cell->setAccessibleName(title.isEmpty() ? tr("Fingerprint in words")
                                                    : tr("Fingerprint in words, %1").arg(title));
        grid->addWidget(cell, row, column, Qt::AlignTop);
    }
}

} // namespace possync::gui
