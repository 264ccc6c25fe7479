INSERT INTO main.restaurant SELECT * FROM source.restaurant
