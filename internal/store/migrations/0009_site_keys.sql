-- Keys of the site's own that others outside know it by, sealed. Each is made once and stays.
CREATE TABLE sallyport_site_keys (
    id         TEXT   NOT NULL PRIMARY KEY,
    sealed     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);
