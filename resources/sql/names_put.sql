INSERT INTO name(restaurant, device, name) VALUES(?, ?, ?)
ON CONFLICT(restaurant, device) DO UPDATE SET name = excluded.name
