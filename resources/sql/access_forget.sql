DELETE FROM token WHERE restaurant = ?
