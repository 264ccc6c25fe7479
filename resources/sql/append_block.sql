INSERT INTO journal(pos, restaurant, first_seq, last_seq, at, checksum, body, key_id)
VALUES(?, ?, ?, ?, ?, ?, ?, ?)
