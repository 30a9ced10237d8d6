package core

import (
	"context"
	"time"
)

// maxSessions is how many sessions an account has; the longest unused end first.
const maxSessions = 100

// touchEvery is how often the use of a session is written down.
const touchEvery = time.Minute

// SessionFrom finds the session that a token names. The error is CodeNotSignedIn for every token that is
// not, or no longer, one. Every call asks the store: what was ended anywhere is ended here.
func (m *Machine) SessionFrom(ctx context.Context, t Transport, token string) (Session, error) {
	nobody := &Error{Code: CodeNotSignedIn}
	if token == "" || len(token) > maxToken {
		return Session{}, nobody
	}
	found, err := m.store.SessionByToken(ctx, hashToken(purposeSession, t, token))
	if err != nil {
		return Session{}, err
	}
	if found == nil || found.Row.Epoch != found.State.Epoch || found.State.Disabled {
		return Session{}, nobody
	}
	row, st := found.Row, found.State
	now := m.clock.Now()
	level, alive := m.levelNow(row, now)
	if !alive || !m.suffices(level, st, now) {
		return Session{}, nobody
	}
	if m.idle(row, now) {
		row.ElevatedUntil = time.Time{} // whoever comes back to it is asked again
	}
	if level != row.Level || now.Sub(row.LastSeenAt) >= m.touchInterval() {
		row.Level, row.LastSeenAt = level, now
		if err := m.store.TouchSession(ctx, row); err != nil {
			return Session{}, err
		}
	}
	if !now.Before(row.ElevatedUntil) || fromTheFuture(row.ElevatedUntil.Add(-m.cfg.Elevation), now) {
		row.ElevatedUntil = time.Time{}
	}
	rec := &sessionRecord{row: row, groups: st.Groups, due: m.dueOf(st, now), generation: st.KnownGeneration, language: st.Language}
	if found.Account != nil {
		rec.beside = &Beside{Account: *found.Account, ResetDue: found.ResetDue}
	}
	return Session{rec}, nil
}

// suffices says whether a session of that level is still enough: the policy may have become stricter, and a second
// factor that was only asked for be needed now.
func (m *Machine) suffices(level Level, st State, now time.Time) bool {
	p := m.cfg.Rule.effective(st, now)
	if p == PolicyOptional || level >= AAL2 {
		return true
	}
	return !p.demandsAAL2() && !st.FirstOpen
}

// dueOf is when an account without a second factor will need one.
func (m *Machine) dueOf(st State, now time.Time) time.Time {
	if !st.FirstOpen {
		return time.Time{}
	}
	return m.cfg.Rule.due(st, now)
}

// touchInterval keeps the idle limit honest when it is short.
func (m *Machine) touchInterval() time.Duration { return min(touchEvery, m.cfg.SessionIdle/10) }

// levelNow is what a session is worth at now, and whether it lives at all. One that was given more time
// than AAL2 has decays to AAL1; every other ends with its AAL2.
func (m *Machine) levelNow(row SessionRow, now time.Time) (Level, bool) {
	if !now.Before(row.ExpiresAt) || fromTheFuture(row.SignedInAt, now) {
		return 0, false
	}
	if row.Level < AAL2 {
		return row.Level, true
	}
	if now.Before(row.AAL2Until) && !m.idle(row, now) {
		return AAL2, true
	}
	return AAL1, row.ExpiresAt.After(row.AAL2Until)
}

// idle says whether a session at AAL2 was left alone for too long to be one.
func (m *Machine) idle(row SessionRow, now time.Time) bool {
	return row.Level >= AAL2 && now.Sub(row.LastSeenAt) >= m.cfg.SessionIdle
}

// Account is what the signed-in account is called.
func (m *Machine) Account(ctx context.Context, s Session) (Account, error) {
	a, err := m.store.Account(ctx, s.AccountID())
	if err != nil {
		return Account{}, err
	}
	if a == nil {
		return Account{}, &Error{Code: CodeNotSignedIn, Reason: "the account is gone"}
	}
	return *a, nil
}

// Beside is what is told along with a session.
type Beside struct {
	Account  Account
	ResetDue time.Time // of the pending reset; zero where none waits
}

// Beside is of the read in which s was found by its token, for what asks at once: nothing of it has to be read again. Of a session that the
// machine made or changed it is what holds now.
func (m *Machine) Beside(ctx context.Context, s Session) (Beside, error) {
	if found := s.record().beside; found != nil {
		return *found, nil
	}
	a, err := m.Account(ctx, s)
	if err != nil {
		return Beside{}, err
	}
	due, err := m.PendingReset(ctx, s)
	return Beside{Account: a, ResetDue: due}, err
}

// stateOf is what the machine keeps about the signed-in account.
func (m *Machine) stateOf(ctx context.Context, s Session) (State, error) {
	st, err := m.store.State(ctx, s.AccountID())
	if err != nil {
		return State{}, err
	}
	if st == nil {
		return State{}, &Error{Code: CodeNotSignedIn, Reason: "the account is gone"}
	}
	return *st, nil
}

// SessionInfo is one line of the list of sessions.
type SessionInfo struct {
	ID                     string
	Level                  Level
	Address, UserAgent     string
	SignedInAt, LastSeenAt time.Time
	Current                bool
}

// Sessions lists the living sessions of the account, the latest used first.
func (m *Machine) Sessions(ctx context.Context, s Session) ([]SessionInfo, error) {
	rows, err := m.store.Sessions(ctx, s.AccountID())
	if err != nil {
		return nil, err
	}
	now := m.clock.Now()
	out := []SessionInfo{}
	for _, row := range rows {
		level, alive := m.levelNow(row, now)
		if !alive || row.Epoch != s.record().row.Epoch {
			continue
		}
		out = append(out, SessionInfo{
			ID: row.ID, Level: level, Address: row.Address, UserAgent: row.UserAgent,
			SignedInAt: row.SignedInAt, LastSeenAt: row.LastSeenAt, Current: row.ID == s.ID(),
		})
	}
	return out, nil
}

// EndSession ends one session of the account, and with another than s the change of address that it asked for;
// CodeNotFound when there is none of that id.
func (m *Machine) EndSession(ctx context.Context, c Caller, s Session, id string) (err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "session.ended", s.AccountID(), err) }()
	ended, err := m.store.EndSession(ctx, s.AccountID(), id)
	if err != nil {
		return err
	}
	if !ended {
		return &Error{Code: CodeNotFound}
	}
	m.ended(c, "session.ended", s.AccountID(), id)
	if id != s.ID() { // who signs out may read their mail elsewhere
		err = m.settle(ctx, s.AccountID(), now, func(tx Tx, _ State) error {
			return cancelWaiting(tx, c, s.record().row, now, func(asker string) bool { return asker == id })
		})
	}
	return firstErr(err, m.request(ctx, about(MailSessionsEnded, c, s.AccountID(), now)))
}

// ended notes that a session is over. It is written with the events of refused attempts: nothing hangs on it.
func (m *Machine) ended(c Caller, kind, account, session string) {
	e := event(kind, c, account, "", m.clock.Now())
	e.Session = session
	m.unwritten.add(e)
}

// EndOtherSessions ends every session of the account but s, and the change of address that one of them asked for: a
// stranger's would go on without it.
func (m *Machine) EndOtherSessions(ctx context.Context, c Caller, s Session) (err error) {
	account, now := s.AccountID(), m.clock.Now()
	defer func() { m.note(ctx, c, "session.others_ended", account, err) }()
	others, err := m.Sessions(ctx, s)
	if err != nil || len(others) < 2 {
		return err // there is nothing to end, and nothing to tell
	}
	return m.settle(ctx, account, now, func(tx Tx, _ State) error {
		return firstErr(
			tx.EndSessions(account, s.ID()),
			cancelWaiting(tx, c, s.record().row, now, func(asker string) bool { return asker != s.ID() }),
			tx.InsertEvent(event("session.others_ended", c, account, "", now)),
			m.post(tx, about(MailSessionsEnded, c, account, now)))
	})
}

// SignOut ends s.
func (m *Machine) SignOut(ctx context.Context, c Caller, s Session) (err error) {
	defer func() { m.note(ctx, c, "signed_out", s.AccountID(), err) }()
	_, err = m.store.EndSession(ctx, s.AccountID(), s.ID())
	if err == nil {
		m.ended(c, "signed_out", s.AccountID(), s.ID())
	}
	return err
}
