CREATE INDEX IF NOT EXISTS traffic_age ON traffic (step_ms, at)
