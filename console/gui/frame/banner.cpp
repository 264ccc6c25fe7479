// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/banner.h"

#include "console/gui/base/icons.h"
#include "console/gui/base/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

Banner::Banner(Session &session, QWidget *parent)
    : QFrame(parent)
    , m_session(session)
    , m_text(plainLabel({}, this))
    , m_retry(new QPushButton(icon(u"refresh"_s), tr("&Retry now"), this))
    , m_connect(new QPushButton(icon(u"connect"_s), tr("Choose a server…"), this))
{
    m_text->setWordWrap(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(18, 8, 18, 8);
    row->addWidget(m_text, 1);
    row->addWidget(m_retry);
    row->addWidget(m_connect);
    connect(m_retry, &QPushButton::clicked, this, [this] { Q_EMIT retryRequested(); });
    connect(m_connect, &QPushButton::clicked, this, &Banner::connectRequested);
    connect(&session, &Session::linkChanged, this, &Banner::refresh);
    connect(&session, &Session::ticked, this, &Banner::refresh);
    refresh();
}

QString Banner::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void Banner::refresh()
{
    const LinkStatus &link = m_session.link();
    const qint64 now = m_session.nowMs();
    setVisible(link.phase != LinkStatus::Connected);
    m_retry->setVisible(link.phase == LinkStatus::Waiting || link.phase == LinkStatus::Refused);
    QStringList parts;
    if (link.phase == LinkStatus::NoServer)
        parts.append(tr("This console is not connected to a server yet."));
    else if (link.lostMs > 0)
        parts.append(tr("Connection to %1 lost at %2. What you see is from then; it comes back to "
                        "life by itself.")
                         .arg(link.host, clockText(link.lostMs, now)));
    else if (link.phase == LinkStatus::Connecting)
        parts.append(tr("Connecting to %1 …").arg(link.host));
    else if (link.reason.isEmpty())
        parts.append(tr("%1 cannot be reached.").arg(link.host));
    if (!link.reason.isEmpty())
        parts.append(plainLine(link.reason, 300));
    if (link.phase == LinkStatus::Waiting)
        parts.append(linkText(link, now) + u'.');
    const QString text = parts.join(u' ');
    if (text != m_text->text()) {
        m_text->setText(text);
        setAccessibleName(text);
    }
    update();
}

void Banner::paintEvent(QPaintEvent *)
{
    const bool isQuiet = m_session.link().phase == LinkStatus::NoServer
                         || m_session.link().phase == LinkStatus::Connecting;
    const Tone tone = isQuiet ? Tone::Busy : Tone::Warn;
    QPainter painter(this);
    painter.fillRect(rect(), toneBackground(tone, palette()));
    painter.fillRect(QRect(0, 0, 5, height()), toneColour(tone, palette()));
    painter.fillRect(QRect(0, height() - 1, width(), 1), lineColour(palette()));
}

} // namespace possync::gui
