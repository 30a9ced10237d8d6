package core

import (
	"context"
	"slices"
	"time"
)

// ElevatedFrom is the proof that the holder of s proved themself again just now; CodeElevationNeeded
// when they did not.
func (m *Machine) ElevatedFrom(s Session) (Elevated, error) {
	rec := s.record()
	if !m.clock.Now().Before(rec.row.ElevatedUntil) {
		return Elevated{}, &Error{Code: CodeElevationNeeded}
	}
	return Elevated{&elevatedRecord{rec}}, nil
}

// ElevationOffer lists what may elevate s, in the order of a login's offer: the password only where no second factor is bound.
func (m *Machine) ElevationOffer(ctx context.Context, c Caller, s Session) ([]Offer, error) {
	auths, err := m.store.Authenticators(ctx, s.AccountID())
	if err != nil {
		return nil, err
	}
	if len(auths) == 0 {
		return []Offer{{ID: string(KindPassword), Kind: KindPassword}}, nil
	}
	st, err := m.stateOf(ctx, s)
	if err != nil {
		return nil, err
	}
	offer, err := m.offer(ctx, s.AccountID(), m.cfg.Rule.effective(st, m.clock.Now()), c.Last)
	if s.record().isMailed() {
		offer = withoutMailbox(offer)
	}
	return offer, err
}

// CanReachAAL2 says whether something of what [Machine.ElevationOffer] lists lifts s to AAL2, if it isn't there.
func (m *Machine) CanReachAAL2(ctx context.Context, c Caller, s Session) (bool, error) {
	offers, err := m.ElevationOffer(ctx, c, s)
	return slices.ContainsFunc(offers, func(o Offer) bool {
		return o.Kind.reachesAAL2() && (o.Kind == KindWebAuthn || provedMore(s.record().row.AMR))
	}), err
}

// Elevate proves the holder of s anew, and gives the session a new token. A second factor also lifts it
// to AAL2. A code that was used before elevates nobody.
func (m *Machine) Elevate(ctx context.Context, c Caller, s Session, r Response) (_ Session, err error) {
	rec, now := s.record(), m.clock.Now()
	defer func() { m.note(ctx, c, "elevated", rec.row.Account, err) }()
	p, err := m.proveAgain(ctx, c, s, "", r, now)
	if err != nil {
		return Session{}, err
	}
	var next *sessionRecord
	err = m.settle(ctx, rec.row.Account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, rec.row); err != nil {
			return err
		}
		if err := m.passwordMayElevate(tx, rec.row.Account, p.evidence.Kind); err != nil {
			return err
		}
		if err := m.consume(tx, c, &st, p); err != nil {
			return err
		}
		next = m.lifted(rec, p.evidence, st.Epoch, now)
		if err := updateSession(tx, rec, next.row); err != nil {
			return err
		}
		e := event("elevated", c, rec.row.Account, p.evidence.Authenticator, now)
		e.Session = rec.row.ID
		return tx.InsertEvent(e)
	})
	if err != nil {
		return Session{}, m.unsettled(ctx, p, now, err)
	}
	return Session{next}, nil
}

// proveAgain proves the holder of s anew: for one action, or with "" for the session.
func (m *Machine) proveAgain(ctx context.Context, c Caller, s Session, action string, r Response, now time.Time) (proof, error) {
	if r.Kind != KindPassword {
		a := s.record().asked(c)
		a.action = action
		p, err := m.proveSecond(ctx, a, r, now)
		if err == nil && p.evidence.Kind == KindEmail && s.record().isMailed() {
			return proof{}, m.unsettled(ctx, p, now, wrongState("mailed_login.same_mailbox"))
		}
		return p, err
	}
	auths, err := m.store.Authenticators(ctx, s.AccountID())
	if err != nil {
		return proof{}, err
	}
	if len(auths) > 0 {
		return proof{}, wrongState("confirm.password_not_enough")
	}
	return m.proveOwnPassword(ctx, s, "response", r.Value, now)
}

// proveOwnPassword compares the password of a signed-in account, in a lane of the session: strangers who
// guess at the sign-in page don't delay its owner here.
func (m *Machine) proveOwnPassword(ctx context.Context, s Session, field, password string, now time.Time) (proof, error) {
	if err := checkPasswordInput(field, password); err != nil {
		return proof{}, err
	}
	stored, err := m.store.PasswordHash(ctx, s.AccountID())
	if err != nil {
		return proof{}, err
	}
	counter := passwordCounter(s.AccountID(), "session:"+s.ID())
	if _, err := m.reserveOne(ctx, counter, now); err != nil {
		return proof{}, err
	}
	matches, _, err := m.compare(ctx, &Found{Account: Account{ID: s.AccountID()}, PasswordHash: stored}, password)
	if err != nil {
		return proof{}, m.notCompared(ctx, []Counter{counter}, now, err)
	}
	if !matches {
		return proof{}, &Error{Code: CodeWrong, Field: field, Text: "password.wrong", Reason: "wrong password"}
	}
	return proof{evidence: Evidence{Kind: KindPassword, At: now}, clear: []Counter{counter}}, nil
}

// passwordMayElevate asks again inside the transaction: an authenticator may have been bound meanwhile.
func (m *Machine) passwordMayElevate(tx Tx, account string, kind Kind) error {
	if kind != KindPassword {
		return nil
	}
	auths, err := tx.Authenticators(account)
	if err != nil {
		return err
	}
	if len(auths) > 0 {
		return wrongState("confirm.password_not_enough")
	}
	return nil
}

// lifted is rec after its holder was proved anew.
func (m *Machine) lifted(rec *sessionRecord, e Evidence, epoch int64, now time.Time) *sessionRecord {
	next := rec.changed()
	next.token, next.row.TokenHash = newToken(purposeSession, rec.row.Transport)
	next.used = e.Authenticator
	next.row.Epoch = epoch
	next.row.LastSeenAt = now
	next.row.ElevatedUntil, next.row.ProvedAt = now.Add(m.cfg.Elevation), now
	if v := e.Kind.amr(); v != "" {
		next.row.AMR = withAMR(rec.row.AMR, v)
	}
	if e.Kind.reachesAAL2() && (e.UserVerified || provedMore(rec.row.AMR)) {
		if rec.row.Level < AAL2 {
			next.row.AAL2Until = now.Add(m.cfg.SessionLifetime)
		}
		next.row.Level = AAL2
		next.row.AMR = withAMR(next.row.AMR, "mfa")
	}
	return &next
}

// isMailed says whether a session rests on a mailbox and not on a password: a code that is mailed there proves nothing new.
func (s *sessionRecord) isMailed() bool { return !provedMore(s.row.AMR) }

// provedMore says whether a session rests on a password or on both factors: a second factor makes two of one. With a
// mailed code it makes one, and with a passkey that did not ask who holds it likewise.
func provedMore(amr []string) bool {
	return slices.Contains(amr, KindPassword.amr()) || slices.Contains(amr, "mfa")
}

func withAMR(have []string, more ...string) []string {
	out := slices.Clone(have)
	for _, v := range more {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func sameEpoch(st State, row SessionRow) error {
	if st.Epoch != row.Epoch {
		return wrongState("account.changed") // with the next request the session is alive, or it is not
	}
	return nil
}

// updateSession writes what became of the session that read was read from.
func updateSession(tx Tx, read *sessionRecord, row SessionRow) error {
	there, err := tx.UpdateSession(read.row.TokenHash, row)
	if err != nil {
		return err
	}
	if !there {
		return &Error{Code: CodeNotSignedIn, Reason: "ended meanwhile"}
	}
	return nil
}
