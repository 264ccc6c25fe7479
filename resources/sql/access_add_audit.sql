INSERT INTO audit(no, restaurant, body, hash) VALUES (?, ?, ?, ?)
