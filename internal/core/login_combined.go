package core

import (
	"context"
	"errors"
	"time"
)

// SignIn is the combined form: password and second factor at once. The code is compared only after a
// right password, and whatever was wrong or missing there is one answer. A password that alone is
// enough signs in; a binding that is needed is *[BindNeeded].
func (m *Machine) SignIn(ctx context.Context, c Caller, in Beginning, password string, second Response) (_ Session, err error) {
	rec, now := m.Begin(c, in).record(), m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "login.combined", account, err) }()
	first, err := m.firstFactor(ctx, c, rec, password, now)
	if IsCode(err, CodeWrong) {
		return Session{}, firstErr(m.asIfSecond(ctx, rec.name, second, now), err)
	}
	if err != nil {
		return Session{}, err
	}
	account = first.account.ID
	d, _, err := m.decideNow(ctx, account, first.evidence(), first.proof.trusted != nil)
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
	p, err := m.proveSecond(ctx, asked{account: account, caller: c}, second, now)
	if err != nil {
		return Session{}, m.combinedFailure(ctx, c, now, err)
	}
	if err := m.rehash(ctx, &p, first, password); err != nil {
		return Session{}, err
	}
	p.first, p.trust = first.evidence(), second.TrustBrowser
	p.clear = append(p.clear, first.proof.clear...)
	p.giveBack = append(p.giveBack, first.proof.giveBack...)
	s, err := m.settleLogin(ctx, c, rec, p, now)
	if err != nil {
		return Session{}, m.combinedFailure(ctx, c, now, err)
	}
	return s, nil
}

// asIfSecond reads and counts, after a wrong password, what a second factor is compared with after a right one, of nobody's: else the
// time of the combined form's one answer would tell which it was.
func (m *Machine) asIfSecond(ctx context.Context, name Name, r Response, now time.Time) error {
	const nobody = ""
	if _, _, err := m.decideNow(ctx, nobody, nil, false); err != nil && !IsCode(err, CodeLoginExpired) {
		return err
	}
	_, unread := m.store.Authenticators(ctx, nobody) // of decideNow, which found no state
	_, err := m.store.State(ctx, nobody)
	if err := firstErr(unread, err); err != nil {
		return err
	}
	code, isLookup, err := m.lookupOfNobody(ctx, r)
	if err != nil {
		return err
	}
	if _, shapeless := m.canonical(r); shapeless != nil && !isLookup {
		return nil // a second factor would not be asked for, either
	}
	if isLookup {
		_, err = m.store.RecoverySet(ctx, nobody)
	} else {
		_, err = m.store.Authenticators(ctx, nobody)
	}
	if err != nil {
		return err
	}
	return m.countAsIfSecond(ctx, name, code, now)
}

// lookupOfNobody reads a recovery code as proveSecond does.
func (m *Machine) lookupOfNobody(ctx context.Context, r Response) (code string, isLookup bool, err error) {
	code, shapeless := m.cfg.Lookup.Canonical(r.Value)
	if shapeless == nil && (r.Kind == "" || r.Kind == KindRecoveryCode) {
		return code, true, nil
	}
	code, err = m.broughtCode(ctx, asked{}, r)
	return code, code != "", err
}

// countAsIfSecond counts for the name, and looks for a recovery code, or a secret.
func (m *Machine) countAsIfSecond(ctx context.Context, name Name, lookup string, now time.Time) error {
	hash, err := m.keyed("name", "second "+name.Key)
	if err != nil {
		return err
	}
	rs, err := m.store.Reserve(ctx, []Counter{nameCounter(hash)}, now)
	if err != nil || len(rs) != 1 || !rs[0].Granted {
		return err
	}
	if lookup == "" {
		_, _ = m.cfg.Secrets.Get(ctx, "", string(KindTOTP), hash) // there is none
		return nil
	}
	_, err = m.store.LookupKeys(ctx, "")
	mac, failed := m.hashLookupSecret(m.cfg.Keys.ActiveID(), "", lookup)
	if err := firstErr(err, failed); err != nil {
		return err
	}
	_, err = m.store.LookupSecret(ctx, "", mac)
	return err
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
