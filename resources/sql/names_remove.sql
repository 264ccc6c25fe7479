DELETE FROM name WHERE restaurant = ? AND device = ?
