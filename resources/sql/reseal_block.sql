UPDATE journal SET checksum = ?, body = ?, key_id = ? WHERE pos = ?
