SELECT id, key_id, restaurant, url, secret, former FROM hook WHERE key_id <> ?
