package core

import (
	"context"
	"crypto/subtle"
	"slices"
	"time"
)

// A message code is made by the machine and sent to a mailbox or a telephone that was proved before. It answers for one
// authenticator, in the one login, session or pending binding that asked for it (NIST SP 800-63B-4, 3.1.3.2). Only its
// keyed hash is kept: a million codes are tried in a second.

const (
	messageCodeLifetime = 10 * time.Minute // 3.1.3.2: ten minutes at most
	messageCodesLive    = 2                // sending again leaves the one before good: messages overtake each other
	resendAfter         = 30 * time.Second
)

// ExpiredCodesKept is how long sent codes are kept once they have expired, so that one that came too late is not called a
// wrong one.
const ExpiredCodesKept = time.Hour

// Sent is what a person may know of a code that is on its way.
type Sent struct {
	Kind      Kind
	Hint      string // where it goes, as [Offer] shows it
	ExpiresAt time.Time
	AgainAt   time.Time // when another may be asked for
	Options   string    // with passkeys: what the browser is asked, as JSON
	Prompt    string    // with push: the prompt
	Number    string    // likewise: what its owner types into the bound browser
}

// addressee is whom a code goes to, and what it will be good for.
type addressee struct {
	account, owner, authenticator string
	kind                          Kind
	epoch                         int64
	to                            string
	mailed                        bool // in a login whose mailbox was proved already
	inSession                     bool
	purpose, action               string // of a challenge; the action's words where it is for one
}

// Challenge sends a code of one of the login's offer that needs one, or makes the question for its passkeys: for the one
// that is named, or with "webauthn" for all. CodeInvalid for those that need nothing, CodeThrottled with the time to wait
// when a code was sent just now, or too many were.
func (m *Machine) Challenge(ctx context.Context, c Caller, l Login, authenticator string) (_ Sent, err error) {
	row := l.record().row
	defer func() { m.note(ctx, c, "code.asked", row.Account, err) }()
	return m.challenge(ctx, c, addressee{account: row.Account, owner: row.ID, epoch: row.Epoch, authenticator: authenticator, mailed: mailedFirst(row.Evidence), purpose: challengeSecond})
}

// ChallengeSession is [Machine.Challenge] for somebody signed in who has to prove themself again: to confirm the action, or
// with "" to be elevated. The code is the session's, whatever it was asked for with: the answer says what it is for.
func (m *Machine) ChallengeSession(ctx context.Context, c Caller, s Session, authenticator, action string) (_ Sent, err error) {
	row, mailed := s.record().row, s.record().isMailed()
	defer func() { m.note(ctx, c, "code.asked", row.Account, err) }()
	if action != "" {
		if err := CheckAction(action); err != nil {
			return Sent{}, err
		}
	}
	return m.challenge(ctx, c, addressee{
		account: row.Account, owner: row.ID, epoch: row.Epoch, authenticator: authenticator, mailed: mailed,
		inSession: true, purpose: again(action), action: action,
	})
}

// AgainAt is when a code for the login may be asked for again, of one of its authenticators; a time that is over, or zero,
// for now.
func (m *Machine) AgainAt(ctx context.Context, l Login, authenticator string) (time.Time, error) {
	row := l.record().row
	return m.againAt(ctx, addressee{account: row.Account, owner: row.ID, authenticator: authenticator})
}

// AgainAtSession is [Machine.AgainAt] for somebody signed in who has to prove themself again.
func (m *Machine) AgainAtSession(ctx context.Context, s Session, authenticator string) (time.Time, error) {
	row := s.record().row
	return m.againAt(ctx, addressee{account: row.Account, owner: row.ID, authenticator: authenticator})
}

func (m *Machine) againAt(ctx context.Context, who addressee) (time.Time, error) {
	rows, err := m.store.MessageCodes(ctx, who.account, who.owner, who.authenticator)
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	return rows[0].CreatedAt.Add(resendAfter), nil
}

func (m *Machine) challenge(ctx context.Context, c Caller, who addressee) (Sent, error) {
	if who.authenticator == anyPasskey && m.cfg.Passkeys != nil {
		return m.requestPasskey(ctx, who, m.clock.Now())
	}
	auths, err := m.store.Authenticators(ctx, who.account)
	if err != nil {
		return Sent{}, err
	}
	i := slices.IndexFunc(auths, func(a Authenticator) bool { return a.ID == who.authenticator })
	if i < 0 {
		return Sent{}, &Error{Code: CodeNotFound, Field: "authenticator"}
	}
	_, sends := m.messengers[auths[i].Kind]
	switch {
	case who.mailed && auths[i].Kind == KindEmail:
		return Sent{}, wrongState("mailed_login.same_mailbox")
	case !sends && auths[i].Kind != KindWebAuthn && auths[i].Kind != KindPush:
		return Sent{}, invalid("authenticator", "challenge.nothing_sent")
	case !m.usable(auths[i]):
		return Sent{}, &Error{Code: CodeLocked, Reason: "disabled authenticator"}
	case auths[i].Kind == KindPush:
		return m.prompt(ctx, c, who, m.clock.Now())
	case !sends:
		return m.requestPasskey(ctx, who, m.clock.Now())
	}
	who.kind = auths[i].Kind
	if who.to, err = m.recipient(ctx, auths[i]); err != nil {
		return Sent{}, err
	}
	return m.sendCode(ctx, c, who, m.clock.Now())
}

// recipient reads where the codes of an authenticator go.
func (m *Machine) recipient(ctx context.Context, a Authenticator) (string, error) {
	to, err := m.cfg.Secrets.Get(ctx, a.Account, string(a.Kind), a.SecretID)
	if err != nil {
		return "", &Error{Code: CodeUnavailable, Text: "authenticator.unreadable", Reason: err.Error()}
	}
	return string(to), nil
}

// sendCode makes a code and puts the message into the outbox. Sending again never touches the count of failures.
func (m *Machine) sendCode(ctx context.Context, c Caller, who addressee, now time.Time) (Sent, error) {
	messenger := m.messengers[who.kind]
	if err := m.notTooSoon(ctx, who, now); err != nil {
		return Sent{}, err
	}
	if err := m.admitCode(ctx, c, who, now); err != nil {
		return Sent{}, err
	}
	code := messenger.NewCode()
	row := MessageCodeRow{
		ID: newID(), Account: who.account, Owner: who.owner, Authenticator: who.authenticator, Epoch: who.epoch,
		KeyID: m.cfg.Keys.ActiveID(), CreatedAt: now, ExpiresAt: now.Add(messageCodeLifetime),
	}
	var err error
	if row.Hash, err = m.hashMessageCode(row, code); err != nil {
		return Sent{}, err
	}
	msg := about(codeMessage(who.kind), c, who.account, now)
	msg.To, msg.Code, msg.ExpiresAt, msg.Text = who.to, code, row.ExpiresAt, who.kind == KindSMS
	err = m.settle(ctx, who.account, now, func(tx Tx, st State) error {
		if st.Epoch != who.epoch || st.Disabled {
			return &Error{Code: CodeLoginExpired, Reason: "the account changed meanwhile"}
		}
		inserted, err := tx.InsertMessageCode(row, messageCodesLive, now.Add(-resendAfter))
		if err != nil {
			return err
		}
		if !inserted {
			return tooSoon(resendAfter)
		}
		return firstErr(tx.InsertEvent(event("code.sent", c, who.account, who.authenticator, now)), m.post(tx, msg))
	})
	if err != nil {
		return Sent{}, err
	}
	return Sent{Kind: who.kind, Hint: messenger.Hint(who.to), ExpiresAt: row.ExpiresAt, AgainAt: now.Add(resendAfter)}, nil
}

func codeMessage(k Kind) MessageKind {
	if k == KindSMS {
		return TextCode
	}
	return MailCode
}

// notTooSoon keeps to the time between two codes. The transaction that adds one decides; this one knows how long to wait.
func (m *Machine) notTooSoon(ctx context.Context, who addressee, now time.Time) error {
	again, err := m.againAt(ctx, who)
	if err != nil {
		return err
	}
	if wait := again.Sub(now); wait > 0 {
		return tooSoon(min(wait, resendAfter))
	}
	return nil
}

func tooSoon(wait time.Duration) *Error {
	return &Error{Code: CodeThrottled, Text: "challenge.too_soon", RetryAfter: wait, Reason: "a code was sent just now"}
}

func (m *Machine) hashMessageCode(row MessageCodeRow, code string) ([]byte, error) {
	return m.cfg.Keys.MAC(row.KeyID, "message_code", []byte(row.Account), []byte(row.ID), []byte(code))
}

// sentTo lists what was sent for a candidate in this login, session or binding.
func (m *Machine) sentTo(ctx context.Context, a asked, authenticator string) ([]MessageCodeRow, error) {
	rows, err := m.store.MessageCodes(ctx, a.account, a.owner, authenticator)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r MessageCodeRow) bool { return r.Epoch != a.epoch }), nil
}

// findSent compares a code with each that was sent, and always with all of them.
func (m *Machine) findSent(ctx context.Context, rows []MessageCodeRow, code string, now time.Time) (Finding, *MessageCodeRow) {
	var hit *MessageCodeRow
	for i := range rows {
		hash, err := m.hashMessageCode(rows[i], code)
		if err != nil { // its key is gone; the others are not
			m.cfg.Log.ErrorContext(ctx, "a sent code cannot be compared", "key", rows[i].KeyID, "error", err)
			continue
		}
		if subtle.ConstantTimeCompare(hash, rows[i].Hash) == 1 {
			hit = &rows[i]
		}
	}
	switch {
	case hit == nil:
		return Finding{}, nil
	case !now.Before(hit.ExpiresAt) || fromTheFuture(hit.CreatedAt, now):
		return Finding{Verdict: Expired}, nil
	}
	return Finding{Verdict: Right}, hit
}
