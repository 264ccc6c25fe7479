-- Id of the key that the row's content is encrypted with; 0: it is not. Read with the content only,
-- so it does no harm behind it.
ALTER TABLE journal ADD COLUMN key_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN key_id INTEGER NOT NULL DEFAULT 0;
