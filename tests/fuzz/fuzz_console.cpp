// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a server reads of a console, which may be anybody with a token: frames of the admin
// protocol, one a line, to the real session before a real restaurant. Whatever is asked, what is
// answered is JSON; and a console may leave while its answers are on their way.
#include "common/model/jsontext.h"
#include "server/net/adminsession.h"
#include "tests/fuzz/fuzz.h"

#include <QCoreApplication>
#include <QPointer>
#include <QSemaphore>
#include <QTemporaryDir>

using namespace possync;
using namespace possync::net;

namespace {

/// The server's end of a connection whose other end takes everything.
class Wire final : public ByteStream
{
public:
    explicit Wire(std::shared_ptr<QByteArray> sent)
        : m_sent(std::move(sent))
    {
    }
    void attach(Owner *) override {}
    void detach() override {}
    void write(const QByteArray &bytes) override { m_sent->append(bytes); }
    qint64 queuedBytes() const override { return 0; }
    void setReading(bool) override {}
    void finish() override {}
    void abort() override {}
    QByteArray peerHost() const override { return "127.0.0.1"; }
    quint16 peerPort() const override { return 1; }
    bool isEncrypted() const override { return false; }

private:
    const std::shared_ptr<QByteArray> m_sent;
};

class Silence final : public RoomObserver
{
    void changeApplied(const QByteArray &, const core::StoredChangePtr &, std::size_t) override {}
    void changeRefused(const QByteArray &, const QByteArray &, const classic::Refusal &) override {}
    void rateExceeded(const QByteArray &, const QByteArray &) override {}
    void deviceIdShared(const QByteArray &, const QByteArray &) override {}
    void deviceConnected(const QByteArray &, const QByteArray &, const QByteArray &) override {}
    void deviceDisconnected(const QByteArray &, const QByteArray &, const QByteArray &) override {}
    void delivered(const QByteArray &, std::size_t, qint64) override {}
    void committed(const QByteArray &, std::size_t, qint64) override {}
    void storeFailed(const QByteArray &, const QString &) override {}
};

store::JournalOptions optionsFor(const QString &directory)
{
    store::JournalOptions options;
    options.dataDir = directory;
    return options;
}

template<typename Opened>
auto good(Opened opened)
{
    require(opened.has_value());
    return std::move(*opened);
}

/// All that a session needs of a server.
class House
{
public:
    House()
        : m_journal(good(store::Journal::open(optionsFor(m_directory.path()))))
        , m_access(good(security::Access::open(m_directory.path())))
        , m_hooks(good(hooks::HookDesk::open(m_directory.path(), {}, [](const QString &) {})))
        , m_trafficStore(m_directory.filePath(QStringLiteral("traffic.db")))
        , m_names(m_directory.path())
        , m_thread(0, *m_journal, m_views, m_silence, *m_hooks, m_limits, {}, m_newcomers,
                   std::chrono::seconds(0))
        , m_hosts({&m_thread.host()})
        , m_context{*m_journal,
                    *m_access,
                    m_hosts,
                    m_views,
                    m_traffic,
                    m_trafficStore,
                    m_names,
                    0,
                    [](quint64, int, quint64 &) { return QByteArray("[]"); },
                    [](const QString &name, int) { return name == QStringLiteral("debug"); }}
    {
    }
    ~House()
    {
        // Before the thread that they answer to goes.
        m_journal->close();
        m_names.close();
    }
    House(const House &) = delete;
    House &operator=(const House &) = delete;

    /// What a console gets for these bytes before it leaves.
    QByteArray answersTo(const security::Grant &grant, const QByteArray &frames)
    {
        const auto sent = std::make_shared<QByteArray>();
        QSemaphore done;
        m_thread.host().post([&] {
            auto session = std::make_unique<AdminSession>(m_thread, std::make_unique<Wire>(sent),
                                                          grant, m_context);
            const QPointer<AdminSession> alive(session.get());
            m_thread.add(std::move(session));
            alive->start({}, frames);
            if (alive)
                m_thread.remove(alive.data());
            done.release();
        });
        done.acquire();
        if (++m_asked % inputsBetweenWaits == 0)
            waitForDisk();
        return *sent;
    }

private:
    static constexpr int inputsBetweenWaits = 64;

    /// Lets what was written down catch up, lest it fill the memory.
    void waitForDisk()
    {
        QSemaphore done;
        m_access->readAudit({}, [&done](const auto &) { done.release(); });
        m_trafficStore.read({}, [&done](const auto &) { done.release(); });
        m_names.forget("nobody's", [&done](const auto &) { done.release(); });
        done.acquire(3);
    }

    int m_argc = 1;
    char m_name[5] = "fuzz"; // NUL at its end
    char *m_argv[2] = {m_name, nullptr};
    QCoreApplication m_application{m_argc, m_argv}; ///< Finds the plugin of SQLite.
    QTemporaryDir m_directory;
    ops::Metrics m_metrics;
    Traffic m_traffic{m_metrics};
    std::unique_ptr<store::Journal> m_journal;
    std::unique_ptr<security::Access> m_access;
    std::unique_ptr<hooks::HookDesk> m_hooks;
    store::TrafficStore m_trafficStore;
    store::Names m_names;
    RoomViews m_views;
    Silence m_silence;
    const WebSocketLimits m_limits;
    Newcomers m_newcomers{{}};
    IoThread m_thread;
    RoomHosts m_hosts;
    AdminContext m_context;
    int m_asked = 0;
};

/// A text frame as a client masks it, with a mask that changes nothing.
QByteArray frameOf(const QByteArray &text)
{
    QByteArray frame("\x81");
    if (text.size() < 126) {
        frame.append(static_cast<char>(0x80 | text.size()));
    } else {
        frame.append(static_cast<char>(0xFE))
            .append(static_cast<char>(text.size() >> 8))
            .append(static_cast<char>(text.size() & 0xFF));
    }
    return frame.append(4, '\0').append(text);
}

/// Every text in what a server sent.
void checkSent(QByteArrayView sent)
{
    const auto byte = [&sent](qsizetype at) { return static_cast<unsigned char>(sent[at]); };
    while (!sent.isEmpty()) {
        require(sent.size() >= 2 && (byte(1) & 0x80) == 0);
        qsizetype size = byte(1);
        qsizetype head = 2;
        if (size >= 126) {
            head = size == 126 ? 4 : 10;
            require(sent.size() >= head);
            size = 0;
            for (qsizetype at = 2; at < head; ++at)
                size = (size << 8) | byte(at);
        }
        require(sent.size() >= head + size);
        if (byte(0) == 0x81)
            require(json::check(sent.sliced(head, size).toByteArray()).has_value());
        else
            require(byte(0) == 0x88); // it may be sent away
        sent = sent.sliced(head + size);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr qsizetype most = 0xFFFF;
    static House house;
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    QByteArray frames;
    for (const QByteArray &line : text.split('\n'))
        frames += frameOf(line.first(std::min(line.size(), most)));
    // Who may do most in one restaurant, and who may look at all of them.
    checkSent(house.answersTo({security::Role::Tester, "r", "t", 0}, frames));
    checkSent(house.answersTo({security::Role::Viewer, {}, "v", 0}, frames));
    return 0;
}
