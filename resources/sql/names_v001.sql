-- What restaurants and devices are called on screens; an empty device is the restaurant itself.
CREATE TABLE name(
    restaurant BLOB NOT NULL,
    device BLOB NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY(restaurant, device)
) WITHOUT ROWID;
