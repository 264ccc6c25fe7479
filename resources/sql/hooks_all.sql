SELECT id, restaurant, url, events, secret, created_at, dropped FROM hook ORDER BY created_at, id
