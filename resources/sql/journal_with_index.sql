SELECT j.pos, j.checksum, j.restaurant, j.first_seq, j.last_seq, j.at, j.body, j.key_id, i.pos
FROM journal AS j
LEFT JOIN journal_index AS i ON i.restaurant = j.restaurant AND i.last_seq = j.last_seq
WHERE j.pos >= ? ORDER BY j.pos LIMIT ?
