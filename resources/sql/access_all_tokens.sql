SELECT id, hash, kind, role, restaurant, name, created_at, expires_at, last_used_at, revoked_at,
    device_id, replaced_by
FROM token ORDER BY created_at, id
