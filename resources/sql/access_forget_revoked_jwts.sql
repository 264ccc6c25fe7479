DELETE FROM revoked_claim WHERE until <= ?
