INSERT INTO state(restaurant, key, checksum, value) VALUES(?, ?, ?, ?)
ON CONFLICT(restaurant, key) DO UPDATE SET checksum = excluded.checksum, value = excluded.value
