SELECT EXISTS(SELECT 1 FROM journal_index WHERE restaurant = ?)
