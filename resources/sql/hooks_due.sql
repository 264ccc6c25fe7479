SELECT no, event_id, event, body, attempts, next_at, key_id
FROM delivery WHERE hook = ? AND next_at IS NOT NULL ORDER BY next_at, no LIMIT 1
