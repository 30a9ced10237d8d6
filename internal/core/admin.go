package core

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// What stands here is for administrators, who have the database anyway: it asks for no proof.

// AdminGroup is the group of the first account that is made with the link of [Machine.Bootstrap].
const AdminGroup = "admin"

// Lookup finds an account by id, username or address; CodeNotFound when there is none.
func (m *Machine) Lookup(ctx context.Context, name string) (AccountRow, error) {
	a, err := m.store.AccountRow(ctx, name)
	if err != nil {
		return AccountRow{}, err
	}
	if a != nil {
		return *a, nil
	}
	login := m.cfg.Names.Login(name)
	found, err := m.store.FindAccounts(ctx, login)
	if err != nil {
		return AccountRow{}, err
	}
	if len(found) == 0 {
		return AccountRow{}, &Error{Code: CodeNotFound, Field: "account"}
	}
	last := found[len(found)-1].Account
	if login.IsEmail && !last.EmailConfirmed {
		return AccountRow{}, invalid("account", "account.address_unconfirmed") // anybody may have given it
	}
	a, err = m.store.AccountRow(ctx, last.ID)
	if err != nil || a == nil {
		return AccountRow{}, firstErr(err, &Error{Code: CodeNotFound, Field: "account"})
	}
	return *a, nil
}

// Accounts lists up to n accounts behind the id after, in the order of their ids.
func (m *Machine) Accounts(ctx context.Context, after string, n int) ([]AccountRow, error) {
	return m.store.ListAccounts(ctx, after, n)
}

// SetPolicy gives an account a policy of its own; "" makes the service's hold again. CodeNotFound when there is no
// such account.
func (m *Machine) SetPolicy(ctx context.Context, c Caller, account string, p Policy) error {
	if p != "" && !p.Known() {
		return invalid("policy", "policy.unknown")
	}
	return m.administer(ctx, c, account, "account.policy_set", string(p), func(tx Tx, st State) error {
		if st.Policy == p {
			return errUnchanged
		}
		return tx.SetPolicy(account, p)
	})
}

// SetGroups replaces the groups of an account, as its sessions show them from the next request on.
func (m *Machine) SetGroups(ctx context.Context, c Caller, account string, groups []string) error {
	_, err := m.ChangeGroups(ctx, c, account, func([]string) []string { return groups })
	return err
}

// ChangeGroups makes new groups of an account's present ones, and returns them. Of several changes at once none is
// lost; change may be called more than once.
func (m *Machine) ChangeGroups(ctx context.Context, c Caller, account string, change func(present []string) []string) (groups []string, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "account.groups_set", account, err) }()
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		groups = change(slices.Clone(st.Groups))
		if err := checkGroups(groups); err != nil {
			return err
		}
		if sameGroups(groups, st.Groups) {
			return nil // nothing happened
		}
		e := event("account.groups_set", c, account, "", now)
		e.Detail = strings.Join(groups, ",")
		return firstErr(tx.SetGroups(account, groups), tx.InsertEvent(e))
	})
	return groups, noAccount(err)
}

// sameGroups says whether two lists name the same groups, in whatever order.
func sameGroups(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// Bounds on groups.
const (
	maxGroups = 64
	maxGroup  = 64 // bytes
)

func checkGroups(groups []string) error {
	if len(groups) > maxGroups {
		return invalid("group", "group.too_many", maxGroups)
	}
	for _, g := range groups {
		if !ValidGroup(g) {
			return invalid("group", "group.characters")
		}
	}
	return nil
}

// ValidGroup says whether g can be the name of a group: up to 64 ASCII letters, digits and marks that stand in no list
// or command line for something else.
func ValidGroup(g string) bool {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"
	return g != "" && len(g) <= maxGroup && strings.Trim(g, characters) == ""
}

// Disabling is an account that is shut, or opened again.
type Disabling struct {
	Disabled bool
	Reason   string // of its event, and told to the account's owner; "" for none
	Untold   bool   // the owner is not told: the account, and perhaps the mailbox, is in an attacker's hand
}

// SetDisabled shuts an account, or opens it again, and tells its owner. What is signed in ends with the next request. Where
// it is so already nothing happens: no event, and no word to who was told once.
func (m *Machine) SetDisabled(ctx context.Context, c Caller, account string, in Disabling) error {
	kind, mail := "account.enabled", MailEnabled
	if in.Disabled {
		kind, mail = "account.disabled", MailDisabled
	}
	now := m.clock.Now()
	pending, err := m.store.Reset(ctx, account)
	if err != nil {
		return err
	}
	return m.administer(ctx, c, account, kind, in.Reason, func(tx Tx, st State) error {
		if st.Disabled == in.Disabled {
			return errUnchanged
		}
		_, err := tx.BumpEpoch(account)
		err = firstErr(err, tx.SetDisabled(account, in.Disabled), tx.EndSessions(account, ""), tx.DeleteBrowsers(account))
		if err == nil && in.Disabled { // its clock would run on, and no link could stop it
			err = m.endOwnReset(tx, c, account, now)
		}
		if err == nil && !in.Disabled {
			err = announceAgain(tx, pending)
		}
		if err != nil || in.Untold {
			return err
		}
		msg := about(mail, c, account, now)
		msg.Args = map[string]string{"reason": in.Reason}
		return m.post(tx, msg)
	})
}

// Delete deletes an account as [Machine.DeleteAccount] does.
func (m *Machine) Delete(ctx context.Context, c Caller, account string) error {
	return m.delete(ctx, c, account, nil)
}

// errUnchanged is for administer, of what is so already.
const errUnchanged StoreError = "nothing changed"

// administer does one thing to an account, with its event; with none where fn returns errUnchanged.
func (m *Machine) administer(ctx context.Context, c Caller, account, kind, detail string, fn func(Tx, State) error) (err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, kind, account, err) }()
	return noAccount(m.settle(ctx, account, now, func(tx Tx, st State) error {
		e := event(kind, c, account, "", now)
		e.Detail = detail
		switch err := fn(tx, st); {
		case errors.Is(err, errUnchanged):
			return nil
		case err != nil:
			return err
		}
		return tx.InsertEvent(e)
	}))
}

// noAccount makes an administrator's error of an account that is not there.
func noAccount(err error) error {
	if errors.Is(err, ErrNoAccount) {
		return &Error{Code: CodeNotFound, Field: "account"}
	}
	return err
}

// NewPerson is an account that an administrator makes.
type NewPerson struct {
	Username, Email string   // one of them is needed
	Unconfirmed     bool     // nobody knows that the address is its owner's: they are asked to confirm it
	Groups          []string //
	Password        string   // "" means that the account's owner sets it, with a link
}

// Create makes an account. Without a password there is a link that sets one: it is mailed where there is a confirmed
// address, and returned as a path below the public URL.
func (m *Machine) Create(ctx context.Context, c Caller, in NewPerson) (account, link string, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "account.created", account, err) }()
	a := NewAccount{Account: Account{ID: newID(), EmailConfirmed: in.Email != "" && !in.Unconfirmed}, Groups: in.Groups}
	if in.Username == "" && in.Email == "" {
		return "", "", invalid("username", "username.missing")
	}
	if err := firstErr(checkGroups(in.Groups), m.nameAccount(&a, in.Username, in.Email)); err != nil {
		return "", "", err
	}
	if in.Password != "" {
		if err := m.givePassword(ctx, &a, in.Password, now); err != nil {
			return "", "", err
		}
	}
	err = m.register(ctx, a, now, func(tx Tx, st State) error {
		link = ""
		err := tx.InsertEvent(event("account.created", c, a.ID, "", now))
		if err != nil || in.Password != "" {
			return err
		}
		link, err = m.firstPassword(tx, c, a, st, now)
		return err
	})
	switch {
	case errors.Is(err, ErrNameTaken):
		return "", "", taken()
	case errors.Is(err, ErrAddressTaken):
		return "", "", &Error{Code: CodeTaken, Field: "email", Text: "email.taken"}
	case err != nil:
		return "", "", err
	}
	return a.ID, link, m.greet(ctx, c, a.Account, now)
}

func (m *Machine) givePassword(ctx context.Context, a *NewAccount, password string, now time.Time) (err error) {
	policy := m.cfg.Rule.chosen(State{Groups: a.Groups}, now)
	if a.StandsAlone, err = m.checkNewPassword(ctx, "password", password, policy, a.Account); err != nil {
		return err
	}
	a.PasswordHash, err = m.cfg.Passwords.Hash(ctx, []byte(password))
	return overloaded(err)
}

// firstPassword makes the link with which the owner of a new account sets its password.
func (m *Machine) firstPassword(tx Tx, c Caller, a NewAccount, st State, now time.Time) (string, error) {
	terms := subject{New: a.Email, NewKey: a.EmailKey}
	if !a.EmailConfirmed {
		terms = subject{} // the link is handed over, and says nothing of who reads the mail
	}
	t, err := m.newTicket(ticketResetPassword, a.ID, st.Epoch, terms, bindAnewLifetime, now)
	if err != nil {
		return "", err
	}
	link := t.link(resetPath)
	if err := tx.InsertTicket(t.row); err != nil || !a.EmailConfirmed {
		return link, err
	}
	msg := about(MailInvitation, c, a.ID, now)
	msg.To, msg.Name, msg.Link, msg.ExpiresAt = a.Email, a.Shown(), link, t.row.ExpiresAt
	return link, m.post(tx, msg)
}

// OfferFirstPassword makes another link with which the owner of an account that never had a password sets one; those
// before end. The reason is its event's. CodeWrongState when there is a password, or as an
// [AddressChangedError].
func (m *Machine) OfferFirstPassword(ctx context.Context, c Caller, account string, o Order) (out Replacement, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "password.link_made", account, err) }()
	if m.cfg.Directory != nil {
		return Replacement{}, errElsewhere
	}
	a, err := m.store.AccountRow(ctx, account)
	if err != nil || a == nil {
		return Replacement{}, firstErr(err, noAccount(ErrNoAccount))
	}
	stored, err := m.store.PasswordHash(ctx, account)
	if err != nil {
		return Replacement{}, err
	}
	if stored != "" {
		return Replacement{}, wrongState("password.there_is_one")
	}
	_, key, unusable := m.cfg.Names.Email(a.Email)
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		out = Replacement{}
		if st.Epoch != a.Epoch { // setting one begins another epoch
			return wrongState("password.there_is_one")
		}
		e := event("password.link_made", c, account, "", now)
		e.Detail = o.Reason
		if err := tx.InsertEvent(e); err != nil || st.Disabled {
			return err
		}
		next := NewAccount{Account: a.Account, EmailKey: key}
		if next.EmailConfirmed = a.EmailConfirmed && unusable == nil; next.EmailConfirmed {
			if err := o.mayMail(tx, account, now); err != nil {
				return err
			}
		}
		link, err := m.firstPassword(tx, c, next, st, now)
		if out.Mailed = next.EmailConfirmed; err != nil || out.Mailed {
			return err
		}
		out.Password = link
		out.Bind, err = m.handRebind(tx, st, a.Email, now)
		return err
	})
	return out, noAccount(err)
}

// Invite makes a link with which one person registers, whatever registration says else, and mails it where an address
// is given: with it that address counts as confirmed. The link is a path below the public URL.
func (m *Machine) Invite(ctx context.Context, c Caller, email string, groups []string) (link string, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "account.invited", "", err) }()
	if m.cfg.Directory != nil {
		return "", errElsewhere
	}
	terms := subject{Groups: groups}
	if err := checkGroups(groups); err != nil {
		return "", err
	}
	if email != "" {
		if terms.New, terms.NewKey, err = m.cfg.Names.Email(email); err != nil {
			return "", err
		}
		terms.Proved = true
		if _, unknown := m.Lookup(ctx, email); unknown == nil { // the link would be dead for whoever gets it
			return "", &Error{Code: CodeTaken, Field: "email", Text: "email.taken"}
		}
	}
	t, err := m.newTicket(ticketInvitation, "", 0, terms, invitationLifetime, now)
	if err != nil {
		return "", err
	}
	if err := m.store.IssueInvitation(ctx, t.row); err != nil || email == "" {
		return t.link("/register"), err
	}
	msg := about(MailInvitation, c, "", now)
	msg.To, msg.Link, msg.ExpiresAt = terms.New, t.link("/register"), t.row.ExpiresAt
	return msg.Link, m.request(ctx, msg)
}

// bootstrapOwner marks the links of [Machine.Bootstrap]: a new one ends the one before.
const bootstrapOwner = "bootstrap"

// Bootstrap makes the link with which the first administrator registers, while there is no account at all: "" when
// there is one. It is good once, for a day.
func (m *Machine) Bootstrap(ctx context.Context) (link string, err error) {
	any, err := m.store.AnyAccount(ctx)
	if err != nil || any {
		return "", err
	}
	t, err := m.newTicket(ticketInvitation, "", 0, subject{Groups: []string{AdminGroup}}, bootstrapLifetime, m.clock.Now())
	if err != nil {
		return "", err
	}
	t.row.Owner = bootstrapOwner
	return t.link("/register"), m.store.IssueInvitation(ctx, t.row)
}

// isFirst is an error once there is an administrator: the first one's link, which stands in a terminal or a log, makes no second. That others have
// registered changes nothing, or a stranger could shut it.
func (m *Machine) isFirst(ctx context.Context) error {
	any, err := m.store.AnyInGroup(ctx, AdminGroup)
	if err == nil && any {
		err = deadInvitation("there is an administrator")
	}
	return err
}

// invited finds the invitation that a registration brought; nil when it brought none.
func (m *Machine) invited(ctx context.Context, token string, now time.Time) (*TicketRow, error) {
	if token == "" {
		return nil, nil
	}
	return m.findTicket(ctx, ticketInvitation, "", Mailed{Token: token}, now)
}

// accept takes over what an invitation says.
func (a *NewAccount) accept(invited *TicketRow) error {
	if invited == nil {
		return nil
	}
	terms, err := invited.subject()
	if err != nil {
		return err
	}
	a.Groups = terms.Groups
	a.EmailConfirmed = terms.Proved && a.EmailKey == terms.NewKey
	return nil
}

// Sweep deletes what is dead, and events and checkpoints that are older than they are kept. Nothing depends on it but
// the size of the database.
func (m *Machine) Sweep(ctx context.Context) error {
	now := m.clock.Now()
	if err := m.store.Sweep(ctx, now); err != nil {
		return err
	}
	if err := m.dropEvents(ctx, now); err != nil {
		return err
	}
	return m.compact(ctx, m.horizon(now).Add(-retentionSlack))
}

// Ready says whether the machine can work: nil, or why not.
func (m *Machine) Ready(ctx context.Context) error { return m.store.Ready(ctx) }
