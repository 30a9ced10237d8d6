package core

import (
	"context"
	"time"
)

// Beginning is how a login starts.
type Beginning struct {
	Login    string // a username or an address, as typed
	Remember bool   // keep the session for SessionLifetimeAAL1
	ReturnTo string // kept with the login, not interpreted
	Link     string // the token of a link that was mailed after a reset, or ""
}

// Response answers one question of a login, an elevation or a binding.
type Response struct {
	Kind          Kind   // "" means: whatever second factor Value has the shape of
	Value         string // as typed
	Authenticator string // "" means: any of that kind
	TrustBrowser  bool   // the caller's browser need not answer again for a while
}

// Begin starts a login, for known and unknown accounts alike. Nothing is stored until a first factor
// was proved.
func (m *Machine) Begin(c Caller, in Beginning) Login {
	return Login{&loginRecord{
		name: m.cfg.Names.Login(in.Login), link: in.Link,
		row: LoginRow{Transport: c.Transport, Remember: in.Remember, ReturnTo: in.ReturnTo},
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
	if r.Kind == KindEmail && mailedFirst(rec.row.Evidence) {
		return Session{}, wrongState("mailed_login.same_mailbox")
	}
	p, err := m.proveSecond(ctx, rec.asked(c), r, now)
	if IsCode(err, CodeWrong) && r.Kind != KindPush { // a prompt that came to nothing was no guess
		return Session{}, m.failed(ctx, c, now, err)
	}
	if err != nil {
		return Session{}, err
	}
	p.trust = r.TrustBrowser
	return m.settleLogin(ctx, c, rec, p, now)
}

func (m *Machine) answerPassword(ctx context.Context, c Caller, rec *loginRecord, password string, now time.Time) (_ Session, err error) {
	account := ""
	defer func() { m.note(ctx, c, "login.password", account, err) }()
	first, err := m.firstFactor(ctx, c, rec, password, now)
	if err != nil {
		return Session{}, err
	}
	account = first.account.ID
	if err := m.rehash(ctx, &first.proof, first, password); err != nil {
		return Session{}, err
	}
	return m.settleLogin(ctx, c, rec, first.proof, now)
}

// firstFactor proves the password and begins with it.
func (m *Machine) firstFactor(ctx context.Context, c Caller, rec *loginRecord, password string, now time.Time) (passwordProof, error) {
	first, err := m.provePassword(ctx, c, rec.name, password, now)
	if err != nil {
		return passwordProof{}, err
	}
	return m.beginWith(ctx, c, rec, first, now)
}

// beginWith fixes the account of the login by the password that was proved, and adds what came along: the link of a
// reset, the cookie of a trusted browser.
func (m *Machine) beginWith(ctx context.Context, c Caller, rec *loginRecord, first passwordProof, now time.Time) (_ passwordProof, err error) {
	if first.state.PasswordExposed {
		return passwordProof{}, m.refuseExposed(ctx, c, first.account.ID, now)
	}
	rec.row.Account, rec.row.Epoch = first.account.ID, first.state.Epoch
	if shut, err := m.shutUntilConfirmed(ctx, first.account); shut || err != nil {
		return passwordProof{}, firstErr(err, m.confirmFirst(ctx, c, first, now))
	}
	if first.proof.first, err = m.linkEvidence(ctx, rec, now); err != nil {
		return passwordProof{}, err
	}
	first.proof.trusted, err = m.trustedBrowser(ctx, c, first.state, now)
	return first, err
}

// evidence is all that the first step proved.
func (first passwordProof) evidence() []Evidence {
	return append(append([]Evidence(nil), first.proof.first...), first.proof.evidence)
}

// linkEvidence is the evidence of the link that was brought along, when it is a living one of this account.
func (m *Machine) linkEvidence(ctx context.Context, rec *loginRecord, now time.Time) ([]Evidence, error) {
	if rec.link == "" {
		return nil, nil
	}
	t, err := m.findTicket(ctx, ticketBindAnew, "", Mailed{Token: rec.link}, now)
	if IsCode(err, CodeWrong) || (err == nil && t.Account != rec.row.Account) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Evidence{{Kind: kindResetLink, At: now}}, nil
}

// unconfirmed says whether nobody signs in to the account before its address was confirmed.
func (m *Machine) unconfirmed(a Account) bool {
	return m.cfg.EmailMustConfirm && !a.EmailConfirmed && (a.Email != "" || a.AddressLost)
}

// shutUntilConfirmed spares accounts that have an authenticator: they are from before the operator asked for confirmed
// addresses, and their first address is confirmed only by somebody who is signed in.
func (m *Machine) shutUntilConfirmed(ctx context.Context, a Account) (bool, error) {
	if !m.unconfirmed(a) {
		return false, nil
	}
	auths, err := m.store.Authenticators(ctx, a.ID)
	return len(auths) == 0, err
}

// confirmFirst sends the owner of a right password to their mailbox.
func (m *Machine) confirmFirst(ctx context.Context, c Caller, first passwordProof, now time.Time) error {
	err := m.settle(ctx, first.account.ID, now, func(tx Tx, _ State) error {
		return firstErr(tx.Clear(first.proof.clear), tx.Return(first.proof.giveBack))
	})
	if err != nil {
		return err
	}
	if err := m.greet(ctx, c, first.account, now); err != nil {
		return err
	}
	return &ConfirmNeeded{}
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
	if st == nil || st.Epoch != row.Epoch || st.Disabled {
		return Login{}, expired
	}
	return Login{&loginRecord{row: *row}}, nil
}

// Next says what a login has to do now: *[MoreNeeded], *[BindNeeded] or an [Error], never nil.
func (m *Machine) Next(ctx context.Context, c Caller, l Login) error {
	rec := l.record()
	d, st, err := m.decideNow(ctx, rec.row.Account, rec.row.Evidence, false)
	if err != nil {
		return err
	}
	policy := m.cfg.Rule.effective(st, m.clock.Now())
	switch d.next {
	case nextSecond:
		more, err := m.more(ctx, c, rec, policy, m.trustFor(st, m.clock.Now()))
		if err != nil {
			return err
		}
		return more
	case nextBind:
		return &BindNeeded{MustBind: MustBind{&mustBindRecord{rec}}, Kinds: m.kindsUnder(policy)}
	case nextRefuse:
		return deadEnd(rec.row.Evidence)
	}
	return &Error{Code: CodeLoginExpired} // the policy was loosened meanwhile: sign in anew
}

// MustBindFrom is the proof that l has to bind a first authenticator; CodeWrongState when it has not.
func (m *Machine) MustBindFrom(ctx context.Context, l Login) (MustBind, error) {
	err := m.Next(ctx, Caller{}, l)
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
func (m *Machine) decideNow(ctx context.Context, account string, evidence []Evidence, trusted bool) (decision, State, error) {
	st, err := m.store.State(ctx, account)
	if err != nil {
		return decision{}, State{}, err
	}
	if st == nil {
		return decision{}, State{}, &Error{Code: CodeLoginExpired}
	}
	auths, err := m.store.Authenticators(ctx, account)
	if err != nil {
		return decision{}, State{}, err
	}
	return decide(m.cfg.Rule.effective(*st, m.clock.Now()), boundOf(auths, *st), evidence, trusted), *st, nil
}
