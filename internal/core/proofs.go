package core

import (
	"slices"
	"time"
)

// The four proofs. Each is a concrete struct around a record type of its own, so that none converts
// into another, and each panics when its zero value is used: a proof that was not made by the machine
// is a defect, not a state.

// Login is a login in progress. It exposes no account: nobody is inside yet.
type Login struct{ r *loginRecord }

// MustBind is a login that has proved all it can and has to bind a first authenticator. Only decide
// leads to one.
type MustBind struct{ r *mustBindRecord }

// Session is a complete sign-in.
type Session struct{ r *sessionRecord }

// Elevated is a session whose holder proved themself again just now.
type Elevated struct{ r *elevatedRecord }

type loginRecord struct {
	row   LoginRow
	name  Name   // what was typed, while no evidence fixed the account
	link  string // the token of a reset's link, likewise
	token string // set when this call made it
}

type mustBindRecord struct {
	login *loginRecord
}

type sessionRecord struct {
	row      SessionRow
	groups   []string
	token    string // set when this call made it
	returnTo string // likewise

	generation int64   // [State.KnownGeneration]
	language   string  // [State.Language]
	beside     *Beside // what was found with it; nil once anything was changed

	browser      string    // the trusted-browser cookie that this call made, or ""
	browserUntil time.Time // how long it is good
	due          time.Time // when a second factor will be needed; zero when it is, or never will be
	recovered    bool      // this call made it, of a recovery code
	used         string    // the authenticator that this call proved it with, or ""
}

// changed is the record to be, for a step that changes the session or its account.
func (s *sessionRecord) changed() sessionRecord {
	next := *s
	next.beside = nil
	return next
}

type elevatedRecord struct {
	session *sessionRecord
}

func (l Login) record() *loginRecord {
	if l.r == nil {
		panic("core: a Login that the machine did not make")
	}
	return l.r
}

func (b MustBind) record() *loginRecord {
	if b.r == nil {
		panic("core: a MustBind that the machine did not make")
	}
	return b.r.login
}

func (s Session) record() *sessionRecord {
	if s.r == nil {
		panic("core: a Session that the machine did not make")
	}
	return s.r
}

// Session is the session that was elevated.
func (e Elevated) Session() Session {
	if e.r == nil {
		panic("core: an Elevated that the machine did not make")
	}
	return Session{e.r.session}
}

// NewToken is the token that the client has to be given, when this call made one.
func (l Login) NewToken() (token string, made bool) {
	return l.record().token, l.record().token != ""
}

// ExpiresAt is when the login ends by itself.
func (l Login) ExpiresAt() time.Time { return l.record().row.ExpiresAt }

// ReturnTo is where the client wanted to go, as it was given to [Machine.Begin].
func (l Login) ReturnTo() string { return l.record().row.ReturnTo }

// Transport is how the login's token travels.
func (l Login) Transport() Transport { return l.record().row.Transport }

// Login is the login that b came from.
func (b MustBind) Login() Login { return Login{b.record()} }

// NewToken is the token that the client has to be given, when this call made one.
func (s Session) NewToken() (token string, made bool) {
	return s.record().token, s.record().token != ""
}

// ID names the session in lists; it is not its token.
func (s Session) ID() string { return s.record().row.ID }

// AccountID is the account that is signed in.
func (s Session) AccountID() string { return s.record().row.Account }

// Groups are the names of the groups that the account belongs to.
func (s Session) Groups() []string { return slices.Clone(s.record().groups) }

// Language is the account's, a tag of BCP 47; "" while none was chosen.
func (s Session) Language() string { return s.record().language }

// Level is what the session's evidence reaches at this moment.
func (s Session) Level() Level { return s.record().row.Level }

// AMR lists how the holder was authenticated, in values of RFC 8176.
func (s Session) AMR() []string { return slices.Clone(s.record().row.AMR) }

// Remembered says whether the holder asked to stay signed in.
func (s Session) Remembered() bool { return s.record().row.Remember }

// SignedInAt is when the session began.
func (s Session) SignedInAt() time.Time { return s.record().row.SignedInAt }

// ExpiresAt is when the session ends whatever happens.
func (s Session) ExpiresAt() time.Time { return s.record().row.ExpiresAt }

// ElevatedUntil is when the last reauthentication stops counting; zero when none counts now.
func (s Session) ElevatedUntil() time.Time { return s.record().row.ElevatedUntil }

// ProvedAt is when the holder last proved themself anew; zero when they never did. Signing in is not it.
func (s Session) ProvedAt() time.Time { return s.record().row.ProvedAt }

// SecondFactorDue is when the account will need a second factor; zero when it needs one already, has one, or
// never will.
func (s Session) SecondFactorDue() time.Time { return s.record().due }

// Recovered says whether this call made the session, of a recovery code: its holder may have lost their authenticator.
func (s Session) Recovered() bool { return s.record().recovered }

// Used is the authenticator whose answer made or lifted the session in this call; "" where none did.
func (s Session) Used() string { return s.record().used }

// NewBrowser is the trusted-browser cookie that the client has to be given, when this call made one, and how
// long it is good.
func (s Session) NewBrowser() (cookie string, until time.Time, made bool) {
	r := s.record()
	return r.browser, r.browserUntil, r.browser != ""
}

// Transport is how the session's token travels.
func (s Session) Transport() Transport { return s.record().row.Transport }

// ReturnTo is where the login wanted to go; "" on a session that was not made by this call.
func (s Session) ReturnTo() string { return s.record().returnTo }
