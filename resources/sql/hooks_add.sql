INSERT INTO hook(id, restaurant, url, events, secret, created_at, key_id)
VALUES (?, ?, ?, ?, ?, ?, ?)
