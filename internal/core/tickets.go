package core

import (
	"context"
	"encoding/json"
	"net/url"
	"time"
)

// The purposes of tickets.
const (
	ticketConfirmAddress = "confirm_address"
	ticketChangeAddress  = "change_address"
	ticketAskedAddress   = "asked_address" // nothing is mailed: it stands for a change that waits, wherever it leads
	ticketUndoAddress    = "undo_address"
	ticketResetPassword  = "reset_password"
	ticketBindAnew       = "bind_anew"
	ticketCancelReset    = "cancel_reset"
	ticketInvitation     = "invitation"
	ticketRescueCode     = "rescue_code"
	ticketSignIn         = "sign_in"
)

// Lifetimes of what is mailed. NIST SP 800-63B-4, 4.2.1.2, allows a day by email.
const (
	confirmLifetime    = 24 * time.Hour
	resetLifetime      = time.Hour
	undoLifetime       = 72 * time.Hour
	bindAnewLifetime   = 24 * time.Hour
	invitationLifetime = 7 * 24 * time.Hour
	bootstrapLifetime  = 24 * time.Hour
	rescueLifetime     = 10 * time.Minute // 3.1.3.2: a code out of band lives 10 minutes
	mailedLifetime     = 10 * time.Minute // likewise
)

// Mailed is what somebody brings from a message: the token of its link, or its code together with the login
// that it belongs to.
type Mailed struct {
	Token string
	Login string // a username or an address; not needed with the token of a link
}

// subject is what a ticket is about, in one row with it.
type subject struct {
	Old    string   `json:"old,omitempty"` // addresses
	OldKey string   `json:"old_key,omitempty"`
	New    string   `json:"new,omitempty"`
	NewKey string   `json:"new_key,omitempty"`
	Asker  string   `json:"asker,omitempty"`  // the session that asked for a change
	Asked  string   `json:"asked,omitempty"`  // the ticket of the asking: without it the change is off
	Groups []string `json:"groups,omitempty"` // of an invitation
	Proved bool     `json:"proved,omitempty"` // the invitation went to New
	Handed bool     `json:"handed,omitempty"` // an administrator handed it over: no mailbox has it

	Remember bool   `json:"remember,omitempty"`  // of a sign-in, as [Beginning] has it
	ReturnTo string `json:"return_to,omitempty"` // likewise
}

// issued is a new ticket with what goes into the message.
type issued struct {
	row         TicketRow
	token, code string
}

func ticketPurpose(p string) purpose { return purpose("ticket:" + p) }

// newTicket makes a ticket. Epoch 0 makes one that outlives changes of the account.
func (m *Machine) newTicket(p, account string, epoch int64, about subject, lifetime time.Duration, now time.Time) (issued, error) {
	raw, err := json.Marshal(about)
	if err != nil {
		return issued{}, err
	}
	out := issued{row: TicketRow{
		ID: newID(), Account: account, Purpose: p, KeyID: m.cfg.Keys.ActiveID(), Epoch: epoch,
		Subject: string(raw), CreatedAt: now, ExpiresAt: now.Add(lifetime),
	}}
	out.token, out.row.TokenHash = newToken(ticketPurpose(p), "")
	out.code = m.cfg.Lookup.New(1)[0]
	canonical, err := m.cfg.Lookup.Canonical(out.code)
	if err != nil {
		return issued{}, err
	}
	out.row.CodeHash, err = m.ticketCode(out.row, canonical)
	return out, err
}

// ticketCode is what a ticket's code is stored and found by.
func (m *Machine) ticketCode(t TicketRow, code string) ([]byte, error) {
	return m.cfg.Keys.MAC(t.KeyID, "ticket_code", []byte(t.Purpose), []byte(code))
}

func (t TicketRow) subject() (subject, error) {
	var s subject
	err := json.Unmarshal([]byte(t.Subject), &s)
	return s, err
}

// link is where a message leads: nothing happens there before a button is pressed.
func (i issued) link(path string) string { return path + "?token=" + url.QueryEscape(i.token) }

// deadLink is the one answer to whatever is no living ticket.
func deadLink(reason string) *Error {
	return &Error{Code: CodeWrong, Field: "token", Text: "link.dead", Reason: reason}
}

// deadInvitation is deadLink for who got one from somebody: no page sends them another.
func deadInvitation(reason string) *Error {
	return &Error{Code: CodeWrong, Field: "token", Text: "invitation.dead", Reason: reason}
}

// findTicket finds the living ticket that somebody brought; account is who is signed in there, or "".
func (m *Machine) findTicket(ctx context.Context, purpose, account string, in Mailed, now time.Time) (*TicketRow, error) {
	row, err := m.readTicket(ctx, purpose, account, in)
	if err != nil {
		return nil, err
	}
	if row == nil || !now.Before(row.ExpiresAt) || fromTheFuture(row.CreatedAt, now) {
		if purpose == ticketInvitation {
			return nil, deadInvitation("no such invitation")
		}
		return nil, deadLink("no such " + purpose)
	}
	if row.Owner == bootstrapOwner {
		return row, m.isFirst(ctx)
	}
	if row.Account == "" {
		return row, nil
	}
	st, err := m.store.State(ctx, row.Account)
	if err != nil {
		return nil, err
	}
	if st == nil || !row.holdsIn(*st) {
		return nil, deadLink("the account changed since")
	}
	return row, nil
}

// holdsIn says whether the account's changes since leave the ticket good. Of a disabled account one alone is: what takes a
// change of address back lets nobody in, and its time would run out while a thief's account is shut.
func (t TicketRow) holdsIn(st State) bool {
	if st.Disabled && t.Purpose != ticketUndoAddress {
		return false
	}
	return t.Epoch == 0 || t.Epoch == st.Epoch
}

func (m *Machine) readTicket(ctx context.Context, purpose, account string, in Mailed) (*TicketRow, error) {
	if code, err := m.cfg.Lookup.Canonical(in.Token); err == nil {
		return m.ticketByCode(ctx, purpose, account, in.Login, code)
	}
	if in.Token == "" || len(in.Token) > maxToken {
		return nil, nil
	}
	return m.store.TicketByToken(ctx, hashToken(ticketPurpose(purpose), "", in.Token))
}

// ticketByCode finds a ticket by its code, and then asks whose it is: for a wrong code nothing is read that could tell
// by its time whether the login exists.
func (m *Machine) ticketByCode(ctx context.Context, purpose, account, login, code string) (*TicketRow, error) {
	hash, err := m.ticketCode(TicketRow{Purpose: purpose, KeyID: m.cfg.Keys.ActiveID()}, code)
	if err != nil {
		return nil, err
	}
	row, err := m.store.TicketByCode(ctx, hash)
	if err != nil || row == nil || row.Owner != "" || row.Account == "" {
		return nil, err
	}
	if row.Account == account {
		return row, nil
	}
	found, err := m.store.FindAccounts(ctx, m.cfg.Names.Login(login))
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		if f.Account.ID == row.Account {
			return row, nil
		}
	}
	return nil, nil
}

// takeTicket re-checks the ticket's account and takes it away from every other request that brought it.
func takeTicket(tx Tx, t TicketRow, st State) error {
	if !t.holdsIn(st) {
		return deadLink("the account changed meanwhile")
	}
	taken, err := tx.TakeTicket(t.ID)
	if err != nil {
		return err
	}
	if !taken {
		return deadLink("used by another request")
	}
	return nil
}

// TicketInfo is what whoever holds a link may see before the button is pressed.
type TicketInfo struct {
	Account   string // what its owner knows it by; "" for an invitation
	Email     string // the address that it is about, or ""
	ExpiresAt time.Time
	Least     int  // characters of a new password, where one is set
	First     bool // it makes the first administrator
}

// LookAt describes the ticket behind a link without using it.
func (m *Machine) LookAt(ctx context.Context, purpose Purpose, in Mailed) (TicketInfo, error) {
	now := m.clock.Now()
	row, err := m.findTicket(ctx, string(purpose), "", in, now)
	if err != nil {
		return TicketInfo{}, err
	}
	about, err := row.subject()
	if err != nil {
		return TicketInfo{}, err
	}
	info := TicketInfo{Email: about.New, ExpiresAt: row.ExpiresAt, Least: m.MinPassword(), First: row.Owner == bootstrapOwner}
	if row.Account == "" {
		return info, nil
	}
	a, err := m.store.AccountRow(ctx, row.Account)
	if err != nil || a == nil {
		return TicketInfo{}, firstErr(err, deadLink("the account is gone"))
	}
	info.Account = a.Account.Shown()
	info.Least = minPassword(m.cfg.Rule.chosen(a.State, now))
	return info, nil
}

// Purpose is what a link is for.
type Purpose string

// The links that pages are for.
const (
	PurposeConfirmAddress Purpose = ticketConfirmAddress
	PurposeChangeAddress  Purpose = ticketChangeAddress
	PurposeUndoAddress    Purpose = ticketUndoAddress
	PurposeResetPassword  Purpose = ticketResetPassword
	PurposeBindAnew       Purpose = ticketBindAnew
	PurposeCancelReset    Purpose = ticketCancelReset
	PurposeInvitation     Purpose = ticketInvitation
)
