INSERT INTO traffic VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (step_ms, restaurant, at) DO UPDATE SET
    span_ms = span_ms + excluded.span_ms,
    orders = orders + excluded.orders,
    menu_items = menu_items + excluded.menu_items,
    inventory = inventory + excluded.inventory,
    tables = tables + excluded.tables,
    users = users + excluded.users,
    printers = printers + excluded.printers,
    deliveries = deliveries + excluded.deliveries,
    bytes_in = bytes_in + excluded.bytes_in,
    bytes_out = bytes_out + excluded.bytes_out,
    rejected = rejected + excluded.rejected,
    connections = max(connections, excluded.connections),
    p50_us = CASE
        WHEN excluded.p50_us = 0 THEN p50_us
        WHEN p50_us = 0 THEN excluded.p50_us
        ELSE (p50_us * span_ms + excluded.p50_us * excluded.span_ms) / (span_ms + excluded.span_ms)
    END,
    p99_us = max(p99_us, excluded.p99_us)
