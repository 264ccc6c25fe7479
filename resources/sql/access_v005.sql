-- Also all tokens of a subject that were issued before a moment. claim is jti or sub.
CREATE TABLE revoked_claim(
    claim TEXT NOT NULL,
    value BLOB NOT NULL,
    issued_before INTEGER NOT NULL,
    until INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    revoked_by TEXT NOT NULL,
    PRIMARY KEY (claim, value)
) WITHOUT ROWID;
INSERT INTO revoked_claim(claim, value, issued_before, until, revoked_at, revoked_by)
SELECT 'jti', jti, 0, until, revoked_at, revoked_by FROM revoked_jwt;
DROP TABLE revoked_jwt;
