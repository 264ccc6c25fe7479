SELECT no, key_id, event_id, body FROM delivery WHERE key_id <> ?
