-- The device a token was paired with, and the token that took its place.
ALTER TABLE token ADD COLUMN device_id BLOB NOT NULL DEFAULT x'';
ALTER TABLE token ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
