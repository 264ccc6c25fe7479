SELECT restaurant, key, checksum, value FROM state
WHERE (restaurant, key) > (?, ?) ORDER BY restaurant, key LIMIT ?
