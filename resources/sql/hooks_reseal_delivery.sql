UPDATE delivery SET body = ?, key_id = ? WHERE no = ?
