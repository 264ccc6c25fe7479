INSERT INTO main.meta SELECT * FROM source.meta
