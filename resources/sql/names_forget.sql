DELETE FROM name WHERE restaurant = ?
