INSERT OR IGNORE INTO delivery(hook, event_id, event, body, created_at, next_at, state)
VALUES (?, ?, ?, ?, ?, ?, 'due')
