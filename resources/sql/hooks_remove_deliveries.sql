DELETE FROM delivery WHERE hook = ?
