SELECT id, key_id, restaurant, url, secret FROM hook WHERE key_id <> ?
