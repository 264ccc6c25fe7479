-- Tokens of an identity provider that are not taken although they are not over.
CREATE TABLE revoked_jwt(
    jti BLOB PRIMARY KEY,
    until INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    revoked_by TEXT NOT NULL
) WITHOUT ROWID;
