package sallyport

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/web"
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
	// KeyFile is the key ring that seals secrets at rest. It is made, with mode 0600, if it does not exist; whoever
	// loses it loses every secret in the database. Default: sallyport.key.
	KeyFile string
	// Issuer is the service's name, as code apps show it: any text of up to 200 bytes. Default: Sallyport.
	Issuer string
	// SecondFactor is who has to prove more than a password: "optional" (whoever bound something), "required" (everyone
	// binds something and uses it) or "aal2" (what is bound and used reaches AAL2 of NIST SP 800-63B-4).
	// Default: optional.
	SecondFactor string
	// LoginForm is "two_step" (name and password, then the code) or "combined" (all at once, and one answer to whatever
	// was wrong). Default: two_step.
	LoginForm string
	// Registration is "open" (whoever comes gets an account) or "closed". Default: open.
	Registration string

	// SessionLifetime is how long a session at AAL2 lasts. Default: 24 hours.
	SessionLifetime time.Duration
	// SessionIdle is how long a session at AAL2 lasts without a request. Default: 1 hour.
	SessionIdle time.Duration
	// SessionLifetimeAAL1 is how long a session lasts that rests on a password alone, or was asked to be remembered.
	// Default: 30 days.
	SessionLifetimeAAL1 time.Duration
	// Elevation is how long a reauthentication lasts. Default: 10 minutes.
	Elevation time.Duration

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
)

const (
	registrationOpen   = "open"
	registrationClosed = "closed"
)

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	fill(&c.PublicURL, defaultPublicURL)
	fill(&c.Database, defaultDatabase)
	fill(&c.KeyFile, defaultKeyFile)
	fill(&c.Issuer, defaultIssuer)
	fill(&c.SecondFactor, defaultSecondFactor)
	fill(&c.LoginForm, web.FormTwoStep)
	fill(&c.Registration, defaultRegistration)
	fill(&c.SessionLifetime, defaultSessionLifetime)
	fill(&c.SessionIdle, defaultSessionIdle)
	fill(&c.SessionLifetimeAAL1, defaultSessionLifetimeAAL1)
	fill(&c.Elevation, defaultElevation)
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
	c.Database = endpoint.HideCredentials(c.Database)
	fmt.Fprintf(f, "%+v", shown(c))
}

// LogValue is what log/slog writes: the same as [Config.Format].
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Check returns nil if [Open] would accept the Config, or every mistake at once: errors of type [*FieldError], joined.
// It looks at nothing but the Config: not at files, nor at the database.
func (c Config) Check() error {
	_, err := c.withDefaults().check()
	return err
}
