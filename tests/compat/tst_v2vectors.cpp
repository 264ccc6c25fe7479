// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/v2message.h"
#include "common/model/v2packed.h"
#include "common/sync/merge.h"
#include "common/sync/recordsum.h"
#include "common/sync/rules.h"

#include <QFile>
#include <QTest>

using namespace possync;

namespace {

/// One entry of a vector file; values by their exact text.
class Vector
{
public:
    explicit Vector(QByteArrayView object) { json::splitObject(object, m_members); }
    bool has(QByteArrayView key) const { return json::find(m_members, key) != nullptr; }
    QByteArray raw(QByteArrayView key) const
    {
        const json::Member *member = json::find(m_members, key);
        return member ? member->value.toByteArray() : QByteArray();
    }
    QByteArray text(QByteArrayView key) const { return json::unquoted(raw(key)); }
    /// The text of a string, empty for null.
    QByteArray textOrNull(QByteArrayView key) const
    {
        return raw(key) == "null" ? QByteArray() : text(key);
    }
    std::vector<Vector> list(QByteArrayView key) const
    {
        const json::Member *member = json::find(m_members, key);
        std::vector<QByteArrayView> elements;
        if (member)
            json::splitArray(member->value, elements);
        std::vector<Vector> vectors;
        for (const QByteArrayView element : elements)
            vectors.emplace_back(element);
        return vectors;
    }

private:
    json::Members m_members;
};

/// Lives as long as the program, because the vectors refer to it.
const QByteArray &fileText(const char *name)
{
    static std::map<QByteArray, QByteArray> texts;
    QByteArray &text = texts[name];
    if (text.isEmpty()) {
        QFile file(QStringLiteral(POSSYNC_VECTORS "/") + QLatin1String(name));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot read the vectors %s", name);
        text = file.readAll();
        if (!json::check(text))
            qFatal("%s is not JSON", name);
    }
    return text;
}

void addRows(const char *file)
{
    QTest::addColumn<int>("index");
    const std::vector<Vector> vectors = Vector(fileText(file)).list("vectors");
    QVERIFY(!vectors.empty());
    for (std::size_t i = 0; i < vectors.size(); ++i)
        QTest::newRow(vectors[i].text("name").constData()) << static_cast<int>(i);
}

Vector rowOf(const char *file)
{
    const int index = *static_cast<int *>(QTest::qData("index", qMetaTypeId<int>()));
    return Vector(fileText(file)).list("vectors").at(static_cast<std::size_t>(index));
}

} // namespace

/// Runs tests/compat/vectors; its README says what they hold.
class V2VectorsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void toServer_data() { addRows("to_server.json"); }
    void toServer();
    void toDevice_data() { addRows("to_device.json"); }
    void toDevice();
    void apply_data() { addRows("apply.json"); }
    void apply();
    void packed_data() { addRows("packed.json"); }
    void packed();
    void checksum_data() { addRows("checksum.json"); }
    void checksum();
    void rules_data() { addRows("rules.json"); }
    void rules();
};

void V2VectorsTest::toServer()
{
    const Vector vector = rowOf("to_server.json");
    const QByteArray frame = vector.has("text") ? vector.text("text") : vector.raw("message");
    const auto message = v2::decodeFromDevice(frame, "r");
    const QByteArray error = vector.textOrNull("error");
    if (!error.isEmpty()) {
        QVERIFY(!message.has_value());
        QCOMPARE(message.error().refusal.code, error);
        QVERIFY(!message.error().refusal.message.isEmpty());
        return;
    }
    QVERIFY2(message.has_value(), message.has_value() ? "" : message.error().refusal.message);
    if (!vector.has("results"))
        return;
    std::vector<QByteArrayView> codes;
    const QByteArray results = vector.raw("results");
    json::splitArray(results, codes);
    const auto &push = std::get<v2::Push>(*message);
    QCOMPARE(push.changes.size(), codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto &change = push.changes[i];
        const QByteArray code = change ? QByteArray("null") : json::quoted(change.error().code);
        QCOMPARE(code, codes[i].toByteArray());
        if (!change)
            continue;
        // What was read and written again is the same change.
        const auto again =
            v2::decodeFromDevice(v2::encodePush(push.batch, std::vector{v2::encode(*change)}), "r");
        QVERIFY(again.has_value());
        const auto &same = std::get<v2::Push>(*again).changes.front();
        QVERIFY(same.has_value());
        QCOMPARE(v2::encode(*same), v2::encode(*change));
    }
}

void V2VectorsTest::toDevice()
{
    const Vector vector = rowOf("to_device.json");
    const auto message = v2::decodeFromServer(vector.raw("message"));
    QCOMPARE(message.has_value() ? QByteArray("true") : QByteArray("false"), vector.raw("valid"));
    if (!message)
        QVERIFY(!message.error().message.isEmpty());
    const auto *changes = message ? std::get_if<v2::Changes>(&*message) : nullptr;
    if (!changes)
        return;
    std::vector<QByteArray> entries;
    for (const v2::Entry &entry : changes->entries)
        entries.push_back(v2::encode(entry));
    QCOMPARE(v2::encodeChanges(changes->from, changes->to, entries), vector.raw("message"));
}

void V2VectorsTest::apply()
{
    const Vector vector = rowOf("apply.json");
    QCOMPARE(sync::mergedRecord(vector.text("record"), vector.text("data"), Action::Updated,
                                vector.text("entity_id")),
             vector.text("result"));
}

void V2VectorsTest::packed()
{
    const Vector vector = rowOf("packed.json");
    const auto text = v2::unpacked(QByteArray::fromBase64(vector.text("message")));
    QCOMPARE(text.has_value(), vector.raw("text") != "null");
    if (!text)
        return;
    QByteArray expected = vector.text("text");
    for (qint64 i = 1; i < std::max<qint64>(1, vector.raw("repeat").toLongLong()); ++i)
        expected += vector.text("text");
    QCOMPARE(*text, expected);
}

void V2VectorsTest::checksum()
{
    const Vector vector = rowOf("checksum.json");
    v2::TypeSum sum;
    for (const Vector &record : vector.list("records"))
        sync::addRecord(sum, sync::recordHash(record.text("entity_id"), record.text("data")));
    QCOMPARE(QByteArray::number(sum.count), vector.raw("count"));
    QCOMPARE(QByteArray::number(sum.sum, 16).rightJustified(16, '0'), vector.text("sum"));
}

void V2VectorsTest::rules()
{
    const Vector vector = rowOf("rules.json");
    sync::RecordState state;
    int number = 0;
    for (const Vector &made : vector.list("changes")) {
        // The codec reads it, so that the operations are those of the wire.
        QByteArray text =
            "{\"change_id\":\"c" + QByteArray::number(++number) + "\",\"entity_id\":\"x\"";
        for (const char *key : {"data_type", "action", "base_rev", "data", "ops"}) {
            if (made.has(key))
                text += QByteArray(",\"") + key + "\":" + made.raw(key);
        }
        const auto push = v2::decodeFromDevice(v2::encodePush(1, std::vector{text + '}'}), "r");
        const auto &change = std::get<v2::Push>(*push).changes.front();
        QVERIFY2(change.has_value(), text);
        sync::Proposal proposal;
        proposal.dataType = change->dataType;
        proposal.action = change->action;
        proposal.entityId = change->entityId;
        proposal.data = change->data;
        proposal.operations = change->operations;
        proposal.baseRev = change->baseRev;
        proposal.time = HybridTime(made.raw("ms").toLongLong(), 0);
        proposal.device = made.text("device");
        const sync::Resolution resolution = sync::resolve(state, proposal);
        QCOMPARE(v2::outcomeName(resolution.outcome).toByteArray(), made.text("outcome"));
        QCOMPARE(resolution.code, made.text("code"));
        const sync::Stamp stamp{proposal.time, state.rev + 1, proposal.device};
        if (resolution.verdict == sync::Verdict::Remove)
            sync::applyRemoval(state, stamp);
        else if (resolution.verdict == sync::Verdict::Patch)
            sync::applyPatch(state, change->dataType, Action::Updated, "x", resolution.patch,
                             stamp);
    }
    QCOMPARE(state.deleted ? QByteArray("null") : state.record, vector.raw("result"));
}

QTEST_GUILESS_MAIN(V2VectorsTest)
#include "tst_v2vectors.moc"
