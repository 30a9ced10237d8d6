package core

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Config is what a [Machine] needs. Every field is required unless it says otherwise.
type Config struct {
	Store      Store
	Secrets    Secrets
	Keys       Keys
	Names      Names
	Passwords  Passwords
	Lookup     LookupSecrets
	Binders    []Binder    // one for each kind of authenticator that may be bound
	Messengers []Messenger // likewise, for those that codes are sent to; may be empty
	TextLimits TextLimits  // needed with a Messenger for text messages
	Passkeys   Passkeys    // nil where none may be bound
	Approvals  Approvals   // nil where no browser may be bound
	Rules      PasswordRules
	Seals      Seals
	Mailed     func() // called when a message was put into the outbox

	Directory Directory // nil: Store keeps the accounts, and their passwords
	// Observe is told of each event once it was written, or nil. It is called by several goroutines at once, but for one
	// account.
	Observe func(context.Context, Event)
	// PromptAll makes a message of each prompt, also for bound browsers that gave no subscription.
	PromptAll bool
	Languages []string // the tags that an account's language may have; empty: none can be chosen

	Issuer string // the service's name, as code apps show it
	Digits int    // of the codes of new code apps, for texts alone; 0 means 6
	Rule   Rule

	SessionLifetime     time.Duration // AAL2
	SessionIdle         time.Duration // AAL2
	SessionLifetimeAAL1 time.Duration
	Elevation           time.Duration

	TrustBrowserFor  time.Duration // 0: no browser is trusted
	EmailMustConfirm bool          // nobody signs in before their address was confirmed
	ResetWait        time.Duration // of a reset that somebody asked for themself; 0: not possible
	RescueCode       bool          // a mailed code may stand in for the second step
	Passwordless     bool          // a mailed code or link may stand in for the password
	SupportAddress   string        // where requests for help go; "": not possible
	EventsKept       time.Duration

	Clock func() time.Time
	Log   *slog.Logger
}

// Lifetimes of what is in progress (NIST SP 800-63B-4, 4.1.2: a binding code lives 10 minutes at most).
const (
	loginLifetime   = 10 * time.Minute
	bindingLifetime = 10 * time.Minute
)

// Machine is the login machine. It is safe for concurrent use, by any number of processes on one store.
type Machine struct {
	cfg        Config
	store      Store
	binders    map[Kind]Binder
	messengers map[Kind]Messenger
	clock      *clock
	unwritten  *failures
	observers  *observers   // nil where nobody observes
	compacted  atomic.Int64 // the checkpoint up to which there is nothing to merge
}

// New checks cfg and reports every mistake at once.
func New(cfg Config) (*Machine, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	m := &Machine{cfg: cfg, store: cfg.Store, binders: map[Kind]Binder{}, messengers: map[Kind]Messenger{}}
	if cfg.Directory != nil {
		m.store = elsewhere{cfg.Store, cfg.Directory}
	}
	m.clock = &clock{now: cfg.Clock, log: cfg.Log}
	m.unwritten = &failures{}
	m.observers = newObservers(cfg)
	for _, b := range cfg.Binders {
		m.binders[b.Kind()] = b
	}
	for _, s := range cfg.Messengers {
		m.messengers[s.Kind()] = s
	}
	return m, nil
}

func (cfg Config) check() error {
	var errs []error
	missing := func(ok bool, what string) {
		if !ok {
			errs = append(errs, errors.New("core: Config."+what))
		}
	}
	missing(cfg.Store != nil, "Store is nil")
	missing(cfg.Secrets != nil, "Secrets is nil")
	missing(cfg.Keys != nil, "Keys is nil")
	missing(cfg.Names != nil, "Names is nil")
	missing(cfg.Passwords != nil, "Passwords is nil")
	missing(cfg.Lookup != nil, "Lookup is nil")
	missing(len(cfg.Binders)+len(cfg.Messengers) > 0 || cfg.Passkeys != nil || cfg.Approvals != nil,
		"Binders, Messengers, Passkeys and Approvals are empty")
	missing(cfg.Rules != nil, "Rules is nil")
	missing(cfg.Seals != nil, "Seals is nil")
	missing(cfg.Mailed != nil, "Mailed is nil")
	missing(cfg.Issuer != "", "Issuer is empty")
	missing(cfg.Rule.Policy.Known(), "Rule.Policy is none of optional, required, aal2, passkey")
	missing(cfg.SessionLifetime > 0, "SessionLifetime is not positive")
	missing(cfg.SessionIdle > 0, "SessionIdle is not positive")
	missing(cfg.SessionLifetimeAAL1 > 0, "SessionLifetimeAAL1 is not positive")
	missing(cfg.Elevation > 0, "Elevation is not positive")
	missing(cfg.TrustBrowserFor >= 0, "TrustBrowserFor is negative")
	missing(cfg.ResetWait >= 0, "ResetWait is negative")
	missing(cfg.EventsKept > 0, "EventsKept is not positive")
	missing(cfg.Directory == nil || !cfg.EmailMustConfirm, "EmailMustConfirm does not go with a Directory, which says what is confirmed")
	missing(cfg.Clock != nil, "Clock is nil")
	missing(cfg.Log != nil, "Log is nil")
	return errors.Join(errs...)
}

// MinPassword is how many characters a new password needs under the policy that holds for new accounts.
func (m *Machine) MinPassword() int { return minPassword(m.cfg.Rule.chosen(State{}, m.clock.Now())) }

// EmailNeeded says whether nobody registers without an address: it has to be confirmed before the first sign-in.
func (m *Machine) EmailNeeded() bool { return m.cfg.EmailMustConfirm }

// Kinds are what may be bound: code apps and tokens in the order of the configuration, passkeys, browsers, and what is sent
// last.
func (m *Machine) Kinds() []Kind {
	kinds := make([]Kind, 0, len(m.cfg.Binders)+2+len(m.cfg.Messengers))
	for _, b := range m.cfg.Binders {
		kinds = append(kinds, b.Kind())
	}
	if m.cfg.Passkeys != nil {
		kinds = append(kinds, KindWebAuthn)
	}
	if m.cfg.Approvals != nil {
		kinds = append(kinds, KindPush)
	}
	for _, s := range m.cfg.Messengers {
		kinds = append(kinds, s.Kind())
	}
	return kinds
}

// usualDigits is how many a code has where nothing else is said.
const usualDigits = 6

func (m *Machine) digits() int {
	if m.cfg.Digits == 0 {
		return usualDigits
	}
	return m.cfg.Digits
}

// UsualCodes says whether every new code app shows six digits.
func (m *Machine) UsualCodes() bool { return m.digits() == usualDigits }

// unknownKind refuses a kind, and names those that there are.
func unknownKind(kinds []Kind) *Error {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return invalid("kind", "kind.unknown", strings.Join(names, ", "))
}

// answerable are the kinds of a response.
func (m *Machine) answerable() []Kind {
	kinds := append(m.Kinds(), KindPassword, KindRecoveryCode)
	if m.cfg.RescueCode && !slices.Contains(kinds, KindEmail) {
		kinds = append(kinds, KindEmail)
	}
	return kinds
}

// FirstKinds are those of [Machine.Kinds] that are enough for whoever has to bind a first authenticator.
func (m *Machine) FirstKinds(ctx context.Context, b MustBind) ([]Kind, error) {
	st, err := m.store.State(ctx, b.owner().account)
	if err != nil || st == nil {
		return nil, err
	}
	return m.kindsUnder(m.cfg.Rule.effective(*st, m.clock.Now())), nil
}

// kindsUnder are those of [Machine.Kinds] that are enough under a policy.
func (m *Machine) kindsUnder(p Policy) []Kind {
	return slices.DeleteFunc(m.Kinds(), func(k Kind) bool { return !k.enoughFor(p) })
}
