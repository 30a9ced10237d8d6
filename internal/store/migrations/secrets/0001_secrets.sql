-- A database that holds sealed secrets and nothing else. The table is the one of the main database.

CREATE TABLE sallyport_secrets (
    id         TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);
