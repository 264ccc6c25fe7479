DELETE FROM traffic WHERE step_ms = ? AND at < ?
