// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/epolldispatcher.h"
#include "server/net/server.h"
#include <QCoreApplication>
#include <QTimer>
#include <cstdio>
#include <csignal>
using namespace possync::net;
struct Quiet : RoomObserver {
    void changeApplied(const QByteArray &, const possync::core::StoredChangePtr &, std::size_t) override {}
    void changeRefused(const QByteArray &, const QByteArray &, const possync::classic::Refusal &r) override { std::fprintf(stderr,"refused %s\n", r.message.constData()); }
    void deviceIdShared(const QByteArray &, const QByteArray &) override {}
    void deviceConnected(const QByteArray &, const QByteArray &, const QByteArray &) override {}
    void deviceDisconnected(const QByteArray &, const QByteArray &, const QByteArray &) override {}
    void delivered(const QByteArray &, std::size_t, qint64) override {}
    void committed(const QByteArray &, std::size_t, qint64) override {}
    void storeFailed(const QByteArray &, const QString &r) override { std::fprintf(stderr,"store: %s\n", qPrintable(r)); }
};
int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollDispatcher);
    QCoreApplication app(argc, argv);
    ServerOptions o; 
    for (int i = 1; i + 1 < argc; ++i) { if (!strcmp(argv[i], "--port")) o.port = quint16(atoi(argv[i+1])); if (!strcmp(argv[i], "--data")) o.dataDir = QString::fromLocal8Bit(argv[i+1]); }
    Quiet quiet;
    auto s = Server::start(o, ServerHooks{quiet, []{return QByteArray();}, [](quint64,const QString&,const QString&,int){return QByteArray("{}");}, []{}, {}});
    if (!s) { std::fprintf(stderr, "%s\n", qPrintable(s.error())); return 2; }
    std::printf("possync-server ready on %s\n", qPrintable((*s)->url())); std::fflush(stdout);
    return app.exec();
}
