-- The foundations: accounts, what the login machine keeps about them, and everything that is short-lived.
--
-- Written for PostgreSQL; for SQLite the runner changes the names of three types and nothing else. Times are
-- unix milliseconds, 0 where there is none. Ids are random text, so that keys spread.

CREATE TABLE sallyport_account_states (
    account_id  TEXT    NOT NULL PRIMARY KEY, -- no foreign key: an embedding program may bring its own accounts
    epoch       BIGINT  NOT NULL,
    policy      TEXT    NOT NULL,
    group_names TEXT    NOT NULL,             -- JSON array of strings
    first_open  BOOLEAN NOT NULL,
    created_at  BIGINT  NOT NULL
);

CREATE TABLE sallyport_accounts (
    id           TEXT   NOT NULL PRIMARY KEY,
    username     TEXT   NOT NULL,
    username_key TEXT   UNIQUE,               -- NULL when there is none
    email        TEXT   NOT NULL,
    email_key    TEXT,                        -- not unique: an address is unique once confirmed
    created_at   BIGINT NOT NULL
);

CREATE INDEX sallyport_accounts_email ON sallyport_accounts (email_key, created_at, id);

CREATE TABLE sallyport_passwords (
    account_id   TEXT    NOT NULL PRIMARY KEY REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    hash         TEXT    NOT NULL,
    stands_alone BOOLEAN NOT NULL,
    changed_at   BIGINT  NOT NULL
);

CREATE TABLE sallyport_counters (
    counter_key TEXT   NOT NULL PRIMARY KEY,
    failures    BIGINT NOT NULL,
    not_before  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE INDEX sallyport_counters_updated ON sallyport_counters (updated_at);

CREATE TABLE sallyport_limits (
    limit_key TEXT   NOT NULL PRIMARY KEY,
    tat       BIGINT NOT NULL                 -- theoretical arrival time, in unix MICROseconds: intervals are short
);

CREATE INDEX sallyport_limits_tat ON sallyport_limits (tat);

CREATE TABLE sallyport_logins (
    id         TEXT    NOT NULL PRIMARY KEY,
    token_hash BYTEA   NOT NULL UNIQUE,
    account_id TEXT    NOT NULL,              -- '' while nothing fixed it, so no foreign key
    epoch      BIGINT  NOT NULL,
    transport  TEXT    NOT NULL,
    evidence   TEXT    NOT NULL,              -- JSON array
    remember   BOOLEAN NOT NULL,
    return_to  TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);

CREATE INDEX sallyport_logins_expiry ON sallyport_logins (expires_at);

CREATE TABLE sallyport_sessions (
    id             TEXT    NOT NULL PRIMARY KEY,
    token_hash     BYTEA   NOT NULL UNIQUE,
    account_id     TEXT    NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    epoch          BIGINT  NOT NULL,
    transport      TEXT    NOT NULL,
    level          BIGINT  NOT NULL,
    amr            TEXT    NOT NULL,          -- JSON array of strings
    remember       BOOLEAN NOT NULL,
    signed_in_at   BIGINT  NOT NULL,
    last_seen_at   BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL,
    aal2_until     BIGINT  NOT NULL,
    elevated_until BIGINT  NOT NULL,
    address        TEXT    NOT NULL,
    user_agent     TEXT    NOT NULL
);

CREATE INDEX sallyport_sessions_account ON sallyport_sessions (account_id);
CREATE INDEX sallyport_sessions_expiry ON sallyport_sessions (expires_at);

CREATE TABLE sallyport_authenticators (
    id            TEXT   NOT NULL PRIMARY KEY,
    account_id    TEXT   NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    kind          TEXT   NOT NULL,
    label         TEXT   NOT NULL,
    secret_id     TEXT   NOT NULL,            -- no foreign key: secrets may live in another database
    counter_key   TEXT   NOT NULL,            -- its row in sallyport_counters, when it has failures
    last_step     BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT NOT NULL,
    drift_told_at BIGINT NOT NULL,
    drift_step    BIGINT NOT NULL             -- the time step that was told then: never accepted
);

CREATE INDEX sallyport_authenticators_account ON sallyport_authenticators (account_id, created_at);
CREATE INDEX sallyport_authenticators_secret ON sallyport_authenticators (secret_id);

CREATE TABLE sallyport_bindings (
    id         TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    owner_id   TEXT   NOT NULL,               -- the login or session that began it
    epoch      BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    label      TEXT   NOT NULL,
    secret_id  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sallyport_bindings_account ON sallyport_bindings (account_id, created_at);
CREATE INDEX sallyport_bindings_secret ON sallyport_bindings (secret_id);
CREATE INDEX sallyport_bindings_expiry ON sallyport_bindings (expires_at);

CREATE TABLE sallyport_recovery_sets (
    id          TEXT   NOT NULL PRIMARY KEY,
    account_id  TEXT   NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    key_id      TEXT   NOT NULL,              -- the key under which its codes are hashed
    counter_key TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE INDEX sallyport_recovery_sets_account ON sallyport_recovery_sets (account_id);

CREATE TABLE sallyport_recovery_codes (
    account_id  TEXT   NOT NULL,
    hash        BYTEA  NOT NULL,
    set_id      TEXT   NOT NULL REFERENCES sallyport_recovery_sets (id) ON DELETE CASCADE,
    used_at     BIGINT,                       -- NULL until it is used; this decides
    replaced_at BIGINT,                       -- NULL while its set is the live one
    PRIMARY KEY (account_id, hash)
);

CREATE INDEX sallyport_recovery_codes_set ON sallyport_recovery_codes (set_id);

CREATE TABLE sallyport_secrets (
    id         TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE sallyport_events (
    id               TEXT   NOT NULL PRIMARY KEY,
    account_id       TEXT   NOT NULL,
    at               BIGINT NOT NULL,
    kind             TEXT   NOT NULL,
    authenticator_id TEXT   NOT NULL,
    session_id       TEXT   NOT NULL,
    address          TEXT   NOT NULL,
    user_agent       TEXT   NOT NULL
);

CREATE INDEX sallyport_events_account ON sallyport_events (account_id, at);
