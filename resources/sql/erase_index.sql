DELETE FROM journal_index WHERE restaurant = ? AND last_seq IN
    (SELECT last_seq FROM journal_index WHERE restaurant = ? ORDER BY last_seq LIMIT ?)
