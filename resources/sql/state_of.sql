SELECT restaurant, key, checksum, value, key_id FROM state WHERE restaurant = ?
