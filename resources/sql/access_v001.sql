-- Times are UTC milliseconds, null is never. The hash is all that is kept of a token's secret.
CREATE TABLE token(
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    restaurant BLOB NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
) WITHOUT ROWID;
