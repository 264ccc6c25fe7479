SELECT restaurant, key FROM (
    SELECT restaurant, key FROM source.state
    WHERE (restaurant, key) > (?, ?) ORDER BY restaurant, key LIMIT ?
) ORDER BY restaurant DESC, key DESC LIMIT 1
