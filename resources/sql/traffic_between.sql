SELECT at, span_ms, orders, menu_items, inventory, tables, users, printers, deliveries, bytes_in,
    bytes_out, rejected, connections, p50_us, p99_us
FROM traffic
WHERE step_ms = ? AND restaurant = ? AND at >= ? AND at < ?
ORDER BY at
LIMIT ?
