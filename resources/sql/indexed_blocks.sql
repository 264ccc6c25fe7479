SELECT i.pos, j.checksum, j.restaurant, j.first_seq, j.last_seq, j.at, j.body, j.key_id
FROM journal_index AS i LEFT JOIN journal AS j ON j.pos = i.pos
WHERE i.restaurant = ? AND i.last_seq BETWEEN ? AND ?
ORDER BY i.last_seq LIMIT ?
