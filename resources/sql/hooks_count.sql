SELECT state, COUNT(*) FROM delivery WHERE hook = ? GROUP BY state
