UPDATE restaurant
SET id = ?, epoch = ?, created_at = ?, floor_seq = ?, head_seq = ?, last_at = ?, covered_pos = ?, checksum = ?
WHERE no = ?
