SELECT key, checksum, value FROM state WHERE restaurant = ?
