package sallyport

import (
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/mail"
	"github.com/sallyport/sallyport/internal/deliver/text"
	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/web"
	"github.com/sallyport/sallyport/pages"
)

// Config says how a [Gate] works. The zero value of each field is the safe default that its comment names, and the
// zero Config is complete.
type Config struct {
	// PublicURL is what links, cookies and redirects are built from: https, or http for a loopback host. A path in it
	// is the prefix of everything that the Gate serves. Default: http://localhost:8080.
	PublicURL string
	// Database is a file for SQLite, or a postgres:// URL. It may hold a password, so that a Config prints and logs it
	// without. Default: sallyport.db.
	Database string
	// DB is the application's own pool, in place of Database: of github.com/jackc/pgx/v5/stdlib, or of modernc.org/sqlite with a DSN such as
	// app.db?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000). Open refuses a pool with what
	// is missing; docs/embedding.md says why. [Gate.Close] leaves it open; close it later.
	DB *sql.DB
	// SecretsDatabase is where sealed secrets are kept, so that they and the password hashes can be in different databases:
	// as Database. Default: in Database.
	SecretsDatabase string
	// SecretsDB is a pool in place of SecretsDatabase, as DB is one in place of Database. Default: none.
	SecretsDB *sql.DB
	// DatabaseSchema is the schema of PostgreSQL that the tables are in, whatever the search_path, in SecretsDatabase too if that is
	// PostgreSQL: a to z, 0 to 9 and _, up to 63 bytes. It is made if it is not there. Default: where search_path leads.
	DatabaseSchema string
	// MigrateNever lets Open look at the schema and change nothing: it fails unless `sallyport migrate`, or the files of package
	// migrations, brought the schema up to date before. Default: Open does that.
	MigrateNever bool
	// KeyFile is the key ring that seals secrets at rest. It is made, with mode 0600, if it does not exist; whoever
	// loses it loses every secret in the database. Default: sallyport.key.
	KeyFile string
	// Issuer is the service's name, as code apps show it: any text of up to 200 bytes. Default: Sallyport.
	Issuer string
	// Language is what people are spoken to in who ask for none: whose browser asks for one that there isn't, and who chose none
	// on a page or for their account. A tag of BCP 47 that docs/languages.md has. Default: en.
	Language string
	// SecondFactor is who has to prove more than a password: "optional" (whoever bound something), "required" (everyone
	// binds something and uses it), "aal2" (what is bound and used reaches AAL2 of NIST SP 800-63B-4) or "passkey" (it
	// resists phishing, too). Default: optional.
	SecondFactor string
	// SecondFactorGroups makes SecondFactor hold for members of these groups alone, in capitals or not; everybody else may.
	// Default: everybody.
	SecondFactorGroups []string
	// SecondFactorFrom is when SecondFactor begins to hold. Before, people are asked at each sign-in and may put it off, and
	// those with an address are reminded. Default: at once.
	SecondFactorFrom time.Time
	// LoginForm is "two_step" (name and password, then the code) or "combined" (all at once, and one answer to whatever
	// was wrong; no passkey that does not verify its user can be bound then). Default: two_step.
	LoginForm string
	// Registration is "open" (whoever comes gets an account), "invite" (whoever has an invitation) or "closed".
	// Default: open.
	Registration string
	// EmailVerification is "off" or "required": nobody signs in before they have confirmed an email address, so that
	// whoever registers has to give one. Accounts with a username alone from before sign in as they did.
	// Default: off.
	EmailVerification string
	// Passwordless lets a code or link that is mailed to an account's confirmed address stand in for its password. It is one
	// factor: a second one that is bound is asked for, a code to the same mailbox is none, and it never reaches AAL2. Default: off.
	Passwordless bool
	// BreachedPasswords is the URL of a service that knows breached passwords, in the manner of
	// https://api.pwnedpasswords.com: it is asked with five digits of a hash when a password is set, and refuses nobody
	// when it is down. Default: none; the common passwords that come with this program are refused anyway.
	BreachedPasswords string

	// Accounts are an application's own accounts, with their passwords. Default: none; the Gate keeps accounts itself.
	Accounts Accounts
	// AccountPage is, with Accounts, the application's page where who is signed in changes their password and address: a path on PublicURL's
	// host, or a URL. Default: the path /.
	AccountPage string
	// RegistrationPage is, with Accounts, the application's page where people make an account, likewise: the sign-in page leads there. Default: none
	// is offered.
	RegistrationPage string
	// ForgottenPage is, with Accounts, the application's page where people replace a password that they forgot, likewise: the sign-in page and
	// messages lead there. Default: none is offered, and messages lead to AccountPage.
	ForgottenPage string
	// LoginPage is, with Accounts, the application's own sign-in page, likewise. The Gate's leads there, with return_to. Whoever signs in
	// with a passkey alone, or by mail, needs the Gate's. Default: the Gate's.
	LoginPage string

	// SessionLifetime is how long a session at AAL2 lasts. Default: 24 hours.
	SessionLifetime time.Duration
	// SessionIdle is how long a session at AAL2 lasts without a request. Default: 1 hour.
	SessionIdle time.Duration
	// SessionLifetimeAAL1 is how long a session lasts that rests on a password alone, or was asked to be remembered.
	// Default: 30 days.
	SessionLifetimeAAL1 time.Duration
	// Elevation is how long a reauthentication lasts. Default: 10 minutes.
	Elevation time.Duration

	// TrustBrowserFor is how long a browser that its owner trusts need not give a code at sign-in; less than 0 turns that
	// off. Default: 30 days.
	TrustBrowserFor time.Duration

	// Mail says how messages are sent: "stderr", "dir:PATH" (one .eml file each) or
	// "smtp://user:password@host:port?tls=starttls" (or tls; none on loopback only). It may hold a password, so that a
	// Config prints and logs it without. Default: stderr.
	Mail string
	// Mailer sends mail in place of what Mail names. Default: none.
	Mailer Mailer
	// MailFrom is the sender's address, with or without a name. Default: sallyport@localhost.
	MailFrom string
	// Authenticators are the kinds that may be bound: "totp" (code apps), "hotp" (hardware tokens), "webauthn" (passkeys and
	// security keys; PublicURL needs a host with a name for them), "sms" (codes to a telephone, restricted by NIST
	// SP 800-63B-4), "email" (codes to a mailbox, a second step that never reaches AAL2) and "push" (approval in another
	// browser). What was bound before goes on counting as bound. Default: totp, hotp, webauthn and push.
	Authenticators []string
	// TOTPAlgorithm is the hash of new keys for code apps: "sha1", "sha256" or "sha512". Many apps ignore it and use SHA-1,
	// which is as strong here; who has such an app is noticed and gets a key with SHA-1. Bound keys keep theirs. Default: sha1.
	TOTPAlgorithm string
	// TOTPDigits is how many digits the codes of new keys for code apps have: 6 or 8. Some apps show six whatever they are
	// told; who has one is noticed and gets a key with 6. Bound keys keep theirs. Default: 6.
	TOTPDigits int
	// PasskeysDeviceBound refuses passkeys that are, or can be, copied between a person's devices. Nobody attests what an
	// authenticator says of itself. Default: off.
	PasskeysDeviceBound bool
	// Text says how text messages are sent: "stderr", "dir:PATH" (one .json file each), "twilio:ACCOUNT_SID" or
	// "webhook:URL". Default: stderr.
	Text string
	// Texter sends text messages in place of what Text names. Default: none.
	Texter Texter
	// TextFrom is the sender of text messages; Twilio needs it. Default: none.
	TextFrom string
	// TextSecret is Twilio's auth token, or the key that signs webhooks. A Config prints and logs without it. Default: none.
	TextSecret string
	// SMSCountries are those that text messages go to, in two letters (ISO 3166). Default: none; nothing is sent then.
	SMSCountries []string
	// SMSRegion is the country of numbers that are typed without one. Default: none; numbers begin with a plus sign then.
	SMSRegion string
	// SMSPerHour and SMSPerMonth bound what is spent, to whomever text messages go. A limit that is reached is an error in
	// the log, and people use their other authenticators. Default: 100 and 2,000.
	SMSPerHour, SMSPerMonth int
	// PushContact is where push services write when messages to browsers make trouble: "mailto:" and an address, or a URL of
	// https. Default: the address of MailFrom or else PublicURL, whichever leads anywhere; otherwise mailto:nobody@sallyport.invalid.
	PushContact string
	// PushHosts are the only push services that messages to browsers go through: names, or "*." and a name for all below it.
	// Default: each that is at public addresses.
	PushHosts []string
	// Pusher tells of what bound browsers are asked, in place of Web Push. Default: none.
	Pusher Pusher
	// ResetWait is how long somebody with password and mailbox, but no authenticator, waits for their reset; less than 0
	// turns that off. Default: 72 hours.
	ResetWait time.Duration
	// RescueCode lets a code that is mailed stand in for the second step. It weakens every account to its mailbox: whoever
	// reads the mail can set a new password, too. Default: off.
	RescueCode bool
	// SupportAddress is where requests for help of people who can't sign in go. Default: none; there are no requests then.
	SupportAddress string
	// EventsKept is how long the events of accounts are kept. Default: 400 days.
	EventsKept time.Duration
	// Observer is told of each event. Default: none.
	Observer Observer

	// Home is where a sign-in leads that was not on the way to anywhere, and the link at the top of each page: a path of the host
	// of PublicURL, such as /. Default: the account page, and no link.
	Home string
	// Templates are pages, and files that they load, in place of the built-in ones: see package pages. What is wrong with them is an error of
	// [Open], with file and line. Default: none.
	Templates fs.FS
	// Layout puts each page into the application's own layout, in place of the built-in one and of Templates' layout.html: it writes the whole
	// document. r is the request that is answered; its body was read. If it returns an error, panics or leaves Content out, which is logged, the page is
	// shown in the layout of Templates, or else in the built-in one. It is called by several goroutines at once. Default: none.
	Layout func(w io.Writer, r *http.Request, f pages.Frame) error
	// TrustedProxies are the addresses whose X-Forwarded-For is believed. Default: none.
	TrustedProxies []netip.Prefix
	// Clock gives the time. Default: time.Now.
	Clock func() time.Time
	// Log takes what happens: one line for each authentication, and never a secret. Default: slog.Default.
	Log *slog.Logger
}

// The defaults of Config.
const (
	defaultPublicURL           = "http://localhost:8080"
	defaultDatabase            = "sallyport.db"
	defaultKeyFile             = "sallyport.key"
	defaultIssuer              = "Sallyport"
	defaultSecondFactor        = "optional"
	defaultRegistration        = registrationOpen
	defaultSessionLifetime     = 24 * time.Hour
	defaultSessionIdle         = time.Hour
	defaultSessionLifetimeAAL1 = 30 * 24 * time.Hour
	defaultElevation           = 10 * time.Minute
	defaultEmailVerification   = verificationOff
	defaultTrustBrowserFor     = 30 * 24 * time.Hour
	defaultMail                = "stderr"
	defaultMailFrom            = "sallyport@localhost"
	defaultTOTPAlgorithm       = "sha1"
	defaultTOTPDigits          = 6
	defaultText                = "stderr"
	defaultSMSPerHour          = 100
	defaultSMSPerMonth         = 2000
	defaultResetWait           = 72 * time.Hour
	defaultEventsKept          = 400 * 24 * time.Hour
)

// hidden is shown instead of what nobody may see.
const hidden = "***"

const (
	registrationOpen   = "open"
	registrationInvite = "invite"
	registrationClosed = "closed"

	verificationOff      = "off"
	verificationRequired = assembly.VerificationRequired
)

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	fill(&c.PublicURL, defaultPublicURL)
	if c.DB == nil {
		fill(&c.Database, defaultDatabase)
	}
	fill(&c.KeyFile, defaultKeyFile)
	fill(&c.Issuer, defaultIssuer)
	fill(&c.Language, catalogue.English)
	fill(&c.SecondFactor, defaultSecondFactor)
	fill(&c.LoginForm, web.FormTwoStep)
	fill(&c.Registration, defaultRegistration)
	fill(&c.SessionLifetime, defaultSessionLifetime)
	fill(&c.SessionIdle, defaultSessionIdle)
	fill(&c.SessionLifetimeAAL1, defaultSessionLifetimeAAL1)
	fill(&c.Elevation, defaultElevation)
	fill(&c.EmailVerification, defaultEmailVerification)
	fill(&c.TrustBrowserFor, defaultTrustBrowserFor)
	fill(&c.Mail, defaultMail)
	fill(&c.MailFrom, defaultMailFrom)
	fill(&c.Text, defaultText)
	fill(&c.SMSPerHour, defaultSMSPerHour)
	fill(&c.SMSPerMonth, defaultSMSPerMonth)
	if len(c.Authenticators) == 0 {
		c.Authenticators = []string{string(core.KindTOTP), string(core.KindHOTP), string(core.KindWebAuthn), string(core.KindPush)}
	}
	fill(&c.TOTPAlgorithm, defaultTOTPAlgorithm)
	fill(&c.TOTPDigits, defaultTOTPDigits)
	fill(&c.ResetWait, defaultResetWait)
	fill(&c.EventsKept, defaultEventsKept)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

func fill[T comparable](field *T, fallback T) {
	var zero T
	if *field == zero {
		*field = fallback
	}
}

// Format writes the Config for people, whatever the verb, without the database's password.
func (c Config) Format(f fmt.State, _ rune) {
	type shown Config // has no methods
	c.Database, c.SecretsDatabase = endpoint.HideCredentials(c.Database), endpoint.HideCredentials(c.SecretsDatabase)
	c.Mail, c.BreachedPasswords = mail.Shown(c.Mail), endpoint.HideCredentials(c.BreachedPasswords)
	c.Text = text.Shown(c.Text)
	c.Mailer, c.Texter, c.Pusher, c.Observer = nil, nil, nil, nil // they may hold anything
	c.Templates, c.Layout = nil, nil
	if c.Accounts != nil {
		c.Accounts = shownAccounts{c.Accounts}
	}
	if c.TextSecret != "" {
		c.TextSecret = hidden
	}
	fmt.Fprintf(f, "%+v", shown(c))
}

// LogValue is what log/slog writes: the same as [Config.Format].
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Check returns nil if [Open] would accept the Config, or every mistake at once: errors of type [*FieldError], joined.
// It looks at nothing but the Config: not at files, those of Templates among them, nor at the database.
func (c Config) Check() error {
	_, err := c.withDefaults().check()
	return err
}
