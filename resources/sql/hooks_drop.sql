UPDATE hook SET dropped = dropped + 1 WHERE id = ?
