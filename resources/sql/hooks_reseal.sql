UPDATE hook SET url = ?, secret = ?, former = ?, key_id = ? WHERE id = ?
