// Package assembly puts the parts together: factors verify, core decides, the store remembers, deliver carries what
// is to be told. Package sallyport serves what it makes, and the administrator's commands use it without serving.
//
// Use [Open] with a [Config] that was checked, [House.Run] for the work that goes on beside requests, and [House.Close].
// It is not for requests. It trusts its Config.
package assembly

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/text"
	"github.com/sallyport/sallyport/internal/factor/lookup"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/factor/password/breached"
	"github.com/sallyport/sallyport/internal/factor/password/foreign"
	"github.com/sallyport/sallyport/internal/letter"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

// Config is those fields of sallyport.Config that say what is put together; they are described there, and [ConfigFrom] takes them. All of
// them were checked, and are set but for PushContact and what is about databases.
type Config struct {
	PublicURL           string
	Database            string
	DB                  *sql.DB
	SecretsDatabase     string
	SecretsDB           *sql.DB
	DatabaseSchema      string
	MigrateNever        bool
	KeyFile             string
	Issuer              string
	Language            string
	SecondFactor        string
	SecondFactorGroups  []string
	SecondFactorFrom    time.Time
	LoginForm           string
	Registration        string
	EmailVerification   string
	Passwordless        bool
	BreachedPasswords   string
	SessionLifetime     time.Duration
	SessionIdle         time.Duration
	SessionLifetimeAAL1 time.Duration
	Elevation           time.Duration
	TrustBrowserFor     time.Duration
	Mail                string
	MailFrom            string
	Authenticators      []string
	TOTPAlgorithm       string
	TOTPDigits          int
	PasskeysDeviceBound bool
	Text                string
	TextFrom            string
	TextSecret          string
	SMSCountries        []string
	SMSRegion           string
	SMSPerHour          int
	SMSPerMonth         int
	PushContact         string
	PushHosts           []string
	ResetWait           time.Duration
	RescueCode          bool
	SupportAddress      string
	EventsKept          time.Duration
	TrustedProxies      []netip.Prefix
	Clock               func() time.Time
	Log                 *slog.Logger
}

// VerificationRequired is the value of EmailVerification that lets nobody in without a confirmed address.
const VerificationRequired = "required"

// What a [Fault] of [Open] comes from. Test with errors.Is.
var (
	ErrNoKeyFile       = errors.New("assembly: the key file does not exist, and this database's secrets are sealed with its keys")
	ErrWrongKeyFile    = errors.New("assembly: the key file does not hold the keys that this database's secrets are sealed with")
	ErrSecretsDatabase = errors.New("assembly: the secrets database cannot be used")
)

// House is what was put together. It is safe for concurrent use.
type House struct {
	Machine *core.Machine
	Store   *store.Store
	Keys    *seal.Keys
	Texts   *catalogue.Set

	cfg     Config
	opt     Options
	apart   *store.SecretsDatabase // nil when secrets live in the main database
	secrets *store.Secrets
	vault   *seal.Vault
	macs    *seal.Keychain
	worker  *deliver.Worker
	writer  *letter.Writer
	sender  mail.Sender
	texter  text.Sender
	pushes  *pushes  // nil where no browser may be bound, or there is a channel
	channel *channel // nil where there is no Pusher, or no browser may be bound
	salts   *salts

	givenUp seal.GivenUp
	counted atomic.Pointer[seal.Ring] // the ring that was last compared with all that is sealed

	waking atomic.Bool   // the worker will hear of what is new
	round  sync.Mutex    // of a test: one at a time
	posted chan struct{} // likewise: there is something new in the outbox
}

// Options are what an embedding program does itself, and what tests and commands choose. The zero value is for neither.
type Options struct {
	// Mailer sends mail in place of what Config.Mail names.
	Mailer mail.Sender
	// Texter sends text messages in place of what Config.Text names.
	Texter text.Sender
	// Directory is an embedding application's own accounts; nil where they are kept here.
	Directory core.Directory
	// ForgottenPage is, with a Directory, the application's page where a password is replaced. Messages lead there.
	ForgottenPage *url.URL
	// Pusher tells bound browsers in place of Web Push.
	Pusher Pusher
	// Observe is told of each event that was written: see core.Config.
	Observe func(context.Context, core.Event)
	// Push is how push services are reached, for tests; its clock is the Config's.
	Push push.Options
	// Existing refuses to make the first tables: the name of a database that is used already was mistyped.
	Existing bool

	forTests ForTests
}

// Open is [Options.Open] without options.
func Open(ctx context.Context, cfg Config) (*House, error) { return Options{}.Open(ctx, cfg) }

// Open opens the databases and brings their schemas up to date, or only looks at them (Config.MigrateNever), loads the key file or makes one, and puts the parts
// together. ctx bounds the opening alone. What the Config has a cure for is a [*Fault].
func (o Options) Open(ctx context.Context, cfg Config) (*House, error) {
	h := &House{cfg: cfg, opt: o.with(ctx), posted: make(chan struct{}, 1)}
	if err := h.open(ctx); err != nil {
		return nil, errors.Join(Explain(err), h.Close())
	}
	if opened := h.opt.forTests.Opened; opened != nil {
		opened(h)
	}
	return h, nil
}

func (h *House) open(ctx context.Context) error {
	if err := h.openKeysThatExist(); err != nil {
		return err
	}
	if err := h.openDatabases(ctx); err != nil {
		return err
	}
	if err := h.refuseForeignSecrets(ctx); err != nil {
		return err
	}
	if h.Keys == nil {
		if err := h.firstKeys(ctx); err != nil {
			return err
		}
	}
	if err := h.keptElsewhere(ctx); err != nil {
		return err
	}
	h.vault = seal.NewVault(h.Keys, h.secrets)
	var err error
	if h.macs, err = seal.OpenKeychain(ctx, h.Keys, h.secrets, h.beside()); err != nil {
		return err
	}
	if h.givenUp, err = seal.ReadGivenUp(ctx, h.Keys, h.secrets); err != nil {
		return err
	}
	if err := h.openSenders(); err != nil {
		return err
	}
	h.salts = &salts{keys: h.Keys, main: h.Store, clock: h.cfg.Clock, known: map[int][]byte{}}
	h.Machine, err = h.machine()
	return err
}

// keptElsewhere refuses to begin anew with secrets beside accounts whose recovery codes were hashed with a key that is not
// there: the database of the secrets was left out, or is another one.
func (h *House) keptElsewhere(ctx context.Context) error {
	sealed, err := seal.Sealed(ctx, h.secrets)
	if err != nil || sealed {
		return err
	}
	sets, err := h.Store.RecoverySetsByKey(ctx)
	if err != nil || len(sets) == 0 {
		return err
	}
	return fmt.Errorf("%w: there are accounts whose secrets are not in it", ErrSecretsDatabase)
}

// beside is the main database as a place for secrets, where they are kept in another; nil where they are not.
func (h *House) beside() seal.Blobs {
	if h.apart == nil {
		return nil
	}
	return h.Store.Secrets(h.cfg.Clock)
}

func (h *House) openKeysThatExist() (err error) {
	if _, err := os.Stat(h.cfg.KeyFile); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	h.Keys, err = seal.OpenKeys(h.cfg.KeyFile, h.cfg.Log)
	return err
}

// firstKeys makes a key file for a database that holds nothing sealed yet. Beside any other, a new file would only hide
// that the right one is missing.
func (h *House) firstKeys(ctx context.Context) error {
	sealed, err := seal.Sealed(ctx, h.secrets)
	if err != nil {
		return err
	}
	if sealed {
		// Another process, started at the same moment, may have made both.
		if err := h.openKeysThatExist(); h.Keys != nil || err != nil {
			return err
		}
		return ErrNoKeyFile
	}
	h.cfg.Log.Warn("a new key file is made; keep a copy of it apart from the database: without it no bound authenticator works",
		"key_file", h.cfg.KeyFile)
	if _, err := seal.LoadOrCreate(h.cfg.KeyFile); err != nil {
		return err
	}
	return h.openKeysThatExist()
}

func (h *House) openSenders() error {
	texts, err := catalogue.Load()
	if err == nil {
		texts, err = texts.WithDefault(h.cfg.Language)
	}
	if err != nil {
		return err
	}
	h.Texts = texts
	public, err := url.Parse(h.cfg.PublicURL)
	if err != nil {
		return err
	}
	if h.writer, err = letter.New(texts, public, h.cfg.Issuer); err != nil {
		return err
	}
	if h.opt.ForgottenPage != nil {
		h.writer = h.writer.WithAccountsAt(h.opt.ForgottenPage)
	}
	if h.sender = h.opt.Mailer; h.sender == nil {
		if h.sender, err = mail.Open(h.cfg.Mail, h.cfg.MailFrom); err != nil {
			return err
		}
	}
	if h.texter = h.opt.Texter; h.texter == nil {
		if h.texter, err = text.Open(h.cfg.Text, h.cfg.TextFrom, h.cfg.TextSecret); err != nil {
			return err
		}
	}
	parallel := othersAtOnce
	if h.approves() {
		parallel += pushesAtOnce
	}
	h.pushes, h.channel = h.newPushes(), h.newChannel()
	h.worker, err = deliver.New(deliver.Config{Outbox: h.Store, Handle: h.deliver, Clock: h.cfg.Clock, Log: h.cfg.Log, Parallel: parallel})
	return err
}

func (h *House) machine() (*core.Machine, error) {
	hashing := h.opt.forTests.Hashing
	hashing.Foreign = foreign.Secrets{FlaskSecuritySalt: h.salts.find}
	hasher, err := password.New(hashing)
	if err != nil {
		return nil, err
	}
	rules := passwordRules{log: h.cfg.Log}
	if h.cfg.BreachedPasswords != "" {
		if rules.Breaches, err = breached.New(breached.Config{URL: h.cfg.BreachedPasswords}); err != nil {
			return nil, err
		}
	}
	passkeys, err := h.passkeys()
	if err != nil {
		return nil, err
	}
	approvals, err := h.approvals()
	if err != nil {
		return nil, err
	}
	apps, err := h.codeApps()
	if err != nil {
		return nil, err
	}
	var directory core.Directory
	if h.opt.Directory != nil {
		directory = inTurn{h.opt.Directory, hasher}
	}
	c := h.cfg
	return core.New(core.Config{
		Directory: directory, Store: h.Store, Secrets: h.vault, Keys: h.macs, Names: canonicalNames{},
		Passwords: passwords{hasher, c.Log}, Lookup: lookup.Codes{}, Binders: h.binders(apps), Messengers: h.messengers(),
		Passkeys: passkeys, Approvals: approvals, PromptAll: h.channel != nil, Observe: h.opt.Observe,
		TextLimits: core.TextLimits{PerHour: c.SMSPerHour, PerMonth: c.SMSPerMonth},
		Rules:      rules, Seals: sealedRows{h.Keys, h.givenUp}, Mailed: h.wake, Issuer: c.Issuer, Digits: c.TOTPDigits, Languages: h.Texts.Tags(),
		Rule:            core.Rule{Policy: core.Policy(c.SecondFactor), Groups: c.SecondFactorGroups, From: c.SecondFactorFrom},
		SessionLifetime: c.SessionLifetime, SessionIdle: c.SessionIdle,
		SessionLifetimeAAL1: c.SessionLifetimeAAL1, Elevation: c.Elevation,
		TrustBrowserFor: max(0, c.TrustBrowserFor), EmailMustConfirm: c.EmailVerification == VerificationRequired,
		ResetWait: max(0, c.ResetWait), RescueCode: c.RescueCode, Passwordless: c.Passwordless, SupportAddress: c.SupportAddress,
		EventsKept: c.EventsKept, Clock: c.Clock, Log: c.Log,
	})
}

// Ready says whether the databases answer, their schemas are the ones that this program knows, and the key file is the one
// that the secrets are sealed with.
func (h *House) Ready(ctx context.Context) error {
	if h.apart != nil {
		if err := h.apart.Ready(ctx); err != nil {
			return err
		}
	}
	if err := h.Machine.Ready(ctx); err != nil {
		return err
	}
	return h.Keys.Ready(ctx)
}

// Close closes the databases. What was refused and not written down yet is written first, and told.
func (h *House) Close() error {
	var errs []error
	if h.Machine != nil {
		ctx, stop := context.WithTimeout(context.Background(), 2*time.Second)
		errs = append(errs, h.Machine.LastWords(ctx))
		stop()
	}
	if h.apart != nil {
		errs = append(errs, h.apart.Close())
	}
	if h.Store != nil {
		errs = append(errs, h.Store.Close())
	}
	return errors.Join(errs...)
}
