SELECT pos FROM journal WHERE pos > ? AND pos <= ? AND restaurant = ? ORDER BY pos LIMIT ?
