SELECT pos, checksum, restaurant, first_seq, last_seq, at, body, key_id
FROM journal WHERE pos >= ? ORDER BY pos LIMIT ?
