-- Passkeys and security keys (WebAuthn).

-- passkeys_only: the owner wants nothing that can be relayed to be enough.
ALTER TABLE sallyport_account_states ADD COLUMN passkeys_only BOOLEAN NOT NULL DEFAULT FALSE;

-- What passkeys know an account by. It is random, and says nothing of the person.
CREATE TABLE sallyport_user_handles (
    account_id TEXT  NOT NULL PRIMARY KEY REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    handle     BYTEA NOT NULL
);

-- What changes about a passkey. Its public key is sealed, with the secrets of other authenticators.
CREATE TABLE sallyport_passkeys (
    authenticator_id TEXT    NOT NULL PRIMARY KEY REFERENCES sallyport_authenticators (id) ON DELETE CASCADE,
    account_id       TEXT    NOT NULL,
    credential_hash  BYTEA   NOT NULL UNIQUE,
    sign_count       BIGINT  NOT NULL,            -- 0: this one does not count
    backed_up        BOOLEAN NOT NULL
);

CREATE INDEX sallyport_passkeys_account ON sallyport_passkeys (account_id);

-- Challenges that were answered rightly, until they would have ended.
CREATE TABLE sallyport_used_challenges (
    hash       BYTEA  NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sallyport_used_challenges_expiry ON sallyport_used_challenges (expires_at);
