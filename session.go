package sallyport

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// Session is who is signed in, as a guard of a [Gate] found it with the present request. Only a Gate makes one: the zero value
// is nobody, and every method of it panics. It doesn't change; what ends meanwhile is refused with the next request. It is
// safe for concurrent use.
type Session struct{ found *web.Admitted }

// SessionFrom returns the session of a request that came through a guard of a [Gate], such as [Gate.Require]: the
// innermost, where there are several. Without one it panics, since then nobody was asked who they are: that is a mistake of
// the program. Use [Gate.Session] where a handler serves people who are not signed in, too.
func SessionFrom(ctx context.Context) Session {
	found, ok := web.AdmittedFrom(ctx)
	if !ok {
		panic("sallyport: SessionFrom in a handler that no guard stands before: wrap it in Gate.Require or one of its like")
	}
	return Session{&found}
}

func (s Session) of() core.Session {
	if s.found == nil {
		panic("sallyport: a Session that no Gate made")
	}
	return s.found.Session
}

// ID names the session among its account's, in lists and events. It is no secret, and proves nothing.
func (s Session) ID() string { return s.of().ID() }

// AccountID names the account, for ever: use it as the key of what the application keeps about somebody. No account gets the
// id of another, not even of one that was deleted.
func (s Session) AccountID() string { return s.of().AccountID() }

// Name is what to call the account: its username, or else its email address. It may change, and another account may have it
// later.
func (s Session) Name() string {
	s.of()
	return s.found.Account.Shown()
}

// Username is "" for an account that has an email address alone.
func (s Session) Username() string {
	s.of()
	return s.found.Account.Username
}

// Email is the account's address, or "". Only where confirmed is true did somebody prove that its mailbox is theirs: never
// grant anything to an address that is not.
func (s Session) Email() (address string, confirmed bool) {
	s.of()
	return s.found.Account.Email, s.found.Account.EmailConfirmed
}

// Groups are the names of the groups that the account belongs to, sorted. Nobody but an administrator changes them.
func (s Session) Groups() []string { return slices.Sorted(slices.Values(s.of().Groups())) }

// InGroup says whether the account belongs to a group.
func (s Session) InGroup(name string) bool { return slices.Contains(s.of().Groups(), name) }

// AAL is the assurance level that the session has now (NIST SP 800-63B-4, 2): 1, or 2 when two factors were proved.
func (s Session) AAL() int { return int(s.of().Level()) }

// AMR lists how the holder was authenticated, in the values of RFC 8176: "pwd", "otp", "hwk", "mfa" and their like.
func (s Session) AMR() []string { return s.of().AMR() }

// SignedInAt is when the session began.
func (s Session) SignedInAt() time.Time { return s.of().SignedInAt() }

// ProvedAt is when the holder last confirmed that it is them; the zero Time when they never did. Signing in is not that.
func (s Session) ProvedAt() time.Time { return s.of().ProvedAt() }

// ExpiresAt is when the session ends whatever happens.
func (s Session) ExpiresAt() time.Time { return s.of().ExpiresAt() }

// Confirmed is what the holder confirmed for this very request, word for word, behind [Gate.RequireConfirmed]; else "".
func (s Session) Confirmed() string {
	s.of()
	return s.found.Action
}

// Session finds who sent a request, for a handler that also serves people who are not signed in. The error is an [*Error]
// with [CodeNotSignedIn] for nobody; with any other it is not known, and has to count as nobody.
func (g *Gate) Session(r *http.Request) (Session, error) {
	found, err := g.site.Admit(r)
	if err != nil {
		return Session{}, asError(err)
	}
	return Session{&found}, nil
}

// Require serves next for people who are signed in; [SessionFrom] has who it is. A browser that goes to a page is led to the
// sign-in page and comes back to where it was, or for a form to the page that it stands on; whatever else asks is answered
// with a problem document (RFC 9457) and status 401. A session comes in a cookie or as a bearer token, and is looked up with
// each request: one that was ended anywhere is refused here. Requests that another site's page caused are refused, except for
// those that only read, so that forms need no token against forgery; the handshake of a WebSocket is none of those. Answers are not to be cached unless next says otherwise.
func (g *Gate) Require(next http.Handler) http.Handler { return g.site.Guard(web.Need{}, next) }

// RequireAAL2 is Require for sessions at AAL2: those that proved two factors. Who signed in with a password, or in a trusted
// browser, is asked for a second factor, or shown where one is set up; programs get status 403 and the code aal2_needed.
func (g *Gate) RequireAAL2(next http.Handler) http.Handler {
	return g.site.Guard(web.Need{AAL2: true}, next)
}

// RequireRecent is Require for people who confirmed within the given time that it is them: with a second factor, or with the
// password where none is set up. Signing in is not that. Others are asked to; programs get status 403 and the code elevation_needed. It
// panics when within is less than a second.
//
//	mux.Handle("/settings", gate.RequireRecent(5*time.Minute)(settings))
func (g *Gate) RequireRecent(within time.Duration) func(http.Handler) http.Handler {
	if within < time.Second {
		panic("sallyport: RequireRecent within less than a second")
	}
	return func(next http.Handler) http.Handler { return g.site.Guard(web.Need{Within: within}, next) }
}

// RequireConfirmed is Require for requests whose very action the holder confirmed, with a code that was never used before.
// action, in whose request [SessionFrom] has who it is, says in words that a person reads and understands what the request does, up to 1,024 bytes on one line: "Send 250.00
// EUR to Bob". What is confirmed for one action is good for no other, in no other session, once, and for 5 minutes. So
// action has to say everything that matters, and to come from where nobody changes it meanwhile: [Session.Confirmed] has
// the words, and [SessionFrom] tells action whose they are. An error of action that is [database/sql.ErrNoRows] or [io/fs.ErrNotExist]
// is answered with 404, any other with 500.
//
// A browser is asked to confirm and led back, with a GET, to the address that it came to, also when that was a POST: mount next for
// both. Programs get status 403 and the code confirmation_needed, with the words as action, confirm them with POST /session/confirmations of the
// JSON API, and ask again with the confirmation in the header Sallyport-Confirmation. Wrap it in [Gate.RequireAAL2] if a password is not to be enough.
func (g *Gate) RequireConfirmed(action func(*http.Request) (string, error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return g.site.Guard(web.Need{Action: action}, next) }
}
