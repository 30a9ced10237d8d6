-- Approval in another browser.

-- A bound browser. Its public key is sealed, with the secrets of other authenticators; so is where messages reach it.
CREATE TABLE sallyport_push_browsers (
    authenticator_id TEXT NOT NULL PRIMARY KEY REFERENCES sallyport_authenticators (id) ON DELETE CASCADE,
    account_id       TEXT NOT NULL,
    subscription_id  TEXT NOT NULL                -- of the secret; '' where no message reaches it
);

CREATE INDEX sallyport_push_browsers_account ON sallyport_push_browsers (account_id);
CREATE INDEX sallyport_push_browsers_subscription ON sallyport_push_browsers (subscription_id);

-- A question to a bound browser, of one login or session. The number that it takes is made from the id and the owner with
-- a key that is not here.
CREATE TABLE sallyport_prompts (
    id               TEXT   NOT NULL PRIMARY KEY,
    account_id       TEXT   NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    owner_id         TEXT   NOT NULL,
    authenticator_id TEXT   NOT NULL REFERENCES sallyport_authenticators (id) ON DELETE CASCADE,
    epoch            BIGINT NOT NULL,
    purpose          TEXT   NOT NULL,
    action           TEXT   NOT NULL,             -- the words that are confirmed, or ''
    mailed           BOOLEAN NOT NULL,             -- the owner proved a mailbox, and no password
    key_id           TEXT   NOT NULL,
    state            TEXT   NOT NULL,             -- waiting, approved, declined, ended
    tries            BIGINT NOT NULL,
    address          TEXT   NOT NULL,
    user_agent       TEXT   NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL
);

CREATE INDEX sallyport_prompts_owner ON sallyport_prompts (account_id, owner_id, created_at);
CREATE INDEX sallyport_prompts_authenticator ON sallyport_prompts (authenticator_id, created_at);
CREATE INDEX sallyport_prompts_expiry ON sallyport_prompts (expires_at);
