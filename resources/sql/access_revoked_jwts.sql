SELECT claim, value, issued_before, until, revoked_at, revoked_by FROM revoked_claim
