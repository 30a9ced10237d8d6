package core

import (
	"context"
	"errors"
	"slices"
	"time"
)

// settling is a login that is about to be concluded.
type settling struct {
	row   LoginRow
	from  *trusted // the trusted browser that it came from, or nil
	trust bool     // and this one shall be trusted from now on
	isNew bool     // the account was made or bound just now: nothing about it is news
}

// settleLogin consumes a proof and concludes the login, in one transaction.
func (m *Machine) settleLogin(ctx context.Context, c Caller, rec *loginRecord, p proof, now time.Time) (Session, error) {
	var out outcome
	err := m.settle(ctx, rec.row.Account, now, func(tx Tx, st State) error {
		if err := takeLogin(tx, rec.row, st); err != nil {
			return err
		}
		if err := m.consume(tx, c, &st, p); err != nil {
			return err
		}
		in := settling{row: rec.row, from: p.trusted, trust: p.trust}
		in.row.Epoch = st.Epoch
		in.row.Evidence = p.evidenceAfter(rec.row.Evidence)
		var err error
		out, err = m.conclude(tx, c, st, in, now)
		return err
	})
	return m.concluded(ctx, c, rec.row.Account, out, p, now, err)
}

// takeLogin re-checks the epoch and takes the login away from every other request that holds it.
func takeLogin(tx Tx, row LoginRow, st State) error {
	if st.Epoch != row.Epoch || st.Disabled {
		return &Error{Code: CodeLoginExpired, Reason: "the account changed meanwhile"}
	}
	if row.ID == "" {
		return nil // its first evidence: nothing was stored yet
	}
	taken, err := tx.TakeLogin(row.ID)
	if err != nil {
		return err
	}
	if !taken {
		return &Error{Code: CodeLoginExpired, Reason: "answered by another request"}
	}
	return nil
}

// consume uses the proof up; what another request consumed first grants nothing.
func (m *Machine) consume(tx Tx, c Caller, st *State, p proof) error {
	if err := holds(st, p.evidenceAfter(nil)); err != nil {
		return err
	}
	if p.consume != nil {
		taken, err := p.consume(tx)
		if err != nil {
			return err
		}
		if !taken {
			return p.spent
		}
	}
	if p.rehash != "" {
		if err := tx.SetPassword(st.Account, p.rehash, p.alone); err != nil {
			return err
		}
		st.StandsAlone = p.alone
	}
	if p.evidence.Kind == KindRecoveryCode {
		epoch, err := tx.BumpEpoch(st.Account)
		if err != nil {
			return err
		}
		st.Epoch = epoch
		if err := m.tellRecoveryCode(tx, c, st.Account, p.evidence.At); err != nil {
			return err
		}
	}
	if p.evidence.Kind.reachesAAL2() { // who has a second factor needs no reset
		if err := m.endReset(tx, c, st.Account, p.evidence.At); err != nil {
			return err
		}
	}
	if err := tx.Clear(p.clear); err != nil {
		return err
	}
	return tx.Return(p.giveBack)
}

// holds refuses a password that may be known to others as evidence. What it proved before was of an epoch that is over.
func holds(st *State, evidence []Evidence) error {
	if st.PasswordExposed && hasKind(evidence, KindPassword) {
		return wrongState("password.exposed")
	}
	return nil
}

func (p proof) evidenceAfter(before []Evidence) []Evidence {
	out := append([]Evidence(nil), before...)
	return append(append(out, p.first...), p.evidence)
}

// outcome is what a login came to: exactly one of session, login and relink is set.
type outcome struct {
	session *sessionRecord
	login   *loginRecord // and bind says what comes next
	bind    bool
	policy  Policy        // with login: what it has to satisfy
	trust   time.Duration // with login: how long the caller's browser may be trusted
	relink  bool          // after a reset: the link was not brought along, and is mailed once more
}

// conclude asks decide, and writes a session or the login's next row. It is the one place that makes
// sessions.
func (m *Machine) conclude(tx Tx, c Caller, st State, in settling, now time.Time) (outcome, error) {
	if err := holds(&st, in.row.Evidence); err != nil {
		return outcome{}, err
	}
	b, err := boundIn(tx, st)
	if err != nil {
		return outcome{}, err
	}
	d, trusted, err := m.decideIn(tx, st, b, in, now)
	if err != nil {
		return outcome{}, err
	}
	switch d.next {
	case nextEnough:
		rec := m.newSession(c, st, in.row, d.level, now)
		if trusted {
			rec.browser, rec.browserUntil = in.from.cookie, in.from.row.ExpiresAt
		}
		if len(b.authenticators) == 0 {
			rec.due = m.cfg.Rule.due(st, now)
		}
		return outcome{session: rec}, m.insertSession(tx, c, st, rec, in, now)
	case nextSecond, nextBind:
		rec := newLoginRow(in.row, now)
		return outcome{
				login: rec, bind: d.next == nextBind,
				policy: m.cfg.Rule.effective(st, now), trust: m.trustFor(st, now),
			}, firstErr(
				tx.InsertLogin(rec.row),
				tx.InsertEvent(event(firstStep(in.row.Evidence), c, in.row.Account, "", now)))
	case nextRefuse:
		if b.rebind && hasKind(in.row.Evidence, KindPassword) {
			return outcome{relink: true}, tx.InsertEvent(event("login.password", c, in.row.Account, "", now))
		}
	}
	return outcome{}, deadEnd(in.row.Evidence)
}

// decideIn asks decide, and uses the trusted browser only where that makes the difference: its token changes then.
func (m *Machine) decideIn(tx Tx, st State, b bound, in settling, now time.Time) (d decision, trusted bool, err error) {
	p := m.cfg.Rule.effective(st, now)
	d = decide(p, b, in.row.Evidence, false)
	if with := decide(p, b, in.row.Evidence, in.from != nil); with != d {
		if trusted, err = in.from.use(tx); trusted {
			d = with
		}
	}
	return d, trusted, err
}

func firstErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// newLoginRow gives a login a row and token of its own: a login that proved more is a new one. The time
// that it may take does not start again.
func newLoginRow(row LoginRow, now time.Time) *loginRecord {
	if row.ID == "" {
		row.CreatedAt, row.ExpiresAt = now, now.Add(loginLifetime)
	}
	token, hash := newToken(purposeLogin, row.Transport)
	row.ID, row.TokenHash = newID(), hash
	return &loginRecord{row: row, token: token}
}

func (m *Machine) newSession(c Caller, st State, row LoginRow, level Level, now time.Time) *sessionRecord {
	token, hash := newToken(purposeSession, row.Transport)
	s := SessionRow{
		ID: newID(), TokenHash: hash, Account: row.Account, Epoch: st.Epoch, Transport: row.Transport,
		Level: level, AMR: amr(row.Evidence), Remember: row.Remember,
		SignedInAt: now, LastSeenAt: now, ExpiresAt: now.Add(m.cfg.SessionLifetimeAAL1),
		Address: c.Address, UserAgent: c.UserAgent,
	}
	if level == AAL2 {
		s.AAL2Until = now.Add(m.cfg.SessionLifetime)
		// NIST SP 800-63B-4, 2.2.3: at AAL2 the session ends. With "remember", only its level does.
		if !row.Remember || s.AAL2Until.After(s.ExpiresAt) {
			s.ExpiresAt = s.AAL2Until
		}
	}
	return &sessionRecord{
		row: s, groups: st.Groups, token: token, returnTo: row.ReturnTo, generation: st.KnownGeneration, language: st.Language,
		recovered: hasKind(row.Evidence, KindRecoveryCode), used: lastAuthenticator(row.Evidence),
	}
}

func (m *Machine) insertSession(tx Tx, c Caller, st State, rec *sessionRecord, in settling, now time.Time) error {
	if c.Replaces != "" {
		if err := tx.EndSessionByToken(hashToken(purposeSession, in.row.Transport, c.Replaces)); err != nil {
			return err
		}
	}
	if err := tx.InsertSession(rec.row, maxSessions); err != nil {
		return err
	}
	if err := m.takeLanguage(tx, c, st, rec); err != nil {
		return err
	}
	if err := m.tellSignIn(tx, c, st, in, now); err != nil { // before the event of this one
		return err
	}
	e := event("signed_in", c, st.Account, lastAuthenticator(in.row.Evidence), now)
	e.Session, e.Detail = rec.row.ID, signedInBy(in.row.Evidence, rec)
	if err := tx.InsertEvent(e); err != nil || !in.trust || !holdsSecond(in.row.Evidence) {
		return err
	}
	return m.trustNow(tx, c, st, rec, now)
}

// holdsSecond says whether something reached AAL2, if with a password: that is what a browser may be trusted for.
func holdsSecond(evidence []Evidence) bool {
	return slices.ContainsFunc(evidence, func(e Evidence) bool { return e.Kind.reachesAAL2() })
}

// signedInBy says for the record what stood in for an authenticator's code; "" where nothing did.
func signedInBy(evidence []Evidence, rec *sessionRecord) string {
	switch last := evidence[len(evidence)-1].Kind; {
	case last == KindRecoveryCode, last == kindMailed, last == KindEmail && lastAuthenticator(evidence) == "":
		return string(last)
	case rec.browser != "":
		return "trusted_browser"
	}
	return ""
}

// trustNow trusts the caller's browser from now on, where the policy and the client allow it.
func (m *Machine) trustNow(tx Tx, c Caller, st State, rec *sessionRecord, now time.Time) (err error) {
	if c.Transport != TransportCookie || m.trustFor(st, now) == 0 {
		return nil
	}
	rec.browser, rec.browserUntil, err = m.trustThis(tx, c, st, now)
	return err
}

func lastAuthenticator(evidence []Evidence) string {
	return evidence[len(evidence)-1].Authenticator
}

// amr lists the methods of RFC 8176, each once, and "mfa" when there were two factors.
func amr(evidence []Evidence) []string {
	var out []string
	seen := map[string]bool{}
	for _, e := range evidence {
		if v := e.Kind.amr(); v != "" && !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	if len(out) > 1 || slices.ContainsFunc(evidence, func(e Evidence) bool { return e.UserVerified }) {
		out = append(out, "mfa")
	}
	return out
}

// concluded turns an outcome into what the caller gets.
func (m *Machine) concluded(ctx context.Context, c Caller, account string, out outcome, p proof, now time.Time, err error) (Session, error) {
	if err != nil {
		return Session{}, m.unsettled(ctx, p, now, err)
	}
	switch {
	case out.relink:
		return Session{}, firstErr(m.request(ctx, about(requestRelink, c, account, now)), wrongState("login.link_needed"))
	case out.session != nil:
		return Session{out.session}, nil
	case out.bind:
		return Session{}, &BindNeeded{MustBind: MustBind{&mustBindRecord{out.login}}, Kinds: m.kindsUnder(out.policy)}
	}
	more, err := m.more(ctx, c, out.login, out.policy, out.trust)
	if err != nil {
		return Session{}, err
	}
	m.sendOnly(ctx, c, more)
	return Session{}, more
}

// more is the error of a login that has to go on.
func (m *Machine) more(ctx context.Context, c Caller, rec *loginRecord, policy Policy, trust time.Duration) (*MoreNeeded, error) {
	offer, err := m.offer(ctx, rec.row.Account, policy, c.Last)
	if err != nil {
		return nil, err
	}
	if mailedFirst(rec.row.Evidence) {
		offer = withoutMailbox(offer)
	}
	due, err := m.resetDue(ctx, rec.row.Account)
	return &MoreNeeded{Login: Login{rec}, Offer: offer, TrustFor: trust, ResetDue: due}, err
}

// sendOnly sends the code of a login that nothing else but recovery codes could answer, without being asked. A code that
// can't be sent now may be asked for.
func (m *Machine) sendOnly(ctx context.Context, c Caller, more *MoreNeeded) {
	only := slices.DeleteFunc(slices.Clone(more.Offer), func(o Offer) bool { return o.Kind == KindRecoveryCode })
	if len(only) != 1 {
		return
	}
	if _, sends := m.messengers[only[0].Kind]; !sends {
		return
	}
	if _, err := m.Challenge(ctx, c, more.Login, only[0].ID); err != nil && !IsCode(err, CodeThrottled) {
		m.cfg.Log.WarnContext(ctx, "a code was not sent", "account", more.Login.record().row.Account, "error", err)
	}
}

// unsettled gives the reservations of a response that was right back, where the decision went against it: a code or a
// login that lost its race, an account that changed meanwhile, a password that leads nowhere.
func (m *Machine) unsettled(ctx context.Context, p proof, now time.Time, err error) error {
	if errors.Is(err, ErrNoAccount) {
		return &Error{Code: CodeLoginExpired, Reason: "the account is gone"}
	}
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	return m.returned(ctx, append(p.clear, p.giveBack...), now, e)
}

// boundIn reads what is bound, inside the settling transaction.
func boundIn(tx Tx, st State) (bound, error) {
	auths, err := tx.Authenticators(st.Account)
	if err != nil {
		return bound{}, err
	}
	return boundOf(auths, st), nil
}

func boundOf(auths []Authenticator, st State) bound {
	b := bound{firstOpen: st.FirstOpen, rebind: st.Rebind}
	for _, a := range auths {
		b.authenticators = append(b.authenticators, boundAuthenticator{id: a.ID, kind: a.Kind})
	}
	return b
}

// usable says whether a could answer now. An authenticator that could not still counts as bound.
func (m *Machine) usable(a Authenticator) bool {
	_, answers := m.binders[a.Kind]
	_, sends := m.messengers[a.Kind]
	passkey := a.Kind == KindWebAuthn && m.cfg.Passkeys != nil
	browser := a.Kind == KindPush && m.cfg.Approvals != nil
	return (answers || sends || passkey || browser) && a.Failures < maxFailures
}

// hint shows where codes go to who has proved the password; "" for what none are sent to, or what can't be read.
func (m *Machine) hint(ctx context.Context, a Authenticator) string {
	messenger, sends := m.messengers[a.Kind]
	if !sends {
		return ""
	}
	to, err := m.recipient(ctx, a)
	if err != nil {
		return ""
	}
	return messenger.Hint(to)
}

// offer lists what may be answered after the password under a policy, as inOrder has it, recovery codes last.
func (m *Machine) offer(ctx context.Context, account string, policy Policy, last []string) ([]Offer, error) {
	auths, err := m.store.Authenticators(ctx, account)
	if err != nil {
		return nil, err
	}
	out := []Offer{}
	auths = slices.DeleteFunc(auths, func(a Authenticator) bool { return !m.usable(a) || !a.Kind.enoughFor(policy) })
	for _, a := range inOrder(auths, last) {
		out = append(out, Offer{ID: a.ID, Kind: a.Kind, Label: a.Label, Hint: m.hint(ctx, a)})
	}
	set, err := m.store.RecoverySet(ctx, account)
	if err != nil {
		return nil, err
	}
	if set != nil && set.Remaining > 0 && set.Failures < maxFailures && KindRecoveryCode.enoughFor(policy) {
		out = append(out, Offer{ID: string(KindRecoveryCode), Kind: KindRecoveryCode})
	}
	return out, nil
}
