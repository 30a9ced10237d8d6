-- Which authenticator an account's owner wants to be asked for first.

-- One row at most for each account, and gone with its authenticator.
CREATE TABLE sallyport_favourites (
    account_id       TEXT NOT NULL PRIMARY KEY,
    authenticator_id TEXT NOT NULL UNIQUE REFERENCES sallyport_authenticators (id) ON DELETE CASCADE
);
