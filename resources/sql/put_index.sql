INSERT OR REPLACE INTO journal_index(restaurant, last_seq, pos) VALUES(?, ?, ?)
