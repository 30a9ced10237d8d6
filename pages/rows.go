package pages

import "time"

// AuthenticatorRow is an authenticator of the account.
type AuthenticatorRow struct {
	ID         string
	Kind       string // "totp", "hotp", "webauthn", "sms", "email" or "push"
	Label      string // its owner's name for it; "" for none
	Hint       string // with sms and email: where codes go, as much of it as its owner needs
	CreatedAt  time.Time
	LastUsedAt time.Time     // zero for never
	Usable     bool          // false once it was disabled after too many wrong codes, if its kind is not allowed any more, or if it is unreadable
	Unreadable bool          // it can't be checked now, perhaps since the service lost the key to it
	Synced     bool          // a passkey that its owner's other devices have, too
	Favourite  bool          // asked for first
	Drift      time.Duration // its clock minus the service's, where it is known to be off
}

// Offer is a second factor that may be answered.
type Offer struct {
	ID    string // of the authenticator
	Kind  string // as in [AuthenticatorRow]
	Label string // its owner's name for it; "" for none
	Hint  string // as in [AuthenticatorRow]
}

// EventRow is one event in words.
type EventRow struct {
	Says    string
	From    string // "Firefox on Linux, 192.0.2.7"; "" for what the service did itself
	At      time.Time
	Refused bool // it was tried, and failed
}

// SessionRow is a session of the account.
type SessionRow struct {
	ID         string
	Browser    string // "Firefox on Linux", as it says of itself
	Address    string // the IP address that it was begun from; "" where that is not known
	SignedInAt time.Time
	LastSeenAt time.Time
	Current    bool // the page is shown in it
}

// BrowserRow is a browser that the account trusts.
type BrowserRow struct {
	ID         string
	Browser    string // "Firefox on Linux", as it says of itself
	Address    string // the IP address that it was trusted from; "" where that is not known
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	Current    bool // the page is shown in it
}

// Address is the account's email address.
type Address struct {
	Email     string // "" for none
	Confirmed bool   // its mailbox was proved
	Lost      bool   // there was one, which somebody else proved to be theirs
}

// WaitingAddress is an address that the account is to change to, once that is confirmed.
type WaitingAddress struct {
	Email     string // "" for none
	AskedAt   time.Time
	ExpiresAt time.Time
}

// RecoveryCodes is what is known of the account's recovery codes.
type RecoveryCodes struct {
	Set       string // names the set; "" where there is none
	Remaining int
	CreatedAt time.Time
}

// WaysBack is how somebody without their authenticators may get in again.
type WaysBack struct {
	Reset   time.Duration // how long a reset waits; 0: there are none
	Rescue  bool          // a mailed code
	Support bool          // a request for help
	Due     time.Time     // when the reset that was asked for is carried out; zero for none
}
