-- Times are UTC milliseconds. The secret is kept as it is, because it has to sign.
CREATE TABLE hook(
    id TEXT PRIMARY KEY,
    restaurant BLOB NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    dropped INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- next_at is null once nothing more is tried: state is then sent or dead, before it is due.
CREATE TABLE delivery(
    no INTEGER PRIMARY KEY,
    hook TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER,
    last_status INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    UNIQUE(hook, event_id)
);
CREATE INDEX delivery_due ON delivery(hook, next_at) WHERE next_at IS NOT NULL;
-- Events of changes up to this one are in the queues.
CREATE TABLE position(
    restaurant BLOB PRIMARY KEY,
    epoch BLOB NOT NULL,
    seq INTEGER NOT NULL
) WITHOUT ROWID;
