package engine

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// MustBind is a sign-in that has proved all it can, and has to set up a first authenticator before there is a [Session]. It
// comes from [*BindNeeded] alone.
type MustBind struct{ r *mustBindRecord }

type mustBindRecord struct {
	visit
	login Login
}

func (b MustBind) record() *mustBindRecord {
	if b.r == nil {
		panic("engine: a MustBind that no Engine made")
	}
	return b.r
}

// now is the proof as the store has it at this moment: another request may have bound something since.
func (r *mustBindRecord) now(ctx context.Context) (core.MustBind, error) {
	l, err := r.login.record().now(ctx)
	if err != nil {
		return core.MustBind{}, err
	}
	b, err := r.machine.MustBindFrom(ctx, l)
	return b, r.outward(err, "")
}

// Login is the sign-in that b came from; it has the token. [Login.Next] comes back here.
func (b MustBind) Login() Login { return b.record().login }

// Bind begins to set up the account's first authenticator. Nothing is bound before [MustBind.Confirm].
func (b MustBind) Bind(ctx context.Context, in NewAuthenticator) (Binding, error) {
	r := b.record()
	wanted, err := r.wanted(in)
	if err != nil {
		return Binding{}, err
	}
	proof, err := r.now(ctx)
	if err != nil {
		return Binding{}, err
	}
	made, err := r.machine.BindFirst(ctx, r.caller, proof, wanted)
	return bindingFrom(made), r.outward(err, "")
}

// Pending is what this sign-in began to set up last, the same each time; [CodeNotFound] when that is nothing, or is over.
func (b MustBind) Pending(ctx context.Context) (Binding, error) {
	r := b.record()
	proof, err := r.now(ctx)
	if err != nil {
		return Binding{}, err
	}
	made, err := r.machine.PendingFirst(ctx, proof)
	return bindingFrom(made), r.outward(err, "")
}

// Resend sends the code of a set-up again.
func (b MustBind) Resend(ctx context.Context, id string) (Asked, error) {
	r := b.record()
	proof, err := r.now(ctx)
	if err != nil {
		return Asked{}, err
	}
	sent, err := r.machine.ResendFirst(ctx, r.caller, proof, id)
	return askedFrom(sent), r.outward(err, "")
}

// Confirm binds the authenticator with a code of it, typed back, or what a passkey answered, and signs in. The error may be
// [*BindAgain]. The code is used up.
func (b MustBind) Confirm(ctx context.Context, id, response string) (Session, Bound, error) {
	r := b.record()
	if err := r.typed("response", response); err != nil {
		return Session{}, Bound{}, err
	}
	proof, err := r.now(ctx)
	if err != nil {
		return Session{}, Bound{}, err
	}
	s, bound, err := r.machine.ConfirmFirst(ctx, r.caller, proof, id, response, "")
	if err != nil {
		return Session{}, Bound{}, r.outward(err, "")
	}
	return r.hold(s, ""), boundFrom(bound), nil
}

// NewAuthenticator is what a person wants to set up.
type NewAuthenticator struct {
	Kind    Kind
	Label   string // their name for it, of 64 characters at most; may be ""
	Address string // with KindEmail: where codes go; "" is the account's own confirmed address
	Number  string // with KindSMS: the telephone
	URI     string // with KindHOTP: the otpauth URI that came with the token
}

var errPushElsewhere = errors.New("a browser that approves is bound on the page of the Gate where authenticators are set up")

// wanted holds what is asked for to what can be set up here: a browser that approves needs the pages it approves on.
func (v visit) wanted(in NewAuthenticator) (core.NewAuthenticator, error) {
	if in.Kind == KindPush {
		e := v.refusal(&core.Error{Code: core.CodeInvalid, Field: "kind"})
		e.cause = errPushElsewhere
		return core.NewAuthenticator{}, e
	}
	err := errors.Join(v.typed("label", in.Label), v.typed("address", in.Address), v.typed("number", in.Number), v.typed("uri", in.URI))
	if err != nil {
		return core.NewAuthenticator{}, v.outward(err, "")
	}
	return core.NewAuthenticator{Kind: core.Kind(in.Kind), Label: in.Label, Address: in.Address, Number: in.Number, URI: in.URI}, nil
}

func kindsHere(in []core.Kind) []Kind {
	out := make([]Kind, 0, len(in))
	for _, k := range in {
		if k != core.KindPush {
			out = append(out, Kind(k))
		}
	}
	return out
}

// Binding is an authenticator that is being set up. It holds the secret: it goes to the person who sets it up, and nowhere else.
type Binding struct {
	ID        string // for Confirm and Resend
	Kind      Kind
	Label     string
	URI       string          // for code apps: the otpauth URI. Package qr draws it
	Secret    string          // likewise: the key for who types it, in base32
	Options   json.RawMessage // for passkeys: what navigator.credentials.create or a telephone's system takes, as JSON
	To        string          // for kinds that codes are sent to: where the first one went
	AgainAt   time.Time       // likewise: when another may be sent
	ExpiresAt time.Time
}

func bindingFrom(b core.Binding) Binding {
	return Binding{
		ID: b.ID, Kind: Kind(b.Kind), Label: b.Label, URI: b.Enrolment.URI, Secret: b.Enrolment.Secret,
		Options: raw(b.Options), To: b.To, AgainAt: b.AgainAt, ExpiresAt: b.ExpiresAt,
	}
}

// Bound is what was set up.
type Bound struct {
	ID            string   // of the authenticator
	RecoveryCodes []string // with the account's first one: shown now and never again; nil otherwise
}

func boundFrom(b core.Bound) Bound {
	return Bound{ID: b.Authenticator.ID, RecoveryCodes: b.RecoveryCodes}
}
