DELETE FROM position WHERE restaurant = ?
