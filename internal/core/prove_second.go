package core

import (
	"context"
	"time"
)

// candidate is one authenticator that a response is compared with.
type candidate struct {
	auth     Authenticator
	value    string           // the response in the form of this kind
	sent     []MessageCodeRow // what was sent, for the kinds that codes are sent to
	counter  Counter
	reserved Reservation
	finding  Finding
	hit      *MessageCodeRow // of sent, when it is right
}

// proveAuthenticator compares a response with the named authenticator, or with every one that it may be of; the attempt
// counts on each.
func (m *Machine) proveAuthenticator(ctx context.Context, a asked, values map[Kind]string, id string, now time.Time) (proof, error) {
	all, err := m.candidates(ctx, a, values, id)
	if err != nil {
		return proof{}, err
	}
	reserved, err := m.reserveCandidates(ctx, all, now)
	if err != nil {
		return proof{}, err
	}
	readable := 0
	for i := range reserved {
		ok, err := m.compareOne(ctx, &reserved[i], now)
		if err != nil {
			return proof{}, err
		}
		if ok {
			readable++
		}
	}
	if readable == 0 {
		return proof{}, &Error{Code: CodeUnavailable, Text: "authenticator.unreadable", Reason: "no secret could be opened"}
	}
	compared, err := m.setAside(ctx, reserved, now)
	if err != nil {
		return proof{}, err
	}
	return m.judge(ctx, a, compared, now)
}

// setAside leaves those that the response can't be of, since their codes are longer or shorter: nothing was compared with
// them, and their reservations go back. How long a code is, the page says anyway.
func (m *Machine) setAside(ctx context.Context, all []candidate, now time.Time) (compared []candidate, err error) {
	var others []Counter
	digits := 0
	for _, c := range all {
		if c.finding.Digits == 0 {
			compared = append(compared, c)
			continue
		}
		others, digits = append(others, c.counter), c.finding.Digits
	}
	switch {
	case len(others) == 0:
		return compared, nil
	case len(compared) == 0:
		return nil, m.returned(ctx, others, now, shapeless(digits))
	}
	return compared, m.store.Return(ctx, others, now)
}

// shapeless is the error of a response that can't be a code of so many digits.
func shapeless(digits int) *Error {
	if digits == usualDigits {
		return invalid("response", "code.shape")
	}
	return invalid("response", "code.shape_of", digits)
}

// candidates are the authenticators that a response may be of. Those that codes are sent to are none before one was: no
// code could be right.
func (m *Machine) candidates(ctx context.Context, a asked, values map[Kind]string, id string) ([]candidate, error) {
	auths, err := m.store.Authenticators(ctx, a.account)
	if err != nil {
		return nil, err
	}
	var all []candidate
	unsent := false
	for _, auth := range auths {
		value, fits := values[auth.Kind]
		if !fits || (id != "" && auth.ID != id) {
			continue
		}
		c := candidate{auth: auth, value: value, counter: AuthenticatorCounter(a.account, auth.ID)}
		if _, sends := m.messengers[auth.Kind]; sends {
			if c.sent, err = m.sentTo(ctx, a, auth.ID); err != nil {
				return nil, err
			}
			if len(c.sent) == 0 {
				unsent = true
				continue
			}
		}
		all = append(all, c)
	}
	switch {
	case len(all) == 0 && unsent:
		return nil, wrongState("challenge.first")
	case len(all) == 0:
		return nil, noCandidate(id)
	}
	return all, nil
}

// reserveCandidates counts the attempt on each authenticator that it will be compared with.
func (m *Machine) reserveCandidates(ctx context.Context, all []candidate, now time.Time) ([]candidate, error) {
	rs, err := m.store.Reserve(ctx, counters(all, -1), now)
	if err != nil {
		return nil, err
	}
	var granted []candidate
	for i, r := range rs {
		if r.Granted {
			all[i].reserved = r
			granted = append(granted, all[i])
		}
	}
	if len(granted) == 0 {
		return nil, refusal(rs)
	}
	return granted, nil
}

func noCandidate(id string) *Error {
	if id != "" {
		return &Error{Code: CodeNotFound, Field: "authenticator"}
	}
	return wrongState("authenticator.none")
}

// compareOne fills in the finding; readable is false when the secret could not be opened: that one
// authenticator fails closed, the others go on.
func (m *Machine) compareOne(ctx context.Context, c *candidate, now time.Time) (readable bool, err error) {
	if len(c.sent) > 0 {
		c.finding, c.hit = m.findSent(ctx, c.sent, c.value, now)
		return true, nil
	}
	state, err := m.cfg.Secrets.Get(ctx, c.auth.Account, string(c.auth.Kind), c.auth.SecretID)
	if err == nil {
		c.finding, err = m.binders[c.auth.Kind].Verify(ctx, Question{
			State: state, Response: c.value, LastStep: c.auth.LastStep, Window: c.auth.Window, Now: now,
		})
	}
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		m.unreadable(ctx, c.auth, err)
		c.finding = Finding{}
		return false, nil
	}
	return true, nil
}

func (m *Machine) unreadable(ctx context.Context, a Authenticator, err error) {
	m.cfg.Log.ErrorContext(ctx, "an authenticator's secret cannot be read", "account", a.Account,
		"authenticator", a.ID, "error", err)
}

// judge turns the findings into a proof or an error. What was right wins over what was used, and that
// over a wrong clock.
func (m *Machine) judge(ctx context.Context, a asked, cs []candidate, now time.Time) (proof, error) {
	best := 0
	for i := range cs {
		if cs[i].finding.Verdict > cs[best].finding.Verdict {
			best = i
		}
	}
	hit := cs[best]
	switch hit.finding.Verdict {
	case Right:
		return m.stepProof(cs, best, now), nil
	case Spent:
		return proof{}, m.returned(ctx, counters(cs, -1), now, alreadyUsed("code.used", hit.finding.RetryAfter))
	case Drifted:
		dead := hit.finding.Step - int64(hit.finding.Off) - acceptedBehind
		tell, err := m.store.TellDrift(ctx, hit.auth.Account, hit.auth.ID, hit.finding.Step, dead, now)
		if err != nil {
			return proof{}, err
		}
		if tell {
			return proof{}, &Error{Code: CodeClockDrift, Drift: hit.finding.Drift, Reason: "drift", Authenticator: hit.auth.ID}
		}
	}
	e := wrong("wrong code")
	if hit.finding.Verdict == Expired {
		e.Text, e.Reason = "code.expired", "a sent code that expired"
	}
	if len(cs) == 1 {
		e.Authenticator = hit.auth.ID
	}
	for i := range cs {
		e.leaves(cs[i].reserved)
	}
	return proof{}, m.tellFailing(ctx, a, hit.reserved.Failures, now, e)
}

// acceptedBehind is how many steps behind the present one a code may be and still be accepted: the step before it, in a
// window that learned to be one step slow.
const acceptedBehind = 2

// leaves notes what the attempt leaves, and of several things that it was compared with the kindest: there the next
// response still counts.
func (e *Error) leaves(r Reservation) {
	now := Tries{Free: r.Free, Left: max(0, maxFailures-r.Failures)}
	if e.Tries == nil {
		e.Tries, e.RetryAfter = &now, r.Wait
		return
	}
	e.RetryAfter = min(e.RetryAfter, r.Wait)
	e.Tries = &Tries{Free: max(e.Tries.Free, now.Free), Left: max(e.Tries.Left, now.Left)}
}

// tellAfter is how many wrong codes in a row, after a right password, the owner is told of.
const tellAfter = 3

// tellFailing tells the owner, once in a row of failures, that somebody has the password and not the code; and
// that an authenticator was disabled. It passes e on.
func (m *Machine) tellFailing(ctx context.Context, a asked, failures int, now time.Time, e *Error) error {
	kind := MailFailing
	switch failures {
	case tellAfter:
	case maxFailures:
		kind = MailLocked
	default:
		return e
	}
	ctx, done := afterwards(ctx)
	defer done()
	if err := m.request(ctx, about(kind, a.caller, a.account, now)); err != nil {
		m.cfg.Log.ErrorContext(ctx, "an owner was not told of wrong codes", "account", a.account, "error", err)
	}
	return e
}

func (m *Machine) stepProof(cs []candidate, hit int, now time.Time) proof {
	a := cs[hit].auth
	return proof{
		evidence: Evidence{Kind: a.Kind, Authenticator: a.ID, At: now, Failures: cs[hit].reserved.Failures - 1},
		consume:  cs[hit].consume,
		spent:    alreadyUsed("code.used", cs[hit].finding.RetryAfter),
		clear:    []Counter{cs[hit].counter},
		giveBack: counters(cs, hit),
	}
}

// consume uses up what was right: a code that was sent, or the time step or counter of one that was made.
func (c candidate) consume(tx Tx) (bool, error) {
	if c.hit != nil {
		return tx.TakeMessageCode(*c.hit)
	}
	return tx.ConsumeStep(c.auth.Account, c.auth.ID, c.finding.usedStep())
}

func alreadyUsed(text string, wait time.Duration) *Error {
	return &Error{Code: CodeAlreadyUsed, Text: text, RetryAfter: wait, Reason: "used before"}
}

// counters are those of all candidates but one.
func counters(cs []candidate, except int) []Counter {
	var out []Counter
	for i := range cs {
		if i != except {
			out = append(out, cs[i].counter)
		}
	}
	return out
}

// returned gives reservations back and passes e on.
func (m *Machine) returned(ctx context.Context, cs []Counter, now time.Time, e *Error) error {
	ctx, done := afterwards(ctx)
	defer done()
	if err := m.store.Return(ctx, cs, now); err != nil {
		return err
	}
	return e
}

// proveLookupSecret compares a recovery code by its keyed hash, with the live set and, for the text of
// the refusal, with those before it.
func (m *Machine) proveLookupSecret(ctx context.Context, a asked, code string, now time.Time) (proof, error) {
	account := a.account
	set, err := m.store.RecoverySet(ctx, account)
	if err != nil {
		return proof{}, err
	}
	if set == nil {
		return proof{}, wrong("no recovery codes")
	}
	counter := RecoveryCounter(account, set.ID)
	reserved, err := m.reserveOne(ctx, counter, now)
	if err != nil {
		return proof{}, err
	}
	row, hash, err := m.findLookupSecret(ctx, account, code)
	if err != nil {
		return proof{}, err
	}
	switch {
	case row == nil:
		e := wrong("wrong recovery code")
		e.leaves(reserved)
		return proof{}, m.tellFailing(ctx, a, reserved.Failures, now, e)
	case row.Replaced:
		return proof{}, &Error{Code: CodeWrong, Text: "recovery.older_set", Reason: "recovery code of an older set"}
	case row.Used:
		return proof{}, m.returned(ctx, []Counter{counter}, now, alreadyUsed("recovery.used", 0))
	}
	return proof{
		evidence: Evidence{Kind: KindRecoveryCode, At: now, Failures: reserved.Failures - 1},
		consume:  func(tx Tx) (bool, error) { return tx.TakeLookupSecret(account, hash) },
		spent:    alreadyUsed("recovery.used", 0),
		clear:    []Counter{counter},
	}, nil
}

// findLookupSecret tries every key under which the account's codes are hashed; normally that is one.
func (m *Machine) findLookupSecret(ctx context.Context, account, code string) (*LookupRow, []byte, error) {
	keys, err := m.store.LookupKeys(ctx, account)
	if err != nil {
		return nil, nil, err
	}
	for _, key := range keys {
		hash, err := m.hashLookupSecret(key, account, code)
		if err != nil { // that set is lost; the others are not
			m.cfg.Log.ErrorContext(ctx, "recovery codes cannot be read", "account", account, "key", key, "error", err)
			continue
		}
		row, err := m.store.LookupSecret(ctx, account, hash)
		if err != nil || row != nil {
			return row, hash, err
		}
	}
	return nil, nil, nil
}

func (m *Machine) hashLookupSecret(key, account, code string) ([]byte, error) {
	return m.cfg.Keys.MAC(key, "recovery_code", []byte(account), []byte(code))
}
