SELECT a.no, a.body, a.hash, b.hash
FROM audit AS a LEFT JOIN audit AS b ON b.no = a.no - 1
WHERE a.no > ? AND (length(?) = 0 OR a.restaurant = ?)
    AND (length(?) = 0 OR instr(lower(CAST(a.body AS TEXT)), CAST(? AS TEXT)) > 0)
ORDER BY a.no LIMIT ?
