DELETE FROM present WHERE restaurant = ?
