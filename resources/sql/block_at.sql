SELECT pos, checksum, restaurant, first_seq, last_seq, at, body
FROM journal WHERE pos = ?
