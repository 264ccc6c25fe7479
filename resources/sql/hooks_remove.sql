DELETE FROM hook WHERE id = ?
