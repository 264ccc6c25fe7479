UPDATE delivery SET next_at = ?, state = ?, attempts = ?, last_at = ?, last_status = ?, last_error = ?
WHERE no = ?
