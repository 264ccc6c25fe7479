INSERT INTO state(restaurant, key, checksum, value, key_id) VALUES(?, ?, ?, ?, ?)
ON CONFLICT(restaurant, key) DO UPDATE
SET checksum = excluded.checksum, value = excluded.value, key_id = excluded.key_id
