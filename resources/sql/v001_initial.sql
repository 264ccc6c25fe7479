-- A statement ends with a semicolon at the end of its line.
CREATE TABLE meta(
    key TEXT PRIMARY KEY,
    value NOT NULL
) WITHOUT ROWID;
-- covered_pos: saved state holds the effect of the restaurant's journal rows up to this one.
-- head_seq, last_at: as of covered_pos.
CREATE TABLE restaurant(
    no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    epoch BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    floor_seq INTEGER NOT NULL DEFAULT 0,
    head_seq INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER NOT NULL DEFAULT 0,
    covered_pos INTEGER NOT NULL DEFAULT 0,
    checksum INTEGER NOT NULL
);
-- The body comes last: reading the other columns then never walks its overflow pages.
CREATE TABLE journal(
    pos INTEGER PRIMARY KEY,
    restaurant INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE journal_index(
    restaurant INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    pos INTEGER NOT NULL,
    PRIMARY KEY(restaurant, last_seq)
) WITHOUT ROWID;
CREATE TABLE state(
    restaurant INTEGER NOT NULL,
    key BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY(restaurant, key)
) WITHOUT ROWID;
