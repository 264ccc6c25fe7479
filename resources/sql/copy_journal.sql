INSERT INTO main.journal SELECT * FROM source.journal
WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ?
