INSERT INTO revoked_jwt(jti, until, revoked_at, revoked_by) VALUES (?, ?, ?, ?)
ON CONFLICT(jti) DO UPDATE SET until = max(until, excluded.until)
