SELECT restaurant, device, seen_at FROM present
