-- password_exposed: the password may be known to others. It opens nothing any more; its hash stays for the answer to whoever
-- types it.
ALTER TABLE sallyport_account_states ADD COLUMN password_exposed BOOLEAN NOT NULL DEFAULT FALSE;
