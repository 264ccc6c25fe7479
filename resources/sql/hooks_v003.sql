-- Secrets that were replaced and still sign, each with its end; sealed as the secret is.
ALTER TABLE hook ADD COLUMN former BLOB NOT NULL DEFAULT x'';
