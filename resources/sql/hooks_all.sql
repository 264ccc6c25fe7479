SELECT id, restaurant, url, events, secret, created_at, dropped, key_id, former FROM hook ORDER BY created_at, id
