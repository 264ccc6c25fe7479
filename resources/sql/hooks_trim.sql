DELETE FROM delivery WHERE hook = ? AND next_at IS NULL AND no NOT IN
    (SELECT no FROM delivery WHERE hook = ? AND next_at IS NULL ORDER BY no DESC LIMIT ?)
