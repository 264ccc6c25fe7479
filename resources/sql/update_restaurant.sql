UPDATE restaurant
SET epoch = ?, floor_seq = ?, head_seq = ?, last_at = ?, covered_pos = ?, checksum = ?
WHERE no = ?
