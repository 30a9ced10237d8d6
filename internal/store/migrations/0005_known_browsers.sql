-- known_generation counts how often the browsers that had signed in became strangers: known-browser cookies are bound to it.
ALTER TABLE sallyport_account_states ADD COLUMN known_generation BIGINT NOT NULL DEFAULT 0;
