-- Id of the key that url and secret, or body, are encrypted with; 0: they are not.
ALTER TABLE hook ADD COLUMN key_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN key_id INTEGER NOT NULL DEFAULT 0;
