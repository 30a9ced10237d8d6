package server

import (
	"slices"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/deliver/mail"
	smstext "github.com/sallyport/sallyport/internal/deliver/text"
	"github.com/sallyport/sallyport/internal/endpoint"
)

// Key describes one setting. Its name is the key in the file; the environment has it as SALLYPORT_NAME, and the flags
// have dashes in it.
type Key struct {
	Name    string
	Default string
	Meaning string
	Secret  bool // SALLYPORT_NAME_FILE may name a file that holds the value

	field string                                  // of sallyport.Config: whose mistakes are this key's
	set   func(s *Settings, text string) *Problem // reads the value
	list  bool                                    // the file may have it as a list
	count bool                                    // the file may have it as a number
	show  func(text string) string                // what of it may be seen; nil means all
}

// shown is a value as it may be printed.
func (k Key) shown(text string) string {
	if k.show == nil {
		return text
	}
	return k.show(text)
}

// Keys are the settings that exist, in the order in which people read them.
func Keys() []Key {
	return slices.Concat(placeKeys(), signInKeys(), dueKeys(), kindKeys(), messageKeys(), textKeys(), pushKeys(), lostKeys(), runningKeys())
}

func placeKeys() []Key {
	return []Key{
		{
			Name: "listen", Default: "127.0.0.1:8080", set: setListen,
			Meaning: "address and port to listen on; port 0 picks a free one",
		},
		{
			Name: "public_url", Default: defaultPublicURL, field: "PublicURL",
			set:     text(func(c *sallyport.Config) *string { return &c.PublicURL }),
			Meaning: "what links, cookies and redirects are built from; plain http only for loopback hosts",
		},
		{
			Name: "database", Default: "sallyport.db", field: "Database", Secret: true, show: endpoint.HideCredentials,
			set:     text(func(c *sallyport.Config) *string { return &c.Database }),
			Meaning: "a SQLite file, or postgres://user:password@host/database",
		},
		{
			Name: "secrets_database", Default: sameAsDatabase, field: "SecretsDatabase", Secret: true, show: endpoint.HideCredentials,
			set:     optional(sameAsDatabase, func(c *sallyport.Config) *string { return &c.SecretsDatabase }),
			Meaning: "where sealed secrets live, so that they and the password hashes can be kept in different databases",
		},
		{
			Name: "database_schema", Default: none, field: "DatabaseSchema",
			set:     optional(none, func(c *sallyport.Config) *string { return &c.DatabaseSchema }),
			Meaning: "the schema of PostgreSQL that the tables are in, such as auth, made if it is not there; none means where search_path leads",
		},
		{
			Name: "migrate", Default: atStart, field: "MigrateNever", set: setMigrate,
			Meaning: "at_start, or never: the schema is only looked at, and `sallyport migrate` or the files that it exports bring it up to date",
		},
		{
			Name: "key_file", Default: "sallyport.key", field: "KeyFile",
			set:     text(func(c *sallyport.Config) *string { return &c.KeyFile }),
			Meaning: "the key ring that seals secrets at rest; keep a copy apart from the database",
		},
	}
}

func signInKeys() []Key {
	return []Key{
		{
			Name: "issuer", Default: "Sallyport", field: "Issuer",
			set:     text(func(c *sallyport.Config) *string { return &c.Issuer }),
			Meaning: "the service's name, as code apps show it",
		},
		{
			Name: "language", Default: "en", field: "Language",
			set:     text(func(c *sallyport.Config) *string { return &c.Language }),
			Meaning: "of pages and messages for who asks for none that there is: en, de, es, fr, pt, ar, zh or ja",
		},
		{
			Name: "templates", Default: none, field: "Templates", set: setTemplates,
			Meaning: "a folder with pages, styles and pictures in place of the built-in ones, which `sallyport templates export` writes",
		},
		{
			Name: "second_factor", Default: "optional", field: "SecondFactor",
			set:     text(func(c *sallyport.Config) *string { return &c.SecondFactor }),
			Meaning: "optional, required, aal2 or passkey: who has to prove more than a password",
		},
		{
			Name: "login_form", Default: "two_step", field: "LoginForm",
			set:     text(func(c *sallyport.Config) *string { return &c.LoginForm }),
			Meaning: "two_step, or combined: name, password and code in one form",
		},
		{
			Name: "registration", Default: "open", field: "Registration",
			set:     text(func(c *sallyport.Config) *string { return &c.Registration }),
			Meaning: "open, invite or closed: who may make an account",
		},
		{
			Name: "email_verification", Default: "off", field: "EmailVerification",
			set:     text(func(c *sallyport.Config) *string { return &c.EmailVerification }),
			Meaning: "off, or required: nobody signs in before they have confirmed an email address",
		},
		{
			Name: "passwordless", Default: "off", field: "Passwordless", set: setPasswordless,
			Meaning: "off, or email: a mailed code or link may stand in for the password, so that who reads the mail is in unless a second factor is bound",
		},
		{
			Name: "breached_passwords", Default: "embedded", field: "BreachedPasswords", show: endpoint.HideCredentials,
			set:     optional("embedded", func(c *sallyport.Config) *string { return &c.BreachedPasswords }),
			Meaning: "embedded, or also a service such as https://api.pwnedpasswords.com that is asked about new passwords",
		},
	}
}

// dueKeys say for whom and from when second_factor holds.
func dueKeys() []Key {
	return []Key{
		{
			Name: "second_factor_groups", Default: none, field: "SecondFactorGroups", list: true, set: setSecondFactorGroups,
			Meaning: "groups, comma separated, whose members second_factor holds for; none means everybody",
		},
		{
			Name: "second_factor_from", Default: none, field: "SecondFactorFrom", set: setSecondFactorFrom,
			Meaning: "a date such as 2027-01-31: before it people may put a second factor off",
		},
	}
}

// lostKeys say what helps people who can't sign in, and what it weakens.
func lostKeys() []Key {
	return []Key{
		{
			Name: "reset_wait", Default: "72h", field: "ResetWait", set: setResetWait,
			Meaning: "how long somebody with password and mailbox waits for the reset of lost authenticators; 0 turns it off",
		},
		{
			Name: "rescue_code", Default: "off", field: "RescueCode", set: setRescueCode,
			Meaning: "off, or email: a mailed code may stand in for the second step, so that the mailbox alone is enough for an account",
		},
		{
			Name: "home", Default: none, field: "Home",
			set:     optional(none, func(c *sallyport.Config) *string { return &c.Home }),
			Meaning: "where a sign-in leads that was not on the way to anywhere, and the link at the top of each page: a path of this host, such as /",
		},
		{
			Name: "support_address", Default: none, field: "SupportAddress",
			set:     optional(none, func(c *sallyport.Config) *string { return &c.SupportAddress }),
			Meaning: "where requests for help go; whoever answers them decides who is believed",
		},
	}
}

func kindKeys() []Key {
	return []Key{{
		Name: "authenticators", Default: "totp, hotp, webauthn, push", field: "Authenticators", list: true, set: setAuthenticators,
		Meaning: "which kinds may be bound, comma separated: totp, hotp, webauthn (passkeys; public_url needs a name), push (approval in another browser; not with login_form = combined), sms (restricted), email (a second step that never reaches AAL2)",
	}, {
		Name: "totp_algorithm", Default: "sha1", field: "TOTPAlgorithm",
		set:     text(func(c *sallyport.Config) *string { return &c.TOTPAlgorithm }),
		Meaning: "sha1, sha256 or sha512: the hash of new keys for code apps; who has an app that knows sha1 alone gets that, and bound keys keep theirs",
	}, {
		Name: "totp_digits", Default: "6", field: "TOTPDigits", set: setTOTPDigits,
		Meaning: "6 or 8: how long the codes of new keys for code apps are; who has an app that knows 6 alone gets that, and bound keys keep theirs",
	}, {
		Name: "webauthn_device_bound", Default: "off", field: "PasskeysDeviceBound", set: setDeviceBound,
		Meaning: "off, or on: refuse passkeys that can be copied between devices, as most do, and keep security keys",
	}}
}

// textKeys say how text messages are sent, to whom, and how many.
func textKeys() []Key {
	return []Key{
		{
			Name: "text", Default: "stderr", field: "Text", Secret: true, show: smstext.Shown,
			set:     text(func(c *sallyport.Config) *string { return &c.Text }),
			Meaning: "stderr, dir:PATH, twilio:ACCOUNT_SID, or webhook:https://...: how text messages are sent",
		},
		{
			Name: "text_from", Default: none, field: "TextFrom",
			set:     optional(none, func(c *sallyport.Config) *string { return &c.TextFrom }),
			Meaning: "the sender of text messages: a number, a name, or Twilio's messaging service",
		},
		{
			Name: "text_secret", Default: none, field: "TextSecret", Secret: true, show: hideAll,
			set:     optional(none, func(c *sallyport.Config) *string { return &c.TextSecret }),
			Meaning: "Twilio's auth token, or the key that signs webhooks",
		},
		{
			Name: "sms_countries", Default: none, field: "SMSCountries", list: true, set: setSMSCountries,
			Meaning: "countries that text messages go to, comma separated, such as DE, AT; none means that nothing is sent",
		},
		{
			Name: "sms_region", Default: none, field: "SMSRegion",
			set:     optional(none, func(c *sallyport.Config) *string { return &c.SMSRegion }),
			Meaning: "the country of numbers that are typed without one, such as DE",
		},
		{
			Name: "sms_per_hour", Default: "100", field: "SMSPerHour", count: true, set: setSMSPerHour,
			Meaning: "how many text messages go out in an hour, to anybody",
		},
		{
			Name: "sms_per_month", Default: "2000", field: "SMSPerMonth", count: true, set: setSMSPerMonth,
			Meaning: "how many go out in a month: the budget",
		},
	}
}

// pushKeys say how push services reach whoever runs this, and which of them are called.
func pushKeys() []Key {
	return []Key{
		{
			Name: "push_contact", Default: derived, field: "PushContact",
			set:     optional(derived, func(c *sallyport.Config) *string { return &c.PushContact }),
			Meaning: "where push services write when something goes wrong: mailto: and an address, or an https URL; derived is the address of mail_from, or else public_url",
		},
		{
			Name: "push_hosts", Default: none, field: "PushHosts", list: true, set: setPushHosts,
			Meaning: "the only push services that are called, comma separated, such as fcm.googleapis.com, *.push.apple.com; none means any at public addresses",
		},
	}
}

func messageKeys() []Key {
	return []Key{
		{
			Name: "mail", Default: "stderr", field: "Mail", Secret: true, show: mail.Shown,
			set:     text(func(c *sallyport.Config) *string { return &c.Mail }),
			Meaning: "stderr, dir:PATH, or smtp://user:password@host:port?tls=starttls (or tls, or none on loopback)",
		},
		{
			Name: "mail_from", Default: "sallyport@localhost", field: "MailFrom",
			set:     text(func(c *sallyport.Config) *string { return &c.MailFrom }),
			Meaning: "the sender's address, with or without a name",
		},
	}
}

func runningKeys() []Key {
	return []Key{
		{
			Name: "session_lifetime", Default: "24h", field: "SessionLifetime", set: setSessionLifetime,
			Meaning: "how long a session at AAL2 lasts, such as 90m, 24h or 7d",
		},
		{
			Name: "session_idle", Default: "1h", field: "SessionIdle", set: setSessionIdle,
			Meaning: "how long a session at AAL2 lasts without a request",
		},
		{
			Name: "session_lifetime_aal1", Default: "30d", field: "SessionLifetimeAAL1", set: setSessionLifetimeAAL1,
			Meaning: "how long a session of a password alone lasts, or one that was asked to be remembered",
		},
		{
			Name: "elevation", Default: "10m", field: "Elevation", set: setElevation,
			Meaning: "how long a reauthentication lasts",
		},
		{
			Name: "trust_browser_for", Default: "30d", field: "TrustBrowserFor", set: setTrustBrowserFor,
			Meaning: "how long a browser that its owner trusts need not give a code at sign-in; 0 turns that off",
		},
		{
			Name: "events_kept", Default: "400d", field: "EventsKept", set: setEventsKept,
			Meaning: "how long the events of accounts are kept",
		},
		{
			Name: "trusted_proxies", Default: none, field: "TrustedProxies", list: true, set: setTrustedProxies,
			Meaning: "addresses or CIDRs, comma separated, whose X-Forwarded-For is believed",
		},
		{
			Name: "log", Default: "text", set: setLog,
			Meaning: "text or json: the form of what is logged to standard error",
		},
	}
}

func keyNamed(name string) (Key, bool) {
	for _, k := range Keys() {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}
