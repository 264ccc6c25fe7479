// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What commands with virtual devices have in common.
#include "console/cli/commandrun.h"

#include <QTimer>
#include <sys/resource.h>
#include <unistd.h>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

constexpr int drawMs = 200;
constexpr int lineMs = 2000;

} // namespace

void allowManySockets()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

std::function<void()> showProgress(QObject *owner, std::function<QString()> text)
{
    const bool isTerminal = isatty(STDERR_FILENO) != 0;
    auto *drawing = new QTimer(owner);
    QObject::connect(drawing, &QTimer::timeout, owner, [text = std::move(text), isTerminal] {
        writeError(isTerminal ? u"\r\033[K%1"_s.arg(text()) : text() + u'\n');
    });
    drawing->start(isTerminal ? drawMs : lineMs);
    return [drawing, isTerminal] {
        drawing->stop();
        if (isTerminal)
            writeError(u"\r\033[K"_s);
    };
}

QString msText(qint64 us)
{
    return QString::number(static_cast<double>(us) / 1000.0, 'f', us < 10000 ? 2 : 0);
}

} // namespace possync::cli
