-- The language of an account: of its pages, and of the messages that it is sent.

-- A tag of BCP 47, or '' while none was chosen: the service's is used.
ALTER TABLE sallyport_account_states ADD COLUMN language TEXT NOT NULL DEFAULT '';
