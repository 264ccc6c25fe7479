DELETE FROM revoked_claim WHERE claim = ? AND value = ?
