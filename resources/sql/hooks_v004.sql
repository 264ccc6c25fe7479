-- Devices that were here, or away for less than counts as lost. What is here is seen at least every
-- minute.
CREATE TABLE present(
    restaurant BLOB NOT NULL,
    device BLOB NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY(restaurant, device)
) WITHOUT ROWID;
