INSERT INTO main.state SELECT * FROM source.state
WHERE (restaurant, key) > (?, ?) AND (restaurant, key) <= (?, ?) ORDER BY restaurant, key
