UPDATE hook SET url = ?, secret = ?, key_id = ? WHERE id = ?
