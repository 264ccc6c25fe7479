// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/access.h"
#include "tests/support/signingkey.h"

#include <QElapsedTimer>
#include <QFile>
#include <QMessageAuthenticationCode>
#include <QTemporaryDir>
#include <QTest>

using namespace possync::security;
using namespace Qt::StringLiterals;
using possync::test::base64Url;
using possync::test::SigningKey;
using Kind = SigningKey::Kind;

namespace {

constexpr qint64 nowS = 1'800'000'000;
constexpr qint64 now = nowS * 1000;

/// The claims of a good token, and others instead of or beside them.
QByteArray claims(const QByteArray &more = {}, const QByteArray &without = {})
{
    const std::vector<std::pair<QByteArray, QByteArray>> good{
        {"iss", R"("https://id.example.com")"},
        {"aud", R"("possync")"},
        {"sub", R"("till-7")"},
        {"exp", QByteArray::number(nowS + 900)},
        {"nbf", QByteArray::number(nowS)},
        {"iat", QByteArray::number(nowS)},
        {"role", R"("server")"},
        {"restaurant", R"("r")"},
    };
    QByteArray text;
    for (const auto &[name, value] : good) {
        if (name != without)
            text += (text.isEmpty() ? "{\"" : ",\"") + name + "\":" + value;
    }
    return text + (more.isEmpty() ? "}" : ',' + more + '}');
}

} // namespace

/// Tokens of an identity provider: docs/protocol.md, "Tokens of an identity provider".
class JwtTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyAlgorithmIsTaken();
    void claimsBecomeAGrant();
    void endsAreRememberedById();
    void consolesMayCoverAll();
    void claimsMayHaveAPrefix();
    void badTokensAreRefused_data();
    void badTokensAreRefused();
    void everyCutAndEveryFlipIsRefused();
    void leewayIsAMinute_data();
    void leewayIsAMinute();
    void keysAreRotated();
    void badKeysAreNamed_data();
    void badKeysAreNamed();
    void accessTakesBothKinds();

private:
    QString write(const QString &name, const QByteArray &content) const
    {
        const QString path = m_directory.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()
            || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
            qFatal("cannot write a test file");
        return path;
    }
    JwtOptions options(const QStringList &kids) const
    {
        JwtOptions options{{}, u"https://id.example.com"_s, u"possync"_s, {}};
        for (const QString &kid : kids)
            options.keys += u"%1:%2:%3"_s.arg(kid, QString::fromLatin1(keyOf(kid).algorithm()),
                                              m_directory.filePath(kid));
        return options;
    }
    const SigningKey &keyOf(const QString &kid) const
    {
        return kid == u"ed" ? m_ed : kid == u"ec" ? m_ec : kid == u"rsa" ? m_rsa : m_secret;
    }

    QTemporaryDir m_directory;
    const SigningKey m_ed{Kind::Ed25519};
    const SigningKey m_ec{Kind::P256};
    const SigningKey m_rsa{Kind::Rsa};
    const SigningKey m_secret{Kind::Secret};
    std::shared_ptr<Jwt> m_jwt;
};

void JwtTest::initTestCase()
{
    for (const QString &kid : {u"ed"_s, u"ec"_s, u"rsa"_s, u"hs"_s})
        write(kid, keyOf(kid).publicText());
    auto jwt = Jwt::load(options({u"ed"_s, u"ec"_s, u"rsa"_s, u"hs"_s}));
    QVERIFY2(jwt, jwt ? "" : qPrintable(jwt.error()));
    m_jwt = *jwt;
}

void JwtTest::everyAlgorithmIsTaken()
{
    for (const QString &kid : {u"ed"_s, u"ec"_s, u"rsa"_s, u"hs"_s}) {
        const QByteArray name = kid.toLatin1();
        for (int time = 0; time < 2; ++time) { // the second one is known by its hash
            const Checked checked = m_jwt->check(keyOf(kid).tokenOf(name, claims()), now);
            QCOMPARE(checked.verdict, Verdict::Good);
            Grant expected{Role::Server, "r", "jwt:" + name + ":till-7",
                           (nowS + 900) * 1000 + Jwt::leewayMs};
            expected.subject = "till-7";
            expected.issuedAtMs = nowS * 1000;
            QCOMPARE(checked.grant, expected);
            QVERIFY(checked.grant.isSignedWith(name));
            QVERIFY(!checked.grant.isSignedWith(name.chopped(1)));
        }
    }
    // RFC 9068 has its own word for access tokens.
    QCOMPARE(m_jwt->check(m_ed.token(R"({"alg":"EdDSA","kid":"ed","typ":"at+jwt"})", claims()), now)
                 .verdict,
             Verdict::Good);
    QCOMPARE(m_jwt->check(m_ed.token(R"({"kid":"ed","alg":"EdDSA"})", claims()), now).verdict,
             Verdict::Good);
}

void JwtTest::claimsBecomeAGrant()
{
    const QByteArray token =
        m_ed.tokenOf("ed", claims(R"("restaurants":["a","b c","d,e"],"device_id":"pad 1",)"
                                  R"("unknown":{"x":[1]})",
                                  "restaurant"));
    const Checked checked = m_jwt->check(token, now);
    QCOMPARE(checked.verdict, Verdict::Good);
    QCOMPARE(checked.grant.restaurant, QByteArray("a"));
    QCOMPARE(checked.grant.others, (QByteArrayList{"b c", "d,e"}));
    for (const QByteArray &mine : {QByteArray("a"), QByteArray("b c"), QByteArray("d,e")})
        QVERIFY(checked.grant.mayTouch(mine));
    for (const QByteArray &theirs :
         {QByteArray("r"), QByteArray(""), QByteArray("b"), QByteArray("*")})
        QVERIFY(!checked.grant.mayTouch(theirs));
    QVERIFY(checked.grant.mayBeDevice("pad 1"));
    QVERIFY(!checked.grant.mayBeDevice("pad 2"));
    // More than one server may be meant, and a subject may be anything.
    const Checked shared = m_jwt->check(
        m_ed.tokenOf("ed",
                     claims(R"("aud":["other","possync"],"sub":"anna b:c@example.com")", "aud")
                         .replace(R"("sub":"till-7",)", "")),
        now);
    QCOMPARE(shared.verdict, Verdict::Good);
    QCOMPARE(shared.grant.tokenId, QByteArray("jwt:ed:anna%20b%3Ac%40example.com"));
}

void JwtTest::endsAreRememberedById()
{
    const auto until = [&](qint64 endS) {
        return m_ed.tokenOf(
            "ed", claims(R"("jti":"t-1","exp":)" + QByteArray::number(endS), "exp"));
    };
    QVERIFY(!m_jwt->endOf("t-1"));
    QCOMPARE(m_jwt->check(until(nowS + 900), now).grant.jti, QByteArray("t-1"));
    const QByteArray issued = keyOf(u"ed"_s).tokenOf(
        "ed", claims(R"("iat":)" + QByteArray::number(nowS - 5) + R"(,"jti":"t-9")", "iat"));
    QCOMPARE(m_jwt->check(issued, now).grant.issuedAtMs, (nowS - 5) * 1000);
    QCOMPARE(m_jwt->check(until(nowS + 300), now).verdict, Verdict::Good);
    QCOMPARE(m_jwt->endOf("t-1"), std::optional((nowS + 900) * 1000 + Jwt::leewayMs));
    QVERIFY(!m_jwt->endOf("t-2"));
}

void JwtTest::consolesMayCoverAll()
{
    const auto grantOf = [&](const QByteArray &role, const QByteArray &restaurants) {
        const QByteArray text = claims("\"restaurants\":" + restaurants, "restaurant")
                                    .replace(R"("role":"server")", "\"role\":\"" + role + '"');
        return m_jwt->check(m_ed.tokenOf("ed", text), now);
    };
    QCOMPARE(grantOf("viewer", R"(["*"])").grant.restaurant, QByteArray());
    QCOMPARE(grantOf("viewer", R"(["*"])").verdict, Verdict::Good);
    QCOMPARE(grantOf("viewer", R"(["r","s"])").grant.others, QByteArrayList{"s"});
    for (const char *role : {"admin", "manager", "server", "cashier", "kitchen"})
        QCOMPARE(grantOf(role, R"(["*"])").verdict, Verdict::Unknown);
    QCOMPARE(grantOf("owner", R"(["r","*"])").verdict, Verdict::Unknown);
    QCOMPARE(grantOf("owner", R"([""])").verdict, Verdict::Unknown);
}

void JwtTest::claimsMayHaveAPrefix()
{
    JwtOptions prefixed = options({u"ed"_s});
    prefixed.claimPrefix = u"https://pos.example.com/"_s;
    const auto jwt = Jwt::load(prefixed);
    QVERIFY(jwt);
    QByteArray text = claims();
    QCOMPARE((*jwt)->check(m_ed.tokenOf("ed", text), now).verdict, Verdict::Unknown);
    text.replace("\"role\"", "\"https://pos.example.com/role\"");
    text.replace("\"restaurant\"", "\"https://pos.example.com/restaurant\"");
    QCOMPARE((*jwt)->check(m_ed.tokenOf("ed", text), now).verdict, Verdict::Good);
}

void JwtTest::badTokensAreRefused_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("reason"); // empty: refused before any claim is looked at
    const QByteArray good = claims();
    const auto row = [](const char *name, const QByteArray &token, const char *reason = "") {
        QTest::newRow(name) << token << QByteArray(reason);
    };
    const auto headed = [&](const QByteArray &header) { return m_ed.token(header, good); };
    const QByteArrayList parts = m_ed.tokenOf("ed", good).split('.');

    row("empty", "");
    row("only points", "..");
    row("two parts", parts[0] + '.' + parts[1]);
    row("four parts", parts.join('.') + ".AA");
    row("no signature", parts[0] + '.' + parts[1] + '.');
    row("no claims", parts[0] + ".." + parts[2]);
    row("1 MB", parts[0] + '.' + QByteArray(1'000'000, 'A') + '.' + parts[2]);
    row("padding", parts[0] + '.' + parts[1] + '.' + parts[2] + "==");
    row("plain base64", parts[0] + '.' + parts[1] + '.'
                            + QByteArray(parts[2]).replace('-', '+').replace('_', '/') + '+');
    row("line break", parts[0] + '.' + parts[1] + '.' + parts[2] + '\n');
    row("space in front", ' ' + parts.join('.'));

    row("alg none", base64Url(R"({"alg":"none","kid":"ed"})") + '.' + parts[1] + '.');
    for (const char *none : {"none", "None", "nOnE", "NONE", ""})
        QTest::addRow("alg %s, signed", none)
            << headed(R"({"kid":"ed","alg":")" + QByteArray(none) + "\"}") << QByteArray();
    row("no alg", headed(R"({"kid":"ed"})"));
    row("alg is no text", headed(R"({"kid":"ed","alg":1})"));
    row("alg in lower case", headed(R"({"kid":"ed","alg":"eddsa"})"));
    row("alg of another key", headed(R"({"kid":"rsa","alg":"EdDSA"})"));
    row("alg with a space", headed(R"({"kid":"ed","alg":"EdDSA "})"));
    // The classic: a public key taken for a secret.
    const auto confused = [&](const QString &kid, const QByteArray &key) {
        SigningKey secret(Kind::Secret);
        const QByteArray text =
            base64Url(R"({"alg":"HS256","kid":")" + kid.toLatin1() + "\"}") + '.' + base64Url(good);
        return text + '.'
               + base64Url(QMessageAuthenticationCode::hash(text, key, QCryptographicHash::Sha256));
    };
    row("HS256 with the RSA public key", confused(u"rsa"_s, m_rsa.publicText()));
    row("HS256 with the EC public key", confused(u"ec"_s, m_ec.publicText()));
    row("HS256 with the Ed25519 public key", confused(u"ed"_s, m_ed.publicText()));
    row("HS256 with an empty secret", confused(u"hs"_s, ""));
    row("HS512", m_secret.token(R"({"alg":"HS512","kid":"hs"})", good));
    row("key of the other", m_ec.token(R"({"alg":"EdDSA","kid":"ed"})", good));
    row("a stranger's key", SigningKey(Kind::Ed25519).tokenOf("ed", good));
    row("a stranger's secret", SigningKey(Kind::Secret).tokenOf("hs", good));
    row("ES256 in DER", [&] {
        const QByteArray text = base64Url(R"({"alg":"ES256","kid":"ec"})") + '.' + base64Url(good);
        return text + '.' + base64Url("\x30\x06\x02\x01\x01\x02\x01\x01");
    }());
    row("ES256 of zeros", base64Url(R"({"alg":"ES256","kid":"ec"})") + '.' + base64Url(good) + '.'
                              + base64Url(QByteArray(64, '\0')));

    row("no kid", headed(R"({"alg":"EdDSA"})"));
    row("unknown kid", headed(R"({"alg":"EdDSA","kid":"ed2"})"));
    row("kid is a path", headed(R"({"alg":"HS256","kid":"../../dev/null"})"));
    row("kid is SQL", headed(R"({"alg":"EdDSA","kid":"ed' OR '1'='1"})"));
    row("kid with a zero", headed(R"({"alg":"EdDSA","kid":"ed\u0000"})"));
    row("kid is an array", headed(R"({"alg":"EdDSA","kid":["ed"]})"));
    for (const char *field : {"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc", "cty"})
        QTest::addRow("%s", field) << headed(R"({"alg":"EdDSA","kid":"ed",")" + QByteArray(field)
                                             + R"(":"https://evil.example"})")
                                   << QByteArray();
    row("typ of another kind", headed(R"({"alg":"EdDSA","kid":"ed","typ":"JOSE+JSON"})"));
    row("typ of log-out tokens", headed(R"({"alg":"EdDSA","kid":"ed","typ":"logout+jwt"})"));
    row("header is no object", headed(R"(["EdDSA"])"));
    row("header is not JSON", headed("{"));
    row("alg twice", headed(R"({"alg":"none","kid":"ed","alg":"EdDSA"})"));
    row("alg twice, escaped", headed(R"({"alg":"EdDSA","kid":"ed","\u0061lg":"none"})"));

    const auto claimed = [&](const QByteArray &text) { return m_ed.tokenOf("ed", text); };
    const auto with = [&](const QByteArray &name, const QByteArray &value) {
        return claimed(claims('"' + name + "\":" + value, name));
    };
    row("claims are no object", claimed("[]"), "no JSON object");
    row("claims are not JSON", claimed(R"({"exp":)"), "no JSON object");
    row("claims in bad UTF-8", claimed("{\"sub\":\"\xff\"}"), "no JSON object");
    row("claim twice", claimed(claims(R"("exp":4000000000)")), "no JSON object");
    for (const char *name : {"iss", "aud", "sub", "exp", "role", "restaurant"})
        QTest::addRow("no %s", name) << claimed(claims({}, name)) << QByteArray(name);
    row("iss of another", with("iss", R"("https://id.example.com.evil.example")"), "iss");
    row("iss is an array", with("iss", R"(["https://id.example.com"])"), "iss");
    row("aud of another", with("aud", R"("possync2")"), "aud");
    row("aud of others", with("aud", R"(["x","y"])"), "aud");
    row("aud is empty", with("aud", "[]"), "aud");
    row("aud is a number", with("aud", "1"), "aud");
    row("exp is text", with("exp", R"("1900000000")"), "exp");
    row("exp is 2^63", with("exp", "9223372036854775808"), "exp");
    row("exp is far away", with("exp", "253402300800"), "exp");
    row("exp below zero", with("exp", "-1"), "exp");
    row("exp with a fraction", with("exp", "1900000000.5"), "exp");
    row("exp with an exponent", with("exp", "19e8"), "exp");
    row("exp is null", with("exp", "null"), "exp");
    row("nbf is text", with("nbf", R"("0")"), "nbf");
    row("iat is text", with("iat", R"("0")"), "iat");
    row("nbf in the future", with("nbf", QByteArray::number(nowS + 61)), "not valid yet");
    row("iat in the future", with("iat", QByteArray::number(nowS + 61)), "not valid yet");
    row("sub is empty", with("sub", R"("")"), "sub");
    row("sub is long", with("sub", '"' + QByteArray(129, 's') + '"'), "sub");
    row("role unknown", with("role", R"("chef")"), "role");
    row("role is an array", with("role", R"(["owner"])"), "role");
    row("restaurant is empty", with("restaurant", R"("")"), "restaurant");
    row("restaurant with a slash", with("restaurant", R"("a/b")"), "restaurant");
    row("restaurant is all", with("restaurant", R"("*")"), "restaurant");
    row("restaurant is null", with("restaurant", "null"), "restaurant");
    row("restaurant and restaurants", claimed(claims(R"("restaurants":["s"])")), "restaurant");
    row("restaurants are none", claimed(claims(R"("restaurants":[])", "restaurant")),
        "restaurants");
    row("restaurants are many",
        claimed(claims(R"("restaurants":[)" + QByteArray(R"("r",)").repeated(50) + R"("r"])",
                       "restaurant")),
        "restaurants");
    row("jti is a number", claimed(claims(R"("jti":7)")), "jti");
    row("jti is empty", claimed(claims(R"("jti":"")")), "jti");
    row("device_id is a number", claimed(claims(R"("device_id":7)")), "device_id");
    row("device_id is empty", claimed(claims(R"("device_id":"")")), "device_id");
}

void JwtTest::badTokensAreRefused()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, reason);
    QElapsedTimer timer;
    qint64 bestNs = std::numeric_limits<qint64>::max();
    Checked checked;
    for (int time = 0; time < 5; ++time) {
        timer.start();
        checked = m_jwt->check(token, now);
        bestNs = std::min(bestNs, timer.nsecsElapsed());
    }
    QCOMPARE(checked.verdict, Verdict::Unknown);
    QCOMPARE(checked.grant, Grant());
    QVERIFY2(reason.isEmpty() == checked.reason.isEmpty() && checked.reason.contains(reason),
             checked.reason);
    QVERIFY2(bestNs <= 1'000'000, QByteArray::number(bestNs));
}

void JwtTest::everyCutAndEveryFlipIsRefused()
{
    for (const QString &kid : {u"ed"_s, u"ec"_s, u"rsa"_s, u"hs"_s}) {
        const QByteArray token = keyOf(kid).tokenOf(kid.toLatin1(), claims());
        QCOMPARE(m_jwt->check(token, now).verdict, Verdict::Good);
        for (qsizetype i = 0; i < token.size(); ++i) {
            QByteArray other = token;
            other[i] = other[i] == 'A' ? 'B' : 'A';
            QCOMPARE(m_jwt->check(other, now).verdict, Verdict::Unknown);
            QCOMPARE(m_jwt->check(token.first(i), now).verdict, Verdict::Unknown);
        }
    }
}

void JwtTest::leewayIsAMinute_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("at");
    QTest::addColumn<Verdict>("verdict");
    const qint64 endMs = (nowS + 900) * 1000;
    QTest::newRow("just before the end") << claims() << endMs + 59'999 << Verdict::Good;
    QTest::newRow("at the end") << claims() << endMs + 60'000 << Verdict::Expired;
    for (const char *claim : {"nbf", "iat"}) {
        const QByteArray later =
            claims('"' + QByteArray(claim) + "\":" + QByteArray::number(nowS + 600), claim);
        QTest::addRow("just at %s", claim) << later << now + 540'000 << Verdict::Good;
        QTest::addRow("before %s", claim) << later << now + 539'999 << Verdict::Unknown;
    }
}

void JwtTest::leewayIsAMinute()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, at);
    QFETCH(Verdict, verdict);
    QCOMPARE(m_jwt->check(m_ed.tokenOf("ed", text), at).verdict, verdict);
    // The same when its signature is known already.
    QCOMPARE(m_jwt->check(m_ed.tokenOf("ed", text), at).verdict, verdict);
}

void JwtTest::keysAreRotated()
{
    const auto load = [&](const QStringList &kids) { return *Jwt::load(options(kids)); };
    const auto both = load({u"ed"_s, u"ec"_s});
    QCOMPARE(both->kids(), (QByteArrayList{"ed", "ec"}));
    const auto later = load({u"ec"_s});
    QCOMPARE(both->kidsMissingIn(later.get()), QByteArrayList{"ed"});
    QCOMPARE(later->kidsMissingIn(both.get()), QByteArrayList());
    QCOMPARE(both->kidsMissingIn(nullptr), (QByteArrayList{"ed", "ec"}));
    JwtOptions other = options({u"ed"_s, u"ec"_s});
    other.audience = u"possync-2"_s;
    QCOMPARE(both->kidsMissingIn(Jwt::load(other)->get()), (QByteArrayList{"ed", "ec"}));
    // Another key under a kid that is known is another key.
    JwtOptions swapped = options({u"ed"_s});
    swapped.keys =
        QStringList{u"ed:EdDSA:"_s + write(u"swapped"_s, SigningKey(Kind::Ed25519).publicText())};
    QCOMPARE(both->kidsMissingIn(Jwt::load(swapped)->get()), (QByteArrayList{"ed", "ec"}));
}

void JwtTest::badKeysAreNamed_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const QString &line, const QString &problem) {
        QTest::newRow(name) << line << problem;
    };
    const QString ed = write(u"ed.pem"_s, m_ed.publicText());
    row("no algorithm", u"k:"_s + ed, u"must read kid:algorithm:file"_s);
    row("no file", u"k:EdDSA:"_s, u"must read kid:algorithm:file"_s);
    row("no kid", u":EdDSA:"_s + ed, u"must read kid:algorithm:file"_s);
    row("none", u"k:none:"_s + ed, u"must read kid:algorithm:file"_s);
    row("RS512", u"k:RS512:"_s + ed, u"must read kid:algorithm:file"_s);
    row("missing file", u"k:EdDSA:/nowhere/key.pem"_s,
        u"\"k\" in /nowhere/key.pem cannot be read"_s);
    row("other kind", u"k:RS256:"_s + ed, u"is not for RS256, which takes an RSA key"_s);
    row("other curve", u"k:ES256:"_s + write(u"p384.pem"_s, SigningKey(Kind::P384).publicText()),
        u"takes an EC P-256 key"_s);
    row("short RSA", u"k:RS256:"_s + write(u"short.pem"_s, SigningKey(Kind::ShortRsa).publicText()),
        u"fewer than 2048 bits"_s);
    row("private key", u"k:EdDSA:"_s + write(u"private.pem"_s, m_ed.privateText()),
        u"is a private key"_s);
    row("no key", u"k:EdDSA:"_s + write(u"text.pem"_s, "hello"), u"no public key in PEM form"_s);
    row("PEM as secret", u"k:HS256:"_s + ed, u"HS256 takes a plain secret"_s);
    row("short secret", u"k:HS256:"_s + write(u"short"_s, "0123456789abcdef0123456789abcde\n"),
        u"shorter than 32 bytes"_s);
    const QString open = write(u"open"_s, m_secret.publicText());
    QFile::setPermissions(open, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
    row("secret for everybody", u"k:HS256:"_s + open, u"chmod 600"_s);
    row("huge file", u"k:EdDSA:"_s + write(u"huge"_s, QByteArray(65'537, 'x')), u"64 KiB"_s);
}

void JwtTest::badKeysAreNamed()
{
    QFETCH(QString, line);
    QFETCH(QString, problem);
    JwtOptions bad = options({u"ed"_s});
    bad.keys += line;
    const auto jwt = Jwt::load(bad);
    QVERIFY(!jwt);
    QVERIFY2(jwt.error().contains(problem), qPrintable(jwt.error()));
    QVERIFY(!jwt.error().contains(u'\n'));
}

void JwtTest::accessTakesBothKinds()
{
    QTemporaryDir directory;
    auto access = Access::open(directory.path());
    QVERIFY(access);
    const QByteArray token = m_ed.tokenOf("ed", claims());
    QCOMPARE((*access)->check(token, now).verdict, Verdict::Unknown);
    QCOMPARE((*access)->trust(m_jwt), QByteArrayList());
    QCOMPARE((*access)->check(token, now).verdict, Verdict::Good);
    const QByteArray own =
        (*access)->makeTransient({TokenKind::Device, Role::Server, "r", {}, 0}, now);
    QCOMPARE((*access)->check(own, now).verdict, Verdict::Good);
    QCOMPARE((*access)->trust(nullptr).size(), 4);
    QCOMPARE((*access)->check(token, now).verdict, Verdict::Unknown);
    // What must be said for keys to mean anything.
    for (QString JwtOptions::*field : {&JwtOptions::issuer, &JwtOptions::audience}) {
        JwtOptions incomplete = options({u"ed"_s});
        (incomplete.*field).clear();
        const auto jwt = Jwt::load(incomplete);
        QVERIFY(!jwt && jwt.error().contains(u" is missing"_s));
    }
    JwtOptions twice = options({u"ed"_s, u"ed"_s});
    QVERIFY(!Jwt::load(twice));
}

QTEST_GUILESS_MAIN(JwtTest)
#include "tst_jwt.moc"
