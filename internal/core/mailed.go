package core

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// A mailed code or link may stand in for the password, where the operator wants it so. It is one factor, and no more than
// the mailbox is: what is bound is asked for after it, a code to the same mailbox is not, and it reaches AAL1 whatever
// comes with it, since NIST SP 800-63B-4, 3.1.3.1, knows no mailbox among authenticators.

// kindMailed is its evidence. Nothing that a person answers has this kind: only [Machine.AnswerMailed] writes it.
const kindMailed Kind = "mailed"

// mailedPath is the page where the code is typed, and where the link leads.
const mailedPath = "/login/mailed"

// mailedFirst says whether a login began with a mailed code and not with a password.
func mailedFirst(evidence []Evidence) bool {
	return hasKind(evidence, kindMailed) && !hasKind(evidence, KindPassword)
}

// Passwordless says whether a mailed code or link may stand in for the password.
func (m *Machine) Passwordless() bool { return m.cfg.Passwordless }

// AskMailed asks for the code and link that begin a sign-in without a password. Known and unknown names are answered
// alike, and what comes of it is decided by the outbox, where nobody can measure it. What is mailed is good with the
// binder alone: a browser keeps it and brings it along again, so that a code asked for once more leaves its page good.
func (m *Machine) AskMailed(ctx context.Context, c Caller, in Beginning, present string) (binder string, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "login.mail_asked", "", err) }()
	switch {
	case !m.cfg.Passwordless:
		return "", &Error{Code: CodeNotFound}
	case in.Login == "":
		return "", invalid("login", "login.missing")
	}
	if err := firstErr(m.checkAddress(ctx, c, now), m.countAddress(ctx, c, now)); err != nil {
		return "", err
	}
	msg := m.aboutLogin(requestMailed, c, in.Login, now)
	if binder, err = m.mailedBinder(c.Transport, present, msg.Args["key"]); err != nil {
		return "", err
	}
	msg.ExpiresAt = now.Add(mailedLifetime)
	msg.Args["owner"], msg.Args["known"], msg.Args["return_to"] = mailedOwner(c.Transport, binder), c.Known, in.ReturnTo
	if in.Remember {
		msg.Args["remember"] = "yes"
	}
	return binder, m.request(ctx, msg)
}

// mailedBinder is ID.TAG, with a tag that ties it to one name: the browser that asks for another account's code gets
// another, and the code of neither is good with the other's.
func (m *Machine) mailedBinder(t Transport, present, name string) (string, error) {
	id, _, _ := strings.Cut(present, ".")
	if len(id) != idLength {
		id, present = newID(), ""
	}
	tag, err := m.keyed("mailed_binder", string(t)+" "+id+" "+name)
	if err != nil {
		return "", err
	}
	const half = 32 // 128 bits
	if binder := id + "." + tag[:half]; present == "" || subtle.ConstantTimeCompare([]byte(binder), []byte(present)) == 1 {
		return binder, nil
	}
	return m.mailedBinder(t, "", name)
}

// mailedOwner is what a ticket keeps of the binder: not the binder itself.
func mailedOwner(t Transport, binder string) string {
	return hex.EncodeToString(hashToken(purposeMailed, t, binder))
}

// sendMailed mails to the address that is stored, and only to one that was proved. Where a mailed code leads nowhere, the
// account's owner is told to sign in with the password.
func (m *Machine) sendMailed(ctx context.Context, msg Message, f Found, now time.Time) error {
	if f.State.Disabled || f.Account.Email == "" {
		return nil
	}
	// A browser that signed in to this account before has messages of its own: strangers use up their own alone.
	lane := m.knownLane(Caller{Known: msg.Args["known"]}, f.State)
	if admitted, err := m.admitMail(ctx, MailSignIn, f.Account.ID+lane, now); err != nil || !admitted {
		return err
	}
	d, _, err := m.decideNow(ctx, f.Account.ID, []Evidence{{Kind: kindMailed, At: now}}, false)
	if err != nil {
		return err
	}
	leadsOn := f.Account.EmailConfirmed && (d.next == nextEnough || d.next == nextSecond)
	return m.settle(ctx, f.Account.ID, now, func(tx Tx, st State) error {
		if st.Epoch != f.State.Epoch {
			return errChanged // the address may be another one by now
		}
		out := msg
		out.Account, out.Args, out.To = f.Account.ID, nil, ""
		if !leadsOn {
			out.Kind, out.ExpiresAt = MailSignInOtherwise, now.Add(noticeLifetime)
			return m.post(tx, out)
		}
		return m.postMailed(tx, out, f.Account, msg.Args, st.Epoch, now)
	})
}

// postMailed sends the code and link; those before that were asked for with the same binder die.
func (m *Machine) postMailed(tx Tx, msg Message, a Account, asked map[string]string, epoch int64, now time.Time) error {
	about := subject{New: a.Email, Remember: asked["remember"] != "", ReturnTo: asked["return_to"]}
	t, err := m.newTicket(ticketSignIn, a.ID, epoch, about, mailedLifetime, now)
	if err != nil {
		return err
	}
	t.row.Owner = asked["owner"]
	msg.Kind, msg.To, msg.Link, msg.Code, msg.ExpiresAt = MailSignIn, a.Email, t.link(mailedPath), t.code, t.row.ExpiresAt
	return firstErr(tx.InsertTicket(t.row), m.post(tx, msg))
}

// findMailed finds the living ticket of what somebody typed, or of the link that they followed, in the browser that asked
// for it. Codes have 80 bits: they are not guessed, and no account has a counter that strangers could drive up.
func (m *Machine) findMailed(ctx context.Context, t Transport, binder, brought string, now time.Time) (*TicketRow, State, error) {
	dead := func(reason string) (*TicketRow, State, error) { return nil, State{}, deadMailed(reason) }
	if binder == "" || len(binder) > maxBinder || brought == "" || len(brought) > maxToken {
		return dead("nothing was asked for here")
	}
	row, err := m.readMailed(ctx, brought)
	if err != nil {
		return nil, State{}, err
	}
	switch {
	case row == nil || !now.Before(row.ExpiresAt) || fromTheFuture(row.CreatedAt, now):
		return dead("no such " + ticketSignIn)
	case row.Owner == "" || subtle.ConstantTimeCompare([]byte(row.Owner), []byte(mailedOwner(t, binder))) != 1:
		return dead("asked for elsewhere")
	}
	st, err := m.store.State(ctx, row.Account)
	if err != nil {
		return nil, State{}, err
	}
	if st == nil || !row.holdsIn(*st) {
		return dead("the account changed since")
	}
	return row, *st, nil
}

func (m *Machine) readMailed(ctx context.Context, brought string) (*TicketRow, error) {
	code, err := m.cfg.Lookup.Canonical(brought)
	if err != nil { // a link's token
		return m.store.TicketByToken(ctx, hashToken(ticketPurpose(ticketSignIn), "", brought))
	}
	hash, err := m.ticketCode(TicketRow{Purpose: ticketSignIn, KeyID: m.cfg.Keys.ActiveID()}, code)
	if err != nil {
		return nil, err
	}
	return m.store.TicketByCode(ctx, hash)
}

// deadMailed is the one answer to whatever begins no sign-in here.
func deadMailed(reason string) *Error {
	return &Error{Code: CodeWrong, Field: "token", Text: "mailed_login.dead", Reason: reason}
}

// LookAtMailed describes the link that a browser followed without using it: to the browser that asked for it alone.
func (m *Machine) LookAtMailed(ctx context.Context, t Transport, binder, token string) (TicketInfo, error) {
	if !m.cfg.Passwordless {
		return TicketInfo{}, &Error{Code: CodeNotFound}
	}
	row, _, err := m.findMailed(ctx, t, binder, token, m.clock.Now())
	if err != nil {
		return TicketInfo{}, err
	}
	a, err := m.store.AccountRow(ctx, row.Account)
	if err != nil || a == nil {
		return TicketInfo{}, firstErr(err, deadMailed("the account is gone"))
	}
	return TicketInfo{Account: a.Account.Shown(), Email: a.Email, ExpiresAt: row.ExpiresAt}, nil
}

// AnswerMailed begins a sign-in with what was mailed, a code or the token of a link: a [Session], *[MoreNeeded] where a
// second factor is bound, or an [Error].
func (m *Machine) AnswerMailed(ctx context.Context, c Caller, binder, brought string) (_ Session, err error) {
	if !m.cfg.Passwordless {
		return Session{}, &Error{Code: CodeNotFound}
	}
	now, account := m.clock.Now(), ""
	defer func() { m.note(ctx, c, "login.mailed", account, err) }()
	if err := m.checkAddress(ctx, c, now); err != nil {
		return Session{}, err
	}
	t, st, err := m.findMailed(ctx, c.Transport, binder, brought, now)
	if err != nil {
		return Session{}, m.failedLink(ctx, c, now, err)
	}
	account = t.Account
	about, err := t.subject()
	if err != nil {
		return Session{}, err
	}
	rec := m.Begin(c, Beginning{Remember: about.Remember, ReturnTo: about.ReturnTo}).record()
	rec.row.Account, rec.row.Epoch = t.Account, t.Epoch
	p := proof{
		evidence: Evidence{Kind: kindMailed, At: now},
		consume:  func(tx Tx) (bool, error) { return takeMailed(tx, t, about.New) },
		spent:    deadMailed("used by another request, or the address is another one by now"),
	}
	if p.trusted, err = m.trustedBrowser(ctx, c, st, now); err != nil {
		return Session{}, err
	}
	return m.settleLogin(ctx, c, rec, p, now)
}

// takeMailed takes what was mailed, where the account still has the address that it went to: an application may have changed
// that without a word.
func takeMailed(tx Tx, t *TicketRow, address string) (bool, error) {
	a, err := tx.Account(t.Account)
	if err != nil || a == nil || a.Email != address {
		return false, err
	}
	return tx.TakeTicket(t.ID)
}

// deadEnd is what somebody is told whose evidence leads nowhere.
func deadEnd(evidence []Evidence) *Error {
	if mailedFirst(evidence) {
		return wrongState("mailed_login.password_needed")
	}
	return wrongState("login.reset_needed")
}

// firstStep names the event of a login whose first step was right.
func firstStep(evidence []Evidence) string {
	kind := "login.password" // TestEventsAreListed finds events by such lines
	if mailedFirst(evidence) {
		kind = "login.mailed"
	}
	return kind
}

// withoutMailbox is an offer to somebody who proved the mailbox already.
func withoutMailbox(offer []Offer) []Offer {
	return slices.DeleteFunc(offer, func(o Offer) bool { return o.Kind == KindEmail })
}
