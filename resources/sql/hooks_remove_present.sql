DELETE FROM present WHERE restaurant = ? AND device = ?
