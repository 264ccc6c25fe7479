SELECT id, restaurant, url, events, secret, created_at, dropped, key_id FROM hook ORDER BY created_at, id
