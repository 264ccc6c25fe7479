SELECT id, hash, kind, role, restaurant, name, created_at, expires_at, last_used_at, revoked_at
FROM token ORDER BY created_at, id
