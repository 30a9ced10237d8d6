-- What is known of the clock of an authenticator.

-- drift_window is which step, -1 to 1 from the present, its three accepted ones lie around; drift_seconds how far off its
-- last code was. Not to be taken for drift_step, which somebody was told about.
ALTER TABLE sallyport_authenticators ADD COLUMN drift_window INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sallyport_authenticators ADD COLUMN drift_seconds INTEGER NOT NULL DEFAULT 0;
