package core

import (
	"context"
	"errors"
	"time"
)

// Beginning is how a login starts.
type Beginning struct {
	Login    string // a username or an address, as typed
	Remember bool   // keep the session for SessionLifetimeAAL1
	ReturnTo string // kept with the login, not interpreted
}

// Response answers one question of a login, an elevation or a binding.
type Response struct {
	Kind          Kind   // "" means: whatever second factor Value has the shape of
	Value         string // as typed
	Authenticator string // "" means: any of that kind
}

// Begin starts a login, for known and unknown accounts alike. Nothing is stored until a first factor
// was proved.
func (m *Machine) Begin(c Caller, in Beginning) Login {
	return Login{&loginRecord{
		name: m.cfg.Names.Login(in.Login),
		row:  LoginRow{Transport: c.Transport, Remember: in.Remember, ReturnTo: in.ReturnTo},
	}}
}

// Answer answers the next question of a login: its password, or one of the offer. It returns a
// [Session], or *[MoreNeeded] or *[BindNeeded] when the response held but is not enough, or an [Error].
func (m *Machine) Answer(ctx context.Context, c Caller, l Login, r Response) (_ Session, err error) {
	rec, now := l.record(), m.clock.Now()
	if len(rec.row.Evidence) == 0 {
		if r.Kind != KindPassword {
			return Session{}, wrongState("login.password_first")
		}
		return m.answerPassword(ctx, c, rec, r.Value, now)
	}
	defer func() { m.note(ctx, c, "login.second_factor", rec.row.Account, err) }()
	if r.Kind == KindPassword {
		return Session{}, wrongState("login.second_next")
	}
	p, err := m.proveSecond(ctx, rec.row.Account, r, now)
	if IsCode(err, CodeWrong) {
		return Session{}, m.failed(ctx, c, now, err)
	}
	if err != nil {
		return Session{}, err
	}
	return m.settleLogin(ctx, c, rec, p, now)
}

// SignIn is the combined form: password and second factor at once. The code is compared only after a
// right password, and whatever was wrong or missing there is one answer. A password that alone is
// enough signs in; a binding that is needed is *[BindNeeded].
func (m *Machine) SignIn(ctx context.Context, c Caller, in Beginning, password string, second Response) (_ Session, err error) {
	rec, now := m.Begin(c, in).record(), m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "login.combined", account, err) }()
	first, err := m.provePassword(ctx, c, rec.name, password, now)
	if err != nil {
		return Session{}, err
	}
	account = first.account
	rec.adopt(first)
	d, err := m.decideNow(ctx, account, []Evidence{first.proof.evidence})
	if err != nil {
		return Session{}, err
	}
	if d.next != nextSecond {
		if err := m.rehash(ctx, &first.proof, first, password); err != nil {
			return Session{}, err
		}
		return m.settleLogin(ctx, c, rec, first.proof, now)
	}
	// The password's own failure count is cleared only with the whole: else its delays would tell
	// whether the password was right.
	p, err := m.proveSecond(ctx, account, second, now)
	if err != nil {
		return Session{}, m.combinedFailure(ctx, c, now, err)
	}
	if err := m.rehash(ctx, &p, first, password); err != nil {
		return Session{}, err
	}
	p.first = &first.proof.evidence
	p.clear = append(p.clear, first.proof.clear...)
	s, err := m.settleLogin(ctx, c, rec, p, now)
	if err != nil {
		return Session{}, m.combinedFailure(ctx, c, now, err)
	}
	return s, nil
}

// combinedFailure makes one answer of everything that the second factor could say, and counts it as a wrong
// password is counted. Only the log knows more.
func (m *Machine) combinedFailure(ctx context.Context, c Caller, now time.Time, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	return m.failed(ctx, c, now, wrong("combined: "+string(e.Code)))
}

func (m *Machine) answerPassword(ctx context.Context, c Caller, rec *loginRecord, password string, now time.Time) (_ Session, err error) {
	account := ""
	defer func() { m.note(ctx, c, "login.password", account, err) }()
	first, err := m.provePassword(ctx, c, rec.name, password, now)
	if err != nil {
		return Session{}, err
	}
	account = first.account
	rec.adopt(first)
	if err := m.rehash(ctx, &first.proof, first, password); err != nil {
		return Session{}, err
	}
	return m.settleLogin(ctx, c, rec, first.proof, now)
}

// adopt fixes the account of a login by its first evidence.
func (rec *loginRecord) adopt(first passwordProof) {
	rec.row.Account, rec.row.Epoch = first.account, first.epoch
}

// LoginFrom finds the login in progress that a token names. The error is CodeLoginExpired for every
// token that is not, or no longer, one.
func (m *Machine) LoginFrom(ctx context.Context, t Transport, token string) (Login, error) {
	expired := &Error{Code: CodeLoginExpired}
	if token == "" || len(token) > maxToken {
		return Login{}, expired
	}
	row, err := m.store.LoginByToken(ctx, hashToken(purposeLogin, t, token))
	if err != nil {
		return Login{}, err
	}
	if now := m.clock.Now(); row == nil || !now.Before(row.ExpiresAt) || fromTheFuture(row.CreatedAt, now) {
		return Login{}, expired
	}
	st, err := m.store.State(ctx, row.Account)
	if err != nil {
		return Login{}, err
	}
	if st == nil || st.Epoch != row.Epoch {
		return Login{}, expired
	}
	return Login{&loginRecord{row: *row}}, nil
}

// Next says what a login has to do now: *[MoreNeeded], *[BindNeeded] or an [Error], never nil.
func (m *Machine) Next(ctx context.Context, l Login) error {
	rec := l.record()
	d, err := m.decideNow(ctx, rec.row.Account, rec.row.Evidence)
	if err != nil {
		return err
	}
	switch d.next {
	case nextSecond:
		offer, err := m.offer(ctx, rec.row.Account)
		if err != nil {
			return err
		}
		return &MoreNeeded{Login: l, Offer: offer}
	case nextBind:
		return &BindNeeded{MustBind: MustBind{&mustBindRecord{rec}}, Kinds: m.Kinds()}
	case nextRefuse:
		return wrongState("login.reset_needed")
	}
	return &Error{Code: CodeLoginExpired} // the policy was loosened meanwhile: sign in anew
}

// MustBindFrom is the proof that l has to bind a first authenticator; CodeWrongState when it has not.
func (m *Machine) MustBindFrom(ctx context.Context, l Login) (MustBind, error) {
	err := m.Next(ctx, l)
	switch next := err.(type) {
	case *BindNeeded:
		return next.MustBind, nil
	case *MoreNeeded:
		return MustBind{}, wrongState("login.second_next")
	}
	return MustBind{}, err
}

// Cancel ends a login in progress.
func (m *Machine) Cancel(ctx context.Context, l Login) error {
	return m.store.DeleteLogin(ctx, l.record().row.ID)
}

// decideNow asks decide about a login outside a transaction: for showing the next step, never for
// granting.
func (m *Machine) decideNow(ctx context.Context, account string, evidence []Evidence) (decision, error) {
	st, err := m.store.State(ctx, account)
	if err != nil {
		return decision{}, err
	}
	if st == nil {
		return decision{}, &Error{Code: CodeLoginExpired}
	}
	auths, err := m.store.Authenticators(ctx, account)
	if err != nil {
		return decision{}, err
	}
	return decide(effective(m.cfg.Policy, *st), boundOf(auths, st.FirstOpen), evidence, false), nil
}
