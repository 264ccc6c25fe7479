SELECT restaurant, key, checksum, value, key_id FROM state
WHERE (restaurant, key) > (?, ?) ORDER BY restaurant, key LIMIT ?
