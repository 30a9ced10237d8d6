package core

import (
	"context"
	"time"
)

// Passkeys runs the two ceremonies of WebAuthn. What makes a passkey never answers a sign-in, and the other way round. It
// remembers nothing and sees no account, session or store. Implementations are safe for concurrent use.
type Passkeys interface {
	// Creation makes the options for navigator.credentials.create, as JSON.
	Creation(in NewPasskey) (options string, err error)
	// Created checks what a browser made of these options. Any error means that nothing was proved.
	Created(in NewPasskey, response string) (Passkey, error)
	// Request makes the options for navigator.credentials.get, as JSON.
	Request(in PasskeyRequest) (options string, err error)
	// Claims reads what an assertion says of itself, before anything is checked. An error means that it is none.
	Claims(response string) (PasskeyClaims, error)
	// Asserted checks an assertion. Any error means that nothing was proved.
	Asserted(q PasskeyQuestion) (PasskeyFinding, error)
	// CredentialID reads the id that browsers know a passkey by from its state.
	CredentialID(state []byte) ([]byte, error)
	// Adopt makes the state of a passkey that another system had for the same host.
	Adopt(in BroughtPasskey) (Passkey, error)
	// Host is the host name that passkeys are made for: the RP ID of WebAuthn.
	Host() string
}

// NewPasskey is what a passkey is made for.
type NewPasskey struct {
	Challenge []byte
	Handle    []byte   // of the account; says nothing of the person (WebAuthn L3, 14.6.1)
	Account   string   // what its owner knows it by
	Present   [][]byte // the states of those that the account has: no authenticator makes a second
}

// Passkey is one that was made.
type Passkey struct {
	State      []byte // what assertions are checked with; kept sealed
	Credential []byte // the id that browsers know it by
	Name       string // of the program or key that made it; "" when unknown
	SignCount  int64
	BackedUp   bool // others of its owner's devices have it, too
}

// BroughtPasskey is a passkey as another system kept it.
type BroughtPasskey struct {
	Credential []byte // the id that browsers know it by
	PublicKey  []byte // COSE (RFC 9052, 7)
	Transports []string
	SignCount  int64
	BackedUp   bool
	Copyable   bool // it could be backed up
	First      bool // it was there to sign in alone
}

// PasskeyRequest is a question to a browser.
type PasskeyRequest struct {
	Challenge []byte
	Allowed   [][]byte // the states of those that may answer; none: whichever the browser finds
	Alone     bool     // nothing else will be asked for, so that the authenticator has to check its user
}

// PasskeyClaims is what an assertion says of itself.
type PasskeyClaims struct {
	Challenge, Credential, Handle []byte
}

// PasskeyQuestion is one assertion to check.
type PasskeyQuestion struct {
	State     []byte
	Challenge []byte
	Handle    []byte // of the account; what the assertion says of it has to agree
	Alone     bool   // as in [PasskeyRequest]; the handle has to be there then
	Response  string
}

// PasskeyFinding is what the signed part of an assertion says.
type PasskeyFinding struct {
	UserVerified bool
	BackedUp     bool
	SignCount    int64
}

// PasskeyStore remembers what changes about passkeys, and who has which.
type PasskeyStore interface {
	// UserHandle reads what passkeys know an account by. The first time that is fresh; nil when there is none and fresh is nil.
	UserHandle(ctx context.Context, account string, fresh []byte) ([]byte, error)
	// Passkeys lists those of an account.
	Passkeys(ctx context.Context, account string) ([]PasskeyRow, error)
	// PasskeyByCredential finds one by the hash of its credential id, whosever it is; nil when there is none.
	PasskeyByCredential(ctx context.Context, hash []byte) (*PasskeyRow, error)
}

// PasskeyTx is what may happen to passkeys inside a settling transaction.
type PasskeyTx interface {
	// SetUserHandle writes what passkeys know an account by that has none yet; false when it has.
	SetUserHandle(account string, handle []byte) (bool, error)
	// InsertPasskey adds one; false when somebody has that credential id.
	InsertPasskey(PasskeyRow) (bool, error)
	// UsePasskey notes a use, and what the authenticator said with it. False when its count did not grow, although it counts.
	UsePasskey(PasskeyRow) (bool, error)
	// TakeChallenge notes that a challenge was answered; false when it was before.
	TakeChallenge(hash []byte, expires time.Time) (bool, error)
	// SetPasskeysOnly notes whether nothing but passkeys is enough for the account.
	SetPasskeysOnly(account string, only bool) error
}

// PasskeyRow is a passkey without its key.
type PasskeyRow struct {
	Authenticator  string
	Account        string
	CredentialHash []byte
	SignCount      int64 // 0: this one does not count
	BackedUp       bool
}
