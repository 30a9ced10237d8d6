package pages

import "time"

// Account is the page "account".
type Account struct {
	Address        Address
	Authenticators []AuthenticatorRow
	Recovery       RecoveryCodes
	Recovering     bool // a recovery code led here, and no authenticator was set up since
	FewCodes       bool // new recovery codes are due
	AllowsPasskeys bool
	PasskeysOnly   bool   // no code is enough, so that none is offered
	Signals        string // for the browser's keeper of passkeys, as JSON (WebAuthn, signal methods); "" for an account that never had one

	Sessions int        // how many there are
	Browsers int        // that are trusted
	TrustFor string     // how long one may be, in words; "" where none is any more
	Events   []EventRow // the latest
	Language string     // the account's, or else that of the page

	Waiting WaitingAddress
	Reset   time.Time // when a reset that somebody asked for is carried out; zero for none
	Due     *Due      // when a second step will be needed; nil where none will
}

// CodeMailed says whether there is an address whose message has a code to type here.
func (a Account) CodeMailed() bool {
	return a.Waiting.Email != "" || a.Address.Email != "" && !a.Address.Confirmed
}

// Due is the page "due", which stands behind a sign-in until a second step is needed.
type Due struct {
	At       time.Time
	Days     int    // until then, rounded up
	ReturnTo string // the path that it leads to
}

// Activity is the page "activity".
type Activity struct {
	Events []EventRow
	Before int64 // the parameter "before" of the next page; 0 where there is none
}

// Authenticator is the pages "authenticator" and "remove".
type Authenticator struct {
	AuthenticatorRow
	Only  bool   // the account has no other
	Twin  bool   // another one is called the same
	Stays string // why it can't be removed, as a sentence; "" where it can
}

// Sessions is the page "sessions".
type Sessions struct {
	Sessions []SessionRow
	Others   bool // there are some besides this one
}

// Browsers is the page "browsers", of those that are trusted.
type Browsers struct {
	Browsers []BrowserRow
	TrustFor string // as in [Account]
}

// Email is the page "email", on which the address is changed.
type Email struct {
	Address Address
	Waiting WaitingAddress
	Typed   string // as typed
}

// Password is the page "password", on which it is changed.
type Password struct {
	Least int // characters of the new one
}

// Delete is the page "delete", which stands before the account is deleted.
type Delete struct {
	Email string // where the last message goes; "" where none goes
	Kept  string // how long the record of what happened stays, in words
}

// NotMe is the page "not_me", which messages lead to when it was somebody else.
type NotMe struct {
	Address  Address
	Apps     int // authenticators
	Sessions int
	Reset    time.Time // as in [Account]
	Waiting  WaitingAddress
}

// Others says whether there are sessions besides this one.
func (n NotMe) Others() bool { return n.Sessions > 1 }

// OfferPasskey is the page "offer_passkey", which some sign-ins lead past.
type OfferPasskey struct {
	Next     string // where Continue leads
	Asks     bool   // a proof comes first
	ReturnTo string // where who does not want to is led
}

// PasskeysOnly is the page "passkeys_only", on which an account is shut to everything else.
type PasskeysOnly struct {
	Only   bool // nothing else is enough now
	Chosen bool // because its owner wants it so
	Count  int  // passkeys that can be used
	Resets bool // who loses them all can ask for a reset
	Works  bool // one was used just now
}

// Replace is the page "replace", which leads from a recovery code to a new authenticator.
type Replace struct {
	Recovering bool               // as in [Account]
	Confirmed  bool               // the next page asks for nothing
	Remaining  int                // recovery codes
	Old        []AuthenticatorRow // set up before the session began: one of them may be lost
	Replaced   bool               // another was set up since
	ReturnTo   string
}
