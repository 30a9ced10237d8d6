package core

import (
	"context"
	"time"
)

// Store remembers. Its methods are decisions rather than tables: each is one atomic step, and every
// look-up of something owned names the account. A row that does not exist is reported by a boolean or
// a nil pointer, never by an error; errors are failures of the system.
//
// storetest.Run is its conformance suite. Implementations are safe for concurrent use.
type Store interface {
	LifeStore
	PasskeyStore
	PushStore

	// Reserve counts one attempt on each counter, in one committed write, before anything is compared:
	// a counter that is locked or delayed is not moved. Reservations come in the order of the counters.
	Reserve(ctx context.Context, counters []Counter, now time.Time) ([]Reservation, error)
	// Counts reads how counters stand, in their order; it counts nothing, and what it says grants nothing.
	Counts(ctx context.Context, counters []Counter) ([]Count, error)
	// Return takes one reservation back from each counter.
	Return(ctx context.Context, counters []Counter, now time.Time) error
	// LimitReached says how long key has to wait under a limit; 0: not at all.
	LimitReached(ctx context.Context, key string, limit Limit, now time.Time) (time.Duration, error)
	// CountLimited records one event of key for LimitReached.
	CountLimited(ctx context.Context, key string, limit Limit, now time.Time) error
	// TakeLimited records one event of key if the limit allows it, and says whether it did.
	TakeLimited(ctx context.Context, key string, limit Limit, now time.Time) (allowed bool, err error)

	// Settle runs fn in one transaction that holds the account's state locked, and commits when fn
	// returns nil. fn may run more than once (serialization failures) and must not keep effects.
	// An account without a state gives found=false from fn's point of view: fn is not called and
	// ErrNoAccount is returned.
	Settle(ctx context.Context, account string, now time.Time, fn func(Tx, State) error) error
	// Register runs fn in the transaction that makes the account. It returns ErrNameTaken when the
	// username exists.
	Register(ctx context.Context, a NewAccount, now time.Time, fn func(Tx, State) error) error

	// FindAccounts looks up who may be meant by a canonical name: one account at most for a username. For an
	// address, first the newest account that gave it without proof, then who has it confirmed, or else the
	// oldest that gave it; at most two.
	FindAccounts(ctx context.Context, name Name) ([]Found, error)
	// UsernameTaken says whether the canonical username exists, or another that looks like it.
	UsernameTaken(ctx context.Context, key, skeleton string) (bool, error)
	// Account reads names; nil when there is none.
	Account(ctx context.Context, id string) (*Account, error)
	// State reads what the machine keeps about an account; nil when there is none.
	State(ctx context.Context, account string) (*State, error)
	// PasswordHash reads the stored hash; "" when the account has none.
	PasswordHash(ctx context.Context, account string) (string, error)

	// LoginByToken finds a login in progress by the hash of its token; nil when there is none. Expiry
	// and epoch are the caller's to check.
	LoginByToken(ctx context.Context, tokenHash []byte) (*LoginRow, error)
	// DeleteLogin ends a login in progress.
	DeleteLogin(ctx context.Context, id string) error
	// SessionByToken finds a session, and its account as it is now, by the hash of its token; nil when
	// there is none. Expiry and epoch are the caller's to check.
	SessionByToken(ctx context.Context, tokenHash []byte) (*FoundSession, error)
	// Sessions lists an account's sessions, the latest used first, dead ones included.
	Sessions(ctx context.Context, account string) ([]SessionRow, error)
	// TouchSession writes LastSeenAt, Level and ElevatedUntil of a session that still has the token it was read with: one
	// that was elevated meanwhile is left alone. Neither a time nor a level goes the wrong way.
	TouchSession(ctx context.Context, s SessionRow) error
	// EndSession deletes one session of the account and says whether there was one.
	EndSession(ctx context.Context, account, id string) (bool, error)

	// Authenticators lists what is bound, the oldest first.
	Authenticators(ctx context.Context, account string) ([]Authenticator, error)
	// RenameAuthenticator says whether there was one.
	RenameAuthenticator(ctx context.Context, account, id, label string) (bool, error)
	// TellDrift says whether the person may be told of a drifting clock now: true at most once a minute
	// for each authenticator. Telling says that the code of step is right: ConsumeStep never takes it.
	// A step that was told before is alive until it is below dead: nothing is told then.
	TellDrift(ctx context.Context, account, id string, step, dead int64, now time.Time) (bool, error)
	// Binding reads a pending binding by id, for the login or session that began it; nil when there is none.
	Binding(ctx context.Context, account, owner, id string) (*BindingRow, error)
	// LatestBinding reads the newest pending binding of an owner; nil when there is none.
	LatestBinding(ctx context.Context, account, owner string) (*BindingRow, error)

	// Bindings lists the pending bindings of an owner, the newest first.
	Bindings(ctx context.Context, account, owner string) ([]BindingRow, error)

	// MessageCodes lists what was sent for an authenticator (or pending binding) in a login, session or binding, the newest
	// first. Expiry and epoch are the caller's to check.
	MessageCodes(ctx context.Context, account, owner, authenticator string) ([]MessageCodeRow, error)

	// RecoverySet describes the live recovery codes; nil when there are none.
	RecoverySet(ctx context.Context, account string) (*RecoverySet, error)
	// LookupSecret finds a recovery code of the account by its hash, live, used or replaced; nil when
	// there is none.
	LookupSecret(ctx context.Context, account string, hash []byte) (*LookupRow, error)
	// LookupKeys lists the ids of the keys under which the account's recovery codes are hashed.
	LookupKeys(ctx context.Context, account string) ([]string, error)

	// Sweep deletes what is dead: expired logins, sessions, bindings, tickets, trusted browsers, confirmations
	// and messages, old counters of passwords and names, and secrets that no row refers to and that are older
	// than an hour.
	Sweep(ctx context.Context, now time.Time) error
	// Ready says whether the database answers and its schema is the one that this program knows.
	Ready(ctx context.Context) error
}

// Tx is what may happen inside a settling transaction. A count of one row, reported as true, is the
// only thing that grants.
type Tx interface {
	LifeTx
	PasskeyTx
	PushTx

	// ConsumeStep moves the authenticator's last time step up to s; false when it was there already, somebody was told about
	// the code of that step, or it lies outside the window that the authenticator has now. It keeps how far off the code
	// was: two in a row to one side move the window there by one step, and one that was not brings it back.
	ConsumeStep(account, authenticator string, s Step) (bool, error)
	// InsertMessageCode adds a code that is sent, and drops its owner's others for that authenticator beyond keep. False
	// when one of them was made after since: nothing is changed then.
	InsertMessageCode(row MessageCodeRow, keep int, since time.Time) (bool, error)
	// TakeMessageCode deletes a code together with its owner's others for that authenticator; false when another request
	// took it. The authenticator counts as used now.
	TakeMessageCode(row MessageCodeRow) (bool, error)
	// TakeLookupSecret uses a recovery code up; false when it was used, replaced or never existed.
	TakeLookupSecret(account string, hash []byte) (bool, error)
	// LookupSecretsLeft counts the recovery codes of the live set that were not used.
	LookupSecretsLeft(account string) (int, error)
	// TakeLogin deletes a login in progress; false when another request took it.
	TakeLogin(id string) (bool, error)
	// InsertBinding adds a pending binding, and drops all but it and keep-1 others of the account: the oldest of its owner
	// go first, then the oldest. It returns the dropped ones: nothing refers to their secrets any more.
	InsertBinding(b BindingRow, keep int) (dropped []BindingRow, err error)
	// TakeBinding deletes a pending binding of this owner that has this secret; false when another request took or renewed it.
	TakeBinding(account, owner, id, secret string) (bool, error)
	// RenewBinding gives the pending binding b another secret, last step and lifetime; false when it was taken, or its secret
	// is not the one named any more.
	RenewBinding(secret string, b BindingRow) (bool, error)

	InsertLogin(LoginRow) error
	// InsertSession adds a session, and ends the account's longest unused ones beyond keep.
	InsertSession(s SessionRow, keep int) error
	// UpdateSession writes token, epoch, level, AMR, AAL2 end and elevation of a session that still has the
	// token it was read with: of two requests that change it, one starts again.
	UpdateSession(readWith []byte, s SessionRow) (bool, error)
	// EndSessionByToken deletes whatever session has that token.
	EndSessionByToken(tokenHash []byte) error

	Authenticators(account string) ([]Authenticator, error)
	InsertAuthenticator(Authenticator) error
	// SetFavourite marks one of the account's authenticators, in place of whichever was; with "" it takes the mark away.
	SetFavourite(account, authenticator string) error
	// DeleteAuthenticator also forgets its counter; false when it was not there.
	DeleteAuthenticator(account, id string) (bool, error)
	// ReplaceLookupSecrets retires the live set, inserts a new one with a counter of its own, and forgets
	// the sets that were retired before.
	ReplaceLookupSecrets(account string, set NewLookupSet) error
	// DropLookupSecrets deletes every recovery code of the account.
	DropLookupSecrets(account string) error

	SetPassword(account, hash string, standsAlone bool) error
	// SetPasswordExposed notes that the password may be known to others, or that it was replaced.
	SetPasswordExposed(account string, exposed bool) error
	// SetLanguage writes the account's language; "" takes it away.
	SetLanguage(account, language string) error
	// ForgetClients raises KnownGeneration: no browser that signed in before is known any more.
	ForgetClients(account string) error
	// BumpEpoch returns the new epoch: every artefact of an older one is dead.
	BumpEpoch(account string) (int64, error)
	// CloseFirstBinding notes that something was bound.
	CloseFirstBinding(account string) error
	// Clear sets counters back to zero; Return takes one reservation back from each.
	Clear(counters []Counter) error
	Return(counters []Counter) error

	// InsertEvent adds an event as the next of its account's chain.
	InsertEvent(Event) error
}

// Counter is one failure counter. Key is built by this package alone.
type Counter struct {
	Key string
	Cap int // attempts in a row after which nothing more is compared; 0 means delays only
}

// Reservation is the answer to one [Counter]. The zero value is a refusal.
type Reservation struct {
	Granted  bool
	Locked   bool          // the cap was reached
	Wait     time.Duration // when not granted and not locked; when granted, before the next one if this one fails
	Free     int           // when granted: how many more may fail before there is a wait
	Failures int           // including this one, when granted
}

// Count is how a [Counter] stands. The zero value is one that counted nothing.
type Count struct {
	Failures  int       // in a row
	NotBefore time.Time // when the next attempt is compared; it may be over. Zero when none was ever delayed
}

// State is what the machine keeps about an account, apart from its names.
type State struct {
	Account     string
	Epoch       int64
	Policy      Policy    // "" means the service's
	Groups      []string  //
	FirstOpen   bool      // nothing was ever bound
	Rebind      bool      // a reset removed what was bound: the mailed link has to be brought along
	Disabled    bool      // nobody signs in
	RemindedAt  time.Time // when its owner was last told that a second factor will be needed; zero when never
	StandsAlone bool      // the password is long enough to sign in alone

	Language     string // of its pages and messages, a tag of BCP 47; "" while none was chosen
	PasskeysOnly bool   // its owner wants nothing that can be relayed to be enough

	// KnownGeneration is what known-browser cookies are bound to.
	KnownGeneration int64
	PasswordExposed bool // the password may be known to others: it is no evidence, and has to be replaced by a mailed link
}

// FoundSession is a session with its account as it is now.
type FoundSession struct {
	Row      SessionRow
	State    State
	Account  *Account  // nil where it is kept elsewhere
	ResetDue time.Time // of the account's pending reset; zero where none waits
}

// Account is what an account is called.
type Account struct {
	ID, Username, Email string
	EmailConfirmed      bool // its mailbox was proved
	AddressLost         bool // it had given one that somebody else proved to be theirs; Email is "" then
	CreatedAt           time.Time
}

// NewAccount is a registration, checked and hashed. With EmailConfirmed the address is taken as proved.
type NewAccount struct {
	Account
	UsernameKey, EmailKey string // "" when not given
	Skeleton              string // what the username looks like
	PasswordHash          string // "" when there is none yet
	StandsAlone           bool
	Groups                []string
	Language              string // "" when none was chosen
}

// Found is an account together with what its password step needs.
type Found struct {
	Account      Account
	State        State
	PasswordHash string
}

// LoginRow is a login in progress. Times are UTC, kept to the millisecond.
type LoginRow struct {
	ID        string
	TokenHash []byte
	Account   string
	Epoch     int64
	Transport Transport
	Evidence  []Evidence
	Remember  bool
	ReturnTo  string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// SessionRow is a complete sign-in. Times are UTC, kept to the millisecond.
type SessionRow struct {
	ID            string
	TokenHash     []byte
	Account       string
	Epoch         int64
	Transport     Transport
	Level         Level
	AMR           []string
	Remember      bool
	SignedInAt    time.Time
	LastSeenAt    time.Time
	ExpiresAt     time.Time
	AAL2Until     time.Time // zero when AAL2 was never reached
	ElevatedUntil time.Time // zero when never
	ProvedAt      time.Time // the last reauthentication; zero when never
	Address       string
	UserAgent     string
}

// Authenticator is one bound thing.
type Authenticator struct {
	ID         string
	Account    string
	Kind       Kind
	Label      string
	SecretID   string
	LastStep   int64         // time steps up to this one are dead
	Failures   int           // in a row; at the cap it is disabled
	Window     int           // around which step, -1 to 1 from the present one, the three lie that are accepted
	Off        time.Duration // the device's clock minus ours when its last code was accepted, as far as its time step tells
	CreatedAt  time.Time
	LastUsedAt time.Time // zero when never
	Favourite  bool      // its owner wants it to be asked for first; one of an account's at most. Set by SetFavourite alone
}

// Step is the time step or counter of a code that was right.
type Step struct {
	Number  int64
	Off     int           // time steps from the present one: the device's clock minus ours
	OffTime time.Duration // the same as a time
}

// BindingRow is an authenticator that is not proved yet. Owner is the login or session that began it.
type BindingRow struct {
	ID        string
	Account   string
	Owner     string
	Epoch     int64
	Kind      Kind
	Label     string
	SecretID  string
	LastStep  int64 // steps up to this one are dead
	CreatedAt time.Time
	ExpiresAt time.Time
}

// MessageCodeRow is a code that was sent. Owner is the login, session or binding that it is good for.
type MessageCodeRow struct {
	ID            string
	Account       string
	Owner         string
	Authenticator string // or the pending binding
	Epoch         int64
	KeyID         string // the key under which it is hashed
	Hash          []byte
	CreatedAt     time.Time
	ExpiresAt     time.Time
}

// NewLookupSet is a new set of recovery codes, hashed under the key KeyID.
type NewLookupSet struct {
	ID     string
	KeyID  string
	Hashes [][]byte
}

// RecoverySet describes an account's live set.
type RecoverySet struct {
	ID        string
	KeyID     string // the key under which its codes are hashed
	CreatedAt time.Time
	Remaining int
	Failures  int
}

// LookupRow is one recovery code, found by its hash.
type LookupRow struct {
	SetID    string
	Used     bool
	Replaced bool
}

// Event is the record of one authentication event, written in the transaction that it is about.
type Event struct {
	ID            string
	Account       string
	At            time.Time
	Kind          string
	Outcome       string // "ok", or the code of what went wrong
	Authenticator string
	Session       string
	Address       string
	UserAgent     string
	Detail        string // what else there is to say: the reason of a reset, an action's words, a new address, the name of what was removed, what stood in for a code

	Seq      int64  // its place in the account's chain, from 1; 0 for events from before there was one
	Previous []byte // the hash of the event before it; nil for the first
	Hash     []byte // see [ChainEvent]

	Request string // for the log alone: it is not kept
}

// StoreError is an outcome that a [Store] reports by value.
type StoreError string

// Error is the outcome in words.
func (e StoreError) Error() string { return string(e) }

// Outcomes of Settle and Register.
const (
	ErrNoAccount    StoreError = "no such account"
	ErrNameTaken    StoreError = "username taken"
	ErrAddressTaken StoreError = "address confirmed by another account"
)
