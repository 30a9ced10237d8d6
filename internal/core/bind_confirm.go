package core

import (
	"context"
	"slices"
	"time"
)

// confirmation is a pending binding whose code was typed back rightly.
type confirmation struct {
	row     BindingRow
	step    Step
	counter Counter
	passkey *Passkey // with webauthn: what the browser made
	secret  string   // likewise, and with push: the id under which its state is kept

	subscription string // with push: the id of the secret that says where messages reach it, or ""
}

// ConfirmFirst binds an account's first authenticator when response is a code of it, and concludes the
// login. A label that is not "" takes the place of the one that the binding was begun with. The recovery codes are shown
// once.
func (m *Machine) ConfirmFirst(ctx context.Context, c Caller, b MustBind, id, response, label string) (_ Session, _ Bound, err error) {
	rec, now := b.record(), m.clock.Now()
	defer func() { m.note(ctx, c, "authenticator.bound", rec.row.Account, err) }()
	if err := checkLabel(label); err != nil {
		return Session{}, Bound{}, err
	}
	conf, err := m.confirmCode(ctx, b.owner(), id, response, now)
	if err != nil {
		return Session{}, Bound{}, err
	}
	if label != "" {
		conf.row.Label = label
	}
	var out outcome
	var bound Bound
	err = m.settle(ctx, rec.row.Account, now, func(tx Tx, st State) error {
		if err := takeLogin(tx, rec.row, st); err != nil {
			return err
		}
		if err := m.stillMustBind(tx, st, rec.row); err != nil {
			return err
		}
		if bound, err = m.bindIn(tx, c, &st, conf, now); err != nil {
			return err
		}
		next := rec.row
		next.Epoch = st.Epoch
		next.Evidence = append(append([]Evidence(nil), rec.row.Evidence...),
			Evidence{Kind: conf.row.Kind, Authenticator: bound.Authenticator.ID, At: now})
		out, err = m.conclude(tx, c, st, settling{row: next, isNew: true}, now)
		return err
	})
	s, err := m.concluded(ctx, c, rec.row.Account, out, proof{}, now, err)
	if err != nil {
		return Session{}, Bound{}, err
	}
	m.forgetChallenge(ctx, conf)
	return s, bound, nil
}

// stillMustBind asks decide again in the binding's own transaction: another request may have bound
// something since.
func (m *Machine) stillMustBind(tx Tx, st State, row LoginRow) error {
	b, err := boundIn(tx, st)
	if err != nil {
		return err
	}
	if decide(m.cfg.Rule.effective(st, m.clock.Now()), b, row.Evidence, false).next != nextBind {
		return wrongState("login.second_next")
	}
	return nil
}

// Confirm binds a further authenticator when response is a code of it. The session that did it goes on,
// with its elevation; every other ends.
func (m *Machine) Confirm(ctx context.Context, c Caller, e Elevated, id, response string) (_ Bound, err error) {
	rec, now := e.Session().record(), m.clock.Now()
	defer func() { m.note(ctx, c, "authenticator.bound", rec.row.Account, err) }()
	conf, err := m.confirmCode(ctx, e.owner(), id, response, now)
	if err != nil {
		return Bound{}, err
	}
	var bound Bound
	err = m.settle(ctx, rec.row.Account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, rec.row); err != nil {
			return err
		}
		if bound, err = m.bindIn(tx, c, &st, conf, now); err != nil {
			return err
		}
		return carryOn(tx, rec, st.Epoch)
	})
	if err != nil {
		return Bound{}, err
	}
	m.forgetChallenge(ctx, conf)
	return bound, nil
}

// carryOn takes the session that made a change over into the new epoch.
func carryOn(tx Tx, rec *sessionRecord, epoch int64) error {
	row := rec.row
	row.Epoch = epoch
	return updateSession(tx, rec, row)
}

// confirmCode reserves and compares the code of a pending binding.
func (m *Machine) confirmCode(ctx context.Context, o owner, id, response string, now time.Time) (confirmation, error) {
	row, err := m.store.Binding(ctx, o.account, o.id, id)
	if err != nil {
		return confirmation{}, err
	}
	if !m.live(row, o) {
		return confirmation{}, &Error{Code: CodeNotFound, Text: "binding.gone"}
	}
	switch row.Kind {
	case KindWebAuthn:
		return m.confirmPasskey(ctx, *row, response, now)
	case KindPush:
		return m.confirmBrowser(ctx, *row, response, now)
	}
	value, err := m.readerOf(row.Kind)(response)
	if err != nil {
		if row.Kind == KindTOTP {
			return confirmation{}, shapeless(m.digits())
		}
		return confirmation{}, invalid("response", row.Kind.oddCode())
	}
	counter := bindingCounter(o.account, row.ID)
	reserved, err := m.reserveOne(ctx, counter, now)
	if err != nil {
		return confirmation{}, err
	}
	f, err := m.compareBinding(ctx, *row, value, now)
	if err != nil {
		return confirmation{}, err
	}
	if f.Verdict == Right {
		return confirmation{row: *row, step: f.usedStep(), counter: counter}, nil
	}
	return confirmation{}, m.notConfirmed(ctx, *row, value, f, reserved, now)
}

// readerOf brings what was typed into the one form of a kind.
func (m *Machine) readerOf(kind Kind) func(string) (string, error) {
	if messenger, sends := m.messengers[kind]; sends {
		return messenger.Canonical
	}
	return m.binders[kind].Canonical
}

// compareBinding compares with the secret of a pending binding, or with what was sent for it.
func (m *Machine) compareBinding(ctx context.Context, row BindingRow, value string, now time.Time) (Finding, error) {
	if _, sends := m.messengers[row.Kind]; sends {
		rows, err := m.sentTo(ctx, asked{account: row.Account, owner: row.ID, epoch: row.Epoch}, row.ID)
		if err != nil {
			return Finding{}, err
		}
		f, _ := m.findSent(ctx, rows, value, now) // the binding itself is taken once
		return f, nil
	}
	return m.compareSetUp(ctx, row, value, now)
}

// compareSetUp compares with the secret of a pending binding.
func (m *Machine) compareSetUp(ctx context.Context, row BindingRow, value string, now time.Time) (Finding, error) {
	state, err := m.cfg.Secrets.Get(ctx, row.Account, string(row.Kind), row.SecretID)
	if err != nil {
		return Finding{}, err
	}
	return m.binders[row.Kind].Verify(ctx, Question{
		State: state, Response: value, LastStep: row.LastStep, SetUp: true, Now: now,
	})
}

// bindIn makes a confirmed binding an authenticator. The code that confirmed it is used up.
func (m *Machine) bindIn(tx Tx, c Caller, st *State, conf confirmation, now time.Time) (Bound, error) {
	row := conf.row
	taken, err := tx.TakeBinding(row.Account, row.Owner, row.ID, row.SecretID)
	if err != nil {
		return Bound{}, err
	}
	if !taken {
		return Bound{}, &Error{Code: CodeNotFound, Text: "binding.gone"}
	}
	if !row.Kind.enoughFor(m.cfg.Rule.effective(*st, now)) { // the policy changed meanwhile, and it would lead nowhere
		return Bound{}, invalid("kind", "kind.not_enough")
	}
	before, err := tx.Authenticators(row.Account)
	if err != nil {
		return Bound{}, err
	}
	bound := Bound{Authenticator: Authenticator{
		ID: newID(), Account: row.Account, Kind: row.Kind, Label: row.Label,
		SecretID: row.SecretID, LastStep: conf.step.Number, Off: conf.step.OffTime, CreatedAt: now,
	}}
	if conf.secret != "" {
		conf.name(&bound.Authenticator)
	}
	codesHelp := KindRecoveryCode.enoughFor(m.cfg.Rule.effective(*st, now))
	if codesHelp && row.Kind.comesWithCodes() && !slices.ContainsFunc(before, comesWithCodes) {
		if bound.RecoveryCodes, err = m.issueLookupSecrets(tx, row.Account); err != nil {
			return Bound{}, err
		}
	}
	if st.Epoch, err = tx.BumpEpoch(row.Account); err != nil {
		return Bound{}, err
	}
	return bound, firstErr(
		tx.InsertAuthenticator(bound.Authenticator),
		conf.insertPasskey(tx, bound.Authenticator),
		conf.insertBrowser(tx, bound.Authenticator),
		tx.CloseFirstBinding(row.Account),
		tx.Clear([]Counter{conf.counter}),
		tx.InsertEvent(event("authenticator.bound", c, row.Account, bound.Authenticator.ID, now)),
		m.post(tx, aboutAuthenticator(MailBound, c, bound.Authenticator, now)))
}
