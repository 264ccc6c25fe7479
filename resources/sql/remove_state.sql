DELETE FROM state WHERE restaurant = ? AND key = ?
