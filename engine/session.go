package engine

import (
	"context"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// Session is who is signed in.
type Session struct{ r *sessionRecord }

type sessionRecord struct {
	visit
	found core.Session
	token string
}

func (s Session) record() *sessionRecord {
	if s.r == nil {
		panic("engine: a Session that no Engine made")
	}
	return s.r
}

// now is the session as the store has it at this moment: what was ended anywhere is ended here.
func (r *sessionRecord) now(ctx context.Context) (core.Session, error) {
	s, err := r.machine.SessionFrom(ctx, r.caller.Transport, r.token)
	return s, r.outward(err, "")
}

// Token is what the client carries from now on. It is a secret, and all that it takes to be signed in.
func (s Session) Token() string { return s.record().token }

// KnownToken is for the client to keep for good, beside its session's and after that has ended: whoever comes with it
// ([Client.Known]) is not delayed by strangers who guess. It proves nothing. Hand it out after each sign-in.
func (s Session) KnownToken() string {
	r := s.record()
	return r.machine.KnownCookie(r.caller, r.found)
}

// BrowserToken is what a trusted browser keeps until the time ([Client.Browser]): after a sign-in with TrustBrowser, or one that it
// made shorter, which changes it. Otherwise it is "".
func (s Session) BrowserToken() (token string, until time.Time) {
	token, until, _ = s.record().found.NewBrowser()
	return token, until
}

// ID names the session among its account's. It is no secret, and proves nothing.
func (s Session) ID() string { return s.record().found.ID() }

// AccountID names the account, for ever.
func (s Session) AccountID() string { return s.record().found.AccountID() }

// Groups are the names of the groups that the account belongs to, sorted.
func (s Session) Groups() []string { return slices.Sorted(slices.Values(s.record().found.Groups())) }

// AAL is the assurance level (NIST SP 800-63B-4, 2): 1, or 2 when two factors were proved.
func (s Session) AAL() int { return int(s.record().found.Level()) }

// AMR lists how the holder was authenticated, in the values of RFC 8176.
func (s Session) AMR() []string { return s.record().found.AMR() }

// SignedInAt is when the session began.
func (s Session) SignedInAt() time.Time { return s.record().found.SignedInAt() }

// ExpiresAt is when the session ends whatever happens.
func (s Session) ExpiresAt() time.Time { return s.record().found.ExpiresAt() }

// ProvedWithin says whether the holder proved within the last d that it is them. Signing in is not that.
func (s Session) ProvedWithin(d time.Duration) bool {
	r := s.record()
	return r.machine.ProvedWithin(r.found, d)
}

// Offer lists what [Session.Elevate] and [Session.ConfirmAction] take: the password only where nothing is bound.
func (s Session) Offer(ctx context.Context) ([]Offer, error) {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.machine.ElevationOffer(ctx, r.caller, found)
	return offers(all), r.outward(err, "")
}

// Ask is [Login.Ask] for somebody signed in who has to prove themself again: to be elevated with action "", or else to confirm
// that action. What answers for one does not answer for the other.
func (s Session) Ask(ctx context.Context, id, action string) (Asked, error) {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return Asked{}, err
	}
	sent, err := r.machine.ChallengeSession(ctx, r.caller, found, id, action)
	return askedFrom(sent), r.outward(err, "")
}

// Elevate proves again that it is the holder, for as long as [github.com/sallyport/sallyport.Config.Elevation], and lifts the session to AAL2
// where that was a second factor. The session has a new token then, that of [Elevated.Session]; s is nobody's any more.
func (s Session) Elevate(ctx context.Context, in Response) (Elevated, error) {
	r := s.record()
	answer, err := r.again(in)
	if err != nil {
		return Elevated{}, err
	}
	found, err := r.now(ctx)
	if err != nil {
		return Elevated{}, err
	}
	lifted, err := r.machine.Elevate(ctx, r.caller, found, answer)
	if err != nil {
		return Elevated{}, r.outward(core.Reword(err, core.CodeWrong, wrongly(in.Kind)), "")
	}
	return Elevated{&elevatedRecord{r.hold(lifted, "")}}, nil
}

// again is a response of somebody signed in. Only a sign-in trusts a browser: nobody may believe that this did.
func (v visit) again(in Response) (core.Response, error) {
	if in.TrustBrowser {
		return core.Response{}, v.outward(&core.Error{Code: core.CodeInvalid, Field: "trust_browser"}, "")
	}
	return v.response(in)
}

// Elevated is the proof that the holder was elevated and still is; [CodeElevationNeeded] when not.
func (s Session) Elevated(ctx context.Context) (Elevated, error) {
	s.record() // a zero value panics
	e := Elevated{&elevatedRecord{s}}
	if _, err := e.r.now(ctx); err != nil {
		return Elevated{}, err
	}
	return e, nil
}

// ConfirmAction proves again that it is the holder, for this action alone, and gives a token for [Session.Redeem] that lives for 5
// minutes. action says in words that its holder was shown what will be done, up to 1,024 bytes on one line, with everything that
// matters: "Send 250.00 EUR to Bob". It takes a code that was never used, and elevates nobody.
func (s Session) ConfirmAction(ctx context.Context, action string, in Response) (token string, err error) {
	r := s.record()
	answer, err := r.again(in)
	if err != nil {
		return "", err
	}
	found, err := r.now(ctx)
	if err != nil {
		return "", err
	}
	c, err := r.machine.ConfirmAction(ctx, r.caller, found, action, answer)
	return c.Token, r.outward(core.Reword(err, core.CodeWrong, wrongly(in.Kind)), "")
}

// Redeem uses a confirmation up: once, for the very words that were confirmed, in this session. Every other is [CodeNotFound]. Do the action
// only when it returns nil, with the words from where nobody changed them meanwhile.
func (s Session) Redeem(ctx context.Context, action, token string) error {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return err
	}
	return r.outward(r.machine.RedeemAction(ctx, r.caller, found, action, token), "")
}

// SignOut ends the session.
func (s Session) SignOut(ctx context.Context) error {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return err
	}
	return r.outward(r.machine.SignOut(ctx, r.caller, found), "")
}
