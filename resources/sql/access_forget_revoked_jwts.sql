DELETE FROM revoked_jwt WHERE until <= ?
