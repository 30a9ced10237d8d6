-- Codes that are sent, and tokens whose codes count.

-- A code that was sent to a mailbox or a telephone, for one authenticator in one login, session or pending binding. Only
-- its keyed hash is kept.
CREATE TABLE sallyport_message_codes (
    id               TEXT   NOT NULL PRIMARY KEY,
    account_id       TEXT   NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    owner_id         TEXT   NOT NULL,
    authenticator_id TEXT   NOT NULL,
    epoch            BIGINT NOT NULL,
    key_id           TEXT   NOT NULL,
    hash             BYTEA  NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL
);

CREATE INDEX sallyport_message_codes_owner ON sallyport_message_codes (account_id, owner_id, authenticator_id, created_at);
CREATE INDEX sallyport_message_codes_expiry ON sallyport_message_codes (expires_at);

-- last_step: steps up to this one are dead before it is bound.
ALTER TABLE sallyport_bindings ADD COLUMN last_step BIGINT NOT NULL DEFAULT 0;
