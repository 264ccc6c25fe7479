SELECT pos, restaurant, first_seq, last_seq, at FROM journal WHERE pos < ? ORDER BY pos LIMIT ?
