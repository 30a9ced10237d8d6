package core

import (
	"context"
	"errors"
	"time"
)

// Verifier checks responses of one kind. It sees no request, no session and no store, and it grants
// nothing. Implementations are safe for concurrent use.
type Verifier interface {
	// Kind is what this verifier checks.
	Kind() Kind
	// Canonical brings a typed response to its one form. An error means that the input cannot be a
	// response of this kind: no attempt is counted for it.
	Canonical(response string) (string, error)
	// Verify compares in constant time and does the same work for every outcome. An error means that
	// it could not compare (an unreadable state), never that the response was wrong.
	Verify(ctx context.Context, q Question) (Finding, error)
}

// Binder is a [Verifier] whose authenticators a person can bind by proving that they hold the secret.
type Binder interface {
	Verifier
	// Draft makes the state of a new authenticator, and says up to which step its codes are dead. What in asks for
	// and can't be had is an [Error].
	Draft(in NewAuthenticator) (state []byte, lastStep int64, err error)
	// Show describes a drafted state to the person who binds it.
	Show(state []byte, issuer, account string) (Enrolment, error)
}

// Adopter is a [Binder] that can take over what another system bound.
type Adopter interface {
	// Adopt makes the state of what a key URI describes, which its owner holds already, and says up to which step its
	// codes are dead: the present one is, since the other system may have taken its code just now.
	Adopt(uri string, now time.Time) (state []byte, lastStep int64, err error)
}

// Messenger is a kind whose codes the machine makes and sends: a mailbox, a telephone. It sends nothing itself.
// Implementations are safe for concurrent use.
type Messenger interface {
	// Kind is what this messenger's codes answer.
	Kind() Kind
	// Canonical brings a typed code to its one form, as [Verifier] does.
	Canonical(response string) (string, error)
	// NewCode makes a code of at least six random digits (NIST SP 800-63B-4, 3.1.3.2), in its canonical form.
	NewCode() string
	// Recipient brings an address or number to its one form; what can't be one, or is not allowed, is an [Error].
	Recipient(typed string) (string, error)
	// Hint shows as much of a recipient as its owner needs to know it again.
	Hint(recipient string) string
}

// Question is one comparison.
type Question struct {
	State    []byte // opened; what Draft made or the last Finding replaced
	Response string // canonical
	LastStep int64  // time steps up to this one are dead
	Window   int    // which step, -1 to 1 from the present, the accepted ones lie around; other values mean the nearer of these
	SetUp    bool   // who typed this has been shown the secret: what could be wrong with their device is looked for far and wide
	Now      time.Time
}

// Verdict is the outcome of a comparison. The zero value is wrong; among several authenticators the
// greater verdict is the one that is told.
type Verdict int

// The verdicts.
const (
	Wrong   Verdict = iota
	Expired         // was right until a while ago
	Drifted         // would be right if the clocks agreed
	Ignored         // with SetUp: would be right if the device did not ignore what the key asks for
	Spent           // right, but of a time step that is dead
	Right           // and usable now
)

// Finding is what a verifier found.
type Finding struct {
	Verdict      Verdict
	Step         int64         // with Right and Drifted: the time step that matched
	Off          int           // likewise: how many time steps the device's clock is ahead of ours
	NewState     []byte        // with Ignored: the state of another authenticator that such a device can be
	Text         string        // likewise: the key of the catalogue's text that says what was ignored
	Digits       int           // when not 0, how many digits the response should have had: nothing was compared
	UserVerified bool          // the authenticator checked its holder itself
	RetryAfter   time.Duration // with Spent: until another code can be right
	Drift        time.Duration // with Right and Drifted: the device's clock minus ours
}

func (f Finding) usedStep() Step { return Step{Number: f.Step, Off: f.Off, OffTime: f.Drift} }

// Enrolment is what a person needs to set up a new authenticator. It holds the secret: it goes to the
// page or answer that shows it, and nowhere else.
type Enrolment struct {
	Secret    string // unpadded upper-case base32
	URI       string // otpauth://
	Algorithm string // SHA1, SHA256, SHA512
	Digits    int
	Period    int    // seconds; 0 for codes that count
	Counter   uint64 // of the next code, with Period 0
}

// Passwords hashes and checks passwords. Implementations bound how many run at once; beyond that they
// fail with an error that has a method RetryAfter() time.Duration.
type Passwords interface {
	// Hash makes the string to store.
	Hash(ctx context.Context, password []byte) (string, error)
	// Verify says whether password made stored, and whether stored should be made anew.
	Verify(ctx context.Context, stored string, password []byte) (matches, outdated bool, err error)
	// VerifyDummy does the work of Verify for an account that does not exist.
	VerifyDummy(ctx context.Context, password []byte) error
	// Length counts the characters of a password as it will be hashed.
	Length(password []byte) int
}

// PasswordRules refuse new passwords that are easily guessed.
type PasswordRules interface {
	// Refuse returns the catalogue's key of why the password is refused, or "". Words are what the account's
	// own words are: names, the service's. It does not fail: a list that can't be asked refuses nothing.
	Refuse(ctx context.Context, password []byte, words []string) (text string)
}

// ErrUnsealed is what [Seals] say while nothing may be sealed, since the key file is gone, or another's.
var ErrUnsealed = errors.New("core: nothing can be sealed now")

// Seals encrypt what is kept in a row, for that row alone.
type Seals interface {
	Seal(table, row string, plaintext []byte) ([]byte, error)
	Open(table, row string, sealed []byte) ([]byte, error)
}

// LookupSecrets makes recovery codes and reads typed ones.
type LookupSecrets interface {
	// New makes n codes of at least 80 bits, in the form that people see.
	New(n int) []string
	// Canonical brings a typed code to its one form; an error means that it cannot be one.
	Canonical(typed string) (string, error)
	// CanonicalBrought does the same for codes that another system made; the two forms are never the same.
	CanonicalBrought(typed string) (string, error)
}

// Secrets keeps sealed secrets. A secret is immutable; it is opened only for the account and purpose
// that it was put under.
type Secrets interface {
	Put(ctx context.Context, account, purpose string, secret []byte) (id string, err error)
	Get(ctx context.Context, account, purpose, id string) ([]byte, error)
	Delete(ctx context.Context, account, id string) error
}

// Keys makes keyed hashes, so that a database alone is not enough to guess what was hashed.
type Keys interface {
	// ActiveID is the key for new hashes.
	ActiveID() string
	// MAC hashes data under a key; purposes and parts cannot run into each other.
	MAC(keyID, purpose string, data ...[]byte) ([]byte, error)
}

// Name is a typed login in canonical form.
type Name struct {
	Key     string // the key of look-ups and counters; bounded, never empty
	IsEmail bool
	Typed   string // what it was made of, for a [Directory]
}

// Names brings names to their one form. Each of the checks returns an [Error] for names that cannot be
// registered.
type Names interface {
	Login(typed string) Name
	// Username also gives what the name looks like: equal for names that people confuse.
	Username(typed string) (shown, key, skeleton string, err error)
	Email(typed string) (shown, key string, err error)
}
