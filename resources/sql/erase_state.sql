DELETE FROM state WHERE restaurant = ? AND key IN
    (SELECT key FROM state WHERE restaurant = ? ORDER BY key LIMIT ?)
