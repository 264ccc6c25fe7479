DELETE FROM journal WHERE pos = ?
