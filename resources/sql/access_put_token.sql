INSERT OR REPLACE INTO token(
    id, hash, kind, role, restaurant, name, created_at, expires_at, last_used_at, revoked_at,
    device_id, replaced_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
