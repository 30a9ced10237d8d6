-- Accounts that hold in production: confirmed addresses, what is mailed, trusted browsers, resets, and events that can
-- be verified.

-- skeleton is what the username looks like (UTS 39), and confirmed_key is email_key, once its mailbox was proved: NULL
-- when there is none. address_lost: it had given an address that somebody else proved to be theirs.
ALTER TABLE sallyport_accounts ADD COLUMN skeleton TEXT;
ALTER TABLE sallyport_accounts ADD COLUMN confirmed_key TEXT;
ALTER TABLE sallyport_accounts ADD COLUMN address_lost BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX sallyport_accounts_skeleton ON sallyport_accounts (skeleton);
CREATE UNIQUE INDEX sallyport_accounts_confirmed ON sallyport_accounts (confirmed_key);

-- rebind: a reset removed what was bound, and the mailed link has to be brought along.
ALTER TABLE sallyport_account_states ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sallyport_account_states ADD COLUMN rebind BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sallyport_account_states ADD COLUMN reminded_at BIGINT NOT NULL DEFAULT 0;

-- proved_at: the last reauthentication.
ALTER TABLE sallyport_sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

-- A ticket is something mailed that is good for one thing once. Only hashes of its token and code are kept.
CREATE TABLE sallyport_tickets (
    id         TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL,              -- '' for an invitation: there is no account yet
    purpose    TEXT   NOT NULL,
    owner_id   TEXT   NOT NULL,              -- the login that it is good for alone, or ''
    token_hash BYTEA  NOT NULL UNIQUE,
    key_id     TEXT   NOT NULL,              -- the key under which the code is hashed
    code_hash  BYTEA  NOT NULL,              -- empty when the message carries no code
    epoch      BIGINT NOT NULL,              -- 0: good whatever has changed since
    subject    TEXT   NOT NULL,              -- JSON: what it is about, such as the old address and the new
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sallyport_tickets_account ON sallyport_tickets (account_id, purpose, created_at);
CREATE UNIQUE INDEX sallyport_tickets_issued ON sallyport_tickets (purpose, owner_id) WHERE account_id = '' AND owner_id <> '';
CREATE INDEX sallyport_tickets_code ON sallyport_tickets (code_hash);
CREATE INDEX sallyport_tickets_expiry ON sallyport_tickets (expires_at);

CREATE TABLE sallyport_browsers (
    id            TEXT   NOT NULL PRIMARY KEY,
    account_id    TEXT   NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    epoch         BIGINT NOT NULL,
    key_id        TEXT   NOT NULL,           -- the key that the present token was made with
    generation    BIGINT NOT NULL,           -- counts the tokens of this browser, from 1
    token_hash    BYTEA  NOT NULL,
    previous_hash BYTEA  NOT NULL,           -- empty when there was none
    rotated_at    BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    address       TEXT   NOT NULL,
    user_agent    TEXT   NOT NULL
);

CREATE INDEX sallyport_browsers_account ON sallyport_browsers (account_id, created_at);
CREATE INDEX sallyport_browsers_expiry ON sallyport_browsers (expires_at);

-- A reset removes every authenticator of an account, at once or after a wait.
CREATE TABLE sallyport_resets (
    account_id TEXT    NOT NULL PRIMARY KEY REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    by_support BOOLEAN NOT NULL,
    reason     TEXT    NOT NULL,
    started_at BIGINT  NOT NULL,
    due_at     BIGINT  NOT NULL,
    halfway    BOOLEAN NOT NULL              -- the notice of half the wait was sent
);

CREATE INDEX sallyport_resets_due ON sallyport_resets (due_at);

-- A confirmation says that the holder of a session proved themself for one action. Only hashes are kept.
CREATE TABLE sallyport_confirmations (
    id          TEXT   NOT NULL PRIMARY KEY,
    account_id  TEXT   NOT NULL REFERENCES sallyport_account_states (account_id) ON DELETE CASCADE,
    session_id  TEXT   NOT NULL,
    epoch       BIGINT NOT NULL,
    token_hash  BYTEA  NOT NULL UNIQUE,
    action_hash BYTEA  NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE INDEX sallyport_confirmations_expiry ON sallyport_confirmations (expires_at);

-- The outbox. Payloads are sealed: they hold links that open accounts.
CREATE TABLE sallyport_messages (
    id            TEXT   NOT NULL PRIMARY KEY,
    payload       BYTEA  NOT NULL,
    created_at    BIGINT NOT NULL,
    due_at        BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    unsure        BIGINT NOT NULL,           -- attempts that nobody knows the end of
    claim         TEXT   NOT NULL,           -- '' while nobody sends it
    claimed_until BIGINT NOT NULL
);

CREATE INDEX sallyport_messages_due ON sallyport_messages (due_at);

-- Events of before are left as they are, with a sequence of 0; those from here on form a chain for each account.
-- previous is the hash of the event before it in its account.
ALTER TABLE sallyport_events ADD COLUMN outcome TEXT NOT NULL DEFAULT 'ok';
ALTER TABLE sallyport_events ADD COLUMN detail TEXT NOT NULL DEFAULT '';
ALTER TABLE sallyport_events ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sallyport_events ADD COLUMN previous BYTEA;
ALTER TABLE sallyport_events ADD COLUMN hash BYTEA;
DROP INDEX sallyport_events_account;
CREATE UNIQUE INDEX sallyport_events_chain ON sallyport_events (account_id, seq) WHERE seq > 0;
CREATE INDEX sallyport_events_place ON sallyport_events (account_id, seq, id);
CREATE INDEX sallyport_events_at ON sallyport_events (at, account_id, seq);

-- A checkpoint seals how far the chains of all accounts were at one moment.
CREATE TABLE sallyport_checkpoints (
    number BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    sealed BYTEA  NOT NULL
);
