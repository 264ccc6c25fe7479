DELETE FROM journal_index WHERE restaurant = ? AND last_seq = ?
