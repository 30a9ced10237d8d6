package engine

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
)

// Elevated is a session whose holder proved just now that it is them. What sets up or removes an authenticator takes one: it
// ends every other session of the account, and this one goes on.
type Elevated struct{ r *elevatedRecord }

type elevatedRecord struct{ session Session }

func (e Elevated) record() *elevatedRecord {
	if e.r == nil {
		panic("engine: an Elevated that no Engine made")
	}
	return e.r
}

// now is the proof at this moment: kept for long, it is none any more.
func (r *elevatedRecord) now(ctx context.Context) (core.Elevated, error) {
	s := r.session.record()
	found, err := s.now(ctx)
	if err != nil {
		return core.Elevated{}, err
	}
	e, err := s.machine.ElevatedFrom(found)
	return e, s.outward(err, "")
}

// Session is the session that is elevated; it has the token.
func (e Elevated) Session() Session { return e.record().session }

// Bind begins to set up a further authenticator, or a first one where none is required. Nothing is bound before
// [Elevated.Confirm].
func (e Elevated) Bind(ctx context.Context, in NewAuthenticator) (Binding, error) {
	r := e.record()
	v := r.session.record().visit
	wanted, err := v.wanted(in)
	if err != nil {
		return Binding{}, err
	}
	proof, err := r.now(ctx)
	if err != nil {
		return Binding{}, err
	}
	made, err := v.machine.Bind(ctx, v.caller, proof, wanted)
	return bindingFrom(made), v.outward(err, "")
}

// Resend sends the code of a set-up again.
func (e Elevated) Resend(ctx context.Context, id string) (Asked, error) {
	r := e.record()
	v := r.session.record().visit
	proof, err := r.now(ctx)
	if err != nil {
		return Asked{}, err
	}
	sent, err := v.machine.Resend(ctx, v.caller, proof, id)
	return askedFrom(sent), v.outward(err, "")
}

// Confirm binds the authenticator with a code of it, typed back, or what a passkey answered. The error may be [*BindAgain].
func (e Elevated) Confirm(ctx context.Context, id, response string) (Bound, error) {
	r := e.record()
	v := r.session.record().visit
	if err := v.typed("response", response); err != nil {
		return Bound{}, err
	}
	proof, err := r.now(ctx)
	if err != nil {
		return Bound{}, err
	}
	bound, err := v.machine.Confirm(ctx, v.caller, proof, id, response)
	return boundFrom(bound), v.outward(err, "")
}

// Remove removes an authenticator, and with the last one the recovery codes. [CodeWrongState] where one has to stay,
// [CodeNotFound] for those of others.
func (e Elevated) Remove(ctx context.Context, id string) error {
	r := e.record()
	v := r.session.record().visit
	proof, err := r.now(ctx)
	if err != nil {
		return err
	}
	return v.outward(v.machine.Unbind(ctx, v.caller, proof, id), "")
}

// NewRecoveryCodes makes a new set, shown now and never again; the old one is dead. [CodeWrongState] where nothing is bound.
func (e Elevated) NewRecoveryCodes(ctx context.Context) ([]string, error) {
	r := e.record()
	v := r.session.record().visit
	proof, err := r.now(ctx)
	if err != nil {
		return nil, err
	}
	codes, err := v.machine.NewRecoveryCodes(ctx, v.caller, proof, "")
	return codes, v.outward(err, "")
}
