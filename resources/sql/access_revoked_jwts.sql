SELECT jti, until, revoked_at, revoked_by FROM revoked_jwt
