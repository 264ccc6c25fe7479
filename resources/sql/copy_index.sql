INSERT INTO main.journal_index SELECT * FROM source.journal_index ORDER BY restaurant, last_seq
