INSERT OR REPLACE INTO present(restaurant, device, seen_at) VALUES (?, ?, ?)
