package engine

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// Login is a sign-in in progress: something was proved, and it is not enough. It says nothing about the account, for nobody is
// inside yet.
type Login struct{ r *loginRecord }

type loginRecord struct {
	visit
	found core.Login
	token string
}

func (l Login) record() *loginRecord {
	if l.r == nil {
		panic("engine: a Login that no Engine made")
	}
	return l.r
}

// now is the login as the store has it at this moment.
func (r *loginRecord) now(ctx context.Context) (core.Login, error) {
	l, err := r.machine.LoginFrom(ctx, r.caller.Transport, r.token)
	return l, r.outward(err, "")
}

// Token is what the client carries until it is signed in. It is a secret, and opens nothing without a second factor.
func (l Login) Token() string { return l.record().token }

// ExpiresAt is when the sign-in ends by itself.
func (l Login) ExpiresAt() time.Time { return l.record().found.ExpiresAt() }

// Next says what has to be done now: [*MoreNeeded], [*BindNeeded] or another error, never nil.
func (l Login) Next(ctx context.Context) error {
	r := l.record()
	found, err := r.now(ctx)
	if err != nil {
		return err
	}
	return r.outward(r.machine.Next(ctx, r.caller, found), r.token)
}

// Answer signs in with one of what was offered. A code is good once: of many that bring it at the same moment, one gets a
// [Session]. Wrong ones count ([Error.RetryAfter], [Error.TriesLeft]), and a hundred in a row turn the authenticator off.
// For [KindPush] it says whether the other browser approved: [CodeWrongState] with a RetryAfter until it did.
func (l Login) Answer(ctx context.Context, in Response) (Session, error) {
	r := l.record()
	answer, err := r.response(in)
	if err != nil {
		return Session{}, err
	}
	found, err := r.now(ctx)
	if err != nil {
		return Session{}, err
	}
	s, err := r.machine.Answer(ctx, r.caller, found, answer)
	return r.session(s, core.Reword(err, core.CodeWrong, wrongly(in.Kind)))
}

// Ask sends the code of one of the offer, asks in the other browser, or makes the question for a passkey: with the ID of an
// [Offer], or with "webauthn" for whichever passkey is at hand. [CodeInvalid] for those that need nothing, [CodeThrottled] when it was
// asked just now. Where nothing else is bound, the sign-in has sent the code by itself.
func (l Login) Ask(ctx context.Context, id string) (Asked, error) {
	r := l.record()
	found, err := r.now(ctx)
	if err != nil {
		return Asked{}, err
	}
	sent, err := r.machine.Challenge(ctx, r.caller, found, id)
	return askedFrom(sent), r.outward(err, "")
}

// Cancel ends the sign-in. One that is over already is no error.
func (l Login) Cancel(ctx context.Context) error {
	r := l.record()
	return r.outward(r.machine.Cancel(ctx, r.found), "")
}

// Kind is a kind of response, and of what gives it. The values are those of the JSON API. Others may come.
type Kind string

// The kinds that exist.
const (
	KindPassword     Kind = "password" // confirms where nothing else is bound
	KindTOTP         Kind = "totp"     // a code app
	KindHOTP         Kind = "hotp"     // a hardware token
	KindRecoveryCode Kind = "recovery_code"
	KindEmail        Kind = "email"    // a code to a mailbox
	KindSMS          Kind = "sms"      // a code to a telephone
	KindWebAuthn     Kind = "webauthn" // a passkey or security key
	KindPush         Kind = "push"     // approval in a browser that was bound on the Gate's pages
)

// Response answers a question.
type Response struct {
	// Kind may be "": whatever second factor Value has the shape of.
	Kind Kind
	// Value is a code as typed, or for a passkey the JSON of a PublicKeyCredential. For KindPush it is "".
	Value string
	// Authenticator is the ID of an [Offer]; "" is whichever of its kind.
	Authenticator string
	// TrustBrowser has the client's browser not asked again for a while: in a sign-in, with [Cookie], where [MoreNeeded] says for
	// how long. Elsewhere it is [CodeInvalid].
	TrustBrowser bool
}

// response holds a response to what the machine may see.
func (v visit) response(in Response) (core.Response, error) {
	if err := v.typed("response", in.Value); err != nil {
		return core.Response{}, err
	}
	switch {
	case !in.TrustBrowser:
	case v.caller.Transport != core.TransportCookie:
		return core.Response{}, v.outward(&core.Error{Code: core.CodeInvalid, Field: "trust_browser", Text: "trust.cookies_only"}, "")
	case v.machine.TrustBrowserFor() == 0:
		return core.Response{}, v.outward(&core.Error{Code: core.CodeInvalid, Field: "trust_browser", Text: "trust.off"}, "")
	}
	return core.Response{Kind: core.Kind(in.Kind), Value: in.Value, Authenticator: in.Authenticator, TrustBrowser: in.TrustBrowser}, nil
}

// Offer is one way to answer.
type Offer struct {
	ID    string // for [Response] and Ask
	Kind  Kind
	Label string // its owner's name for it, or ""
	Hint  string // where codes go, as much as its owner needs to know it again; "" for kinds that nothing is sent to
}

func offers(in []core.Offer) []Offer {
	out := make([]Offer, 0, len(in))
	for _, o := range in {
		out = append(out, Offer{ID: o.ID, Kind: Kind(o.Kind), Label: o.Label, Hint: o.Hint})
	}
	return out
}

// Asked is what was asked, and of whom.
type Asked struct {
	Kind      Kind
	Hint      string // where a code went
	ExpiresAt time.Time
	AgainAt   time.Time       // when a code may be sent again; the zero Time for what is not sent
	Options   json.RawMessage // for a passkey: what navigator.credentials.get or a telephone's system takes, as JSON
	Number    string          // for KindPush: what its owner types into the other browser. Show it here alone
	Binder    string          // of [Engine.AskPasskey]: the answer has to come with it. A secret of the client
}

func askedFrom(s core.Sent) Asked {
	return Asked{Kind: Kind(s.Kind), Hint: s.Hint, ExpiresAt: s.ExpiresAt, AgainAt: s.AgainAt, Options: raw(s.Options), Number: s.Number}
}

// raw is JSON text, nil where there is none: an empty RawMessage can't be marshalled.
func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}
