SELECT no, id, epoch, created_at, floor_seq, head_seq, last_at, covered_pos, checksum
FROM source.restaurant WHERE no NOT IN (SELECT no FROM main.restaurant) ORDER BY no
