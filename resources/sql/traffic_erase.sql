DELETE FROM traffic WHERE restaurant = ?
