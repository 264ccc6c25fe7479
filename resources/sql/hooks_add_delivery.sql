INSERT OR IGNORE INTO delivery(hook, event_id, event, body, created_at, next_at, state, key_id)
VALUES (?, ?, ?, ?, ?, ?, 'due', ?)
