SELECT no, event_id, event, created_at, next_at, state, attempts, last_at, last_status, last_error
FROM delivery WHERE hook = ? ORDER BY no DESC LIMIT ?
