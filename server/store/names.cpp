// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/names.h"

#include "server/store/smalldatabase.h"

#include <QDir>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

constexpr SmallSchema schema{"names_v", 1, 0x50534e31, "names"}; // "PSN1"
constexpr qsizetype mostCharacters = 80;

/// Controls, ends of lines and paragraphs, and what embeds, overrides or isolates a direction and
/// would go on beyond the name. Marks and joiners stay: scripts need them.
bool isHarmful(char32_t character)
{
    const QChar::Category category = QChar::category(character);
    return category == QChar::Other_Control || category == QChar::Separator_Line
           || category == QChar::Separator_Paragraph || (character >= 0x202A && character <= 0x202E)
           || (character >= 0x2066 && character <= 0x2069);
}

bool isVisible(char32_t character)
{
    return !QChar::isSpace(character) && QChar::category(character) != QChar::Other_Format;
}

QByteArray codeOf(char32_t character)
{
    return "U+" + QByteArray::number(uint(character), 16).toUpper().rightJustified(4, '0');
}

/// Null would become NULL.
QByteArray blob(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

} // namespace

Result<QByteArray, QByteArray> displayName(const QByteArray &utf8)
{
    const QString text = QString::fromUtf8(utf8);
    if (text.toUtf8() != utf8)
        return Unexpected{QByteArray("is not UTF-8")};
    const QString name = text.trimmed();
    const QList<uint> characters = name.toUcs4();
    if (characters.size() > mostCharacters)
        return Unexpected{"is " + QByteArray::number(characters.size())
                          + " characters long; a name has at most "
                          + QByteArray::number(mostCharacters)};
    const auto harmful = std::ranges::find_if(characters, isHarmful);
    if (harmful != characters.end())
        return Unexpected{"holds the character " + codeOf(*harmful)
                          + ", which controls the text around it; leave it out"};
    if (!characters.isEmpty() && std::ranges::none_of(characters, isVisible))
        return Unexpected{QByteArray("shows nothing; leave it empty to use the id")};
    return name.toUtf8();
}

class Names::Keeper final : public QObject
{
public:
    /// Opens the file and takes all names from it.
    Outcome open(const QString &file, QHash<QByteArray, RestaurantNames> &names)
    {
        auto opened = openSmallDatabase(file, schema);
        if (!opened)
            return Unexpected{opened.error()};
        const auto rows = (*opened)->query("names_all");
        if (!rows)
            return Unexpected{rows.error()};
        QSqlQuery &row = **rows;
        while (row.next()) {
            RestaurantNames &restaurant = names[row.value(0).toByteArray()];
            const QByteArray device = row.value(1).toByteArray();
            (device.isEmpty() ? restaurant.own : restaurant.devices[device]) =
                row.value(2).toString().toUtf8();
        }
        if (Outcome ended = Connection::ended(row); !ended)
            return ended;
        m_connection = std::move(*opened);
        return Done{};
    }

    Outcome put(const QByteArray &restaurant, const QByteArray &device, const QByteArray &name)
    {
        if (name.isEmpty())
            return m_connection->run("names_remove", {restaurant, blob(device)});
        return m_connection->run("names_put", {restaurant, blob(device), QString::fromUtf8(name)});
    }

    Outcome forget(const QByteArray &restaurant)
    {
        const Outcome set = m_connection->execute(u"PRAGMA secure_delete=ON"_s);
        return set ? m_connection->run("names_forget", {restaurant}) : set;
    }

    bool isOpen() const { return m_connection != nullptr; }

private:
    std::unique_ptr<Connection> m_connection;
};

Names::Names(const QString &dataDir)
{
    m_thread.setObjectName(u"possync-names"_s);
    m_keeper = new Keeper;
    m_keeper->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_keeper, &QObject::deleteLater);
    m_thread.start();
    const QString file = QDir(dataDir).filePath(u"names.db"_s);
    Outcome opened = Done{};
    QMetaObject::invokeMethod(
        m_keeper, [&, this] { opened = m_keeper->open(file, m_names); },
        Qt::BlockingQueuedConnection);
    if (opened)
        return;
    m_names.clear();
    const QString &detail = opened.error().detail;
    m_problem = u"the names of restaurants and devices cannot be read (%1); until the file is "
                "mended or moved away and the server started again, ids are shown instead"_s.arg(
                    detail.contains(file) ? detail : u"%1: %2"_s.arg(file, detail));
}

Names::~Names()
{
    close();
}

void Names::close()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!std::exchange(m_isClosed, true))
            QMetaObject::invokeMethod(
                m_keeper, [this] { m_thread.quit(); }, Qt::QueuedConnection);
    }
    m_thread.wait();
}

void Names::post(std::function<Outcome(Keeper &)> run, DoneCallback done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isClosed) {
            QMetaObject::invokeMethod(
                m_keeper,
                [keeper = m_keeper, run = std::move(run), done = std::move(done)] {
                    done(run(*keeper));
                },
                Qt::QueuedConnection);
            return;
        }
    }
    done(Unexpected{closedError()});
}

RestaurantNames Names::of(const QByteArray &restaurant) const
{
    const std::lock_guard lock(m_mutex);
    return m_names.value(restaurant);
}

void Names::set(const QByteArray &restaurant, const QByteArray &device, const QByteArray &name,
                DoneCallback done)
{
    post(
        [this, restaurant, device, name](Keeper &keeper) -> Outcome {
            if (!keeper.isOpen())
                return Unexpected{StoreError{StoreErrorCode::Corrupt, *m_problem}};
            if (Outcome kept = keeper.put(restaurant, device, name); !kept)
                return kept;
            const std::lock_guard lock(m_mutex);
            RestaurantNames &names = m_names[restaurant];
            if (device.isEmpty())
                names.own = name;
            else if (name.isEmpty())
                names.devices.remove(device);
            else
                names.devices[device] = name;
            if (names == RestaurantNames())
                m_names.remove(restaurant);
            ++m_version;
            return Done{};
        },
        std::move(done));
}

void Names::forget(const QByteArray &restaurant, DoneCallback done)
{
    post(
        [this, restaurant](Keeper &keeper) -> Outcome {
            // A file that cannot be read may hold names: erasing must not pass over them.
            if (!keeper.isOpen())
                return Unexpected{StoreError{StoreErrorCode::Corrupt, *m_problem}};
            if (Outcome gone = keeper.forget(restaurant); !gone)
                return gone;
            const std::lock_guard lock(m_mutex);
            if (m_names.remove(restaurant))
                ++m_version;
            return Done{};
        },
        std::move(done));
}

} // namespace possync::store
