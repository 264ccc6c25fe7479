INSERT OR REPLACE INTO position(restaurant, epoch, seq) VALUES (?, ?, ?)
