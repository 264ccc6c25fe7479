INSERT INTO revoked_claim(claim, value, issued_before, until, revoked_at, revoked_by) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT(claim, value) DO UPDATE SET until = max(until, excluded.until),
    issued_before = max(issued_before, excluded.issued_before)
