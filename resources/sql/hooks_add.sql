INSERT INTO hook(id, restaurant, url, events, secret, created_at) VALUES (?, ?, ?, ?, ?, ?)
