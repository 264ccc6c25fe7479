SELECT MIN(pos) FROM journal WHERE pos > 0
