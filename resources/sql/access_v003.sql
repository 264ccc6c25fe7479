-- body is the entry as JSON; hash is over it and the hash of the entry before.
CREATE TABLE audit(
    no INTEGER PRIMARY KEY,
    restaurant BLOB NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX audit_restaurant ON audit(restaurant, no);
