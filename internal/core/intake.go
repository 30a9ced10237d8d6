package core

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"slices"
	"time"
)

// Newcomer is an account of another system, as an importer read it.
type Newcomer struct {
	// Origin names the account among all of all sources, and is the same whenever it is read. The new account's id is made of
	// it, so that none is taken in twice.
	Origin string

	Username, Email string // one of them is needed
	EmailConfirmed  bool   // its mailbox was proved there
	PasswordHash    string // of a form that can be read; "" for none
	Groups          []string
	Disabled        bool

	HasSecond      bool // it has a second step there, whether or not that could be read
	Authenticators []Brought
	UserHandle     []byte   // what its passkeys know it by; nil where there is none
	RecoveryCodes  []string // those that are not used, as its owner has them
}

// Brought is an authenticator of another system that its owner proved there.
type Brought struct {
	Kind    Kind
	Label   string          // what cannot be shown is left out
	URI     string          // with totp: the key. It holds the secret
	To      string          // with email and sms: where codes go
	Passkey *BroughtPasskey // with webauthn
}

// Intake takes accounts of another system in, one after the other. It is for one goroutine.
type Intake struct {
	// Rehearsal does everything and keeps nothing: each account's transaction is rolled back at its end.
	Rehearsal bool
	// BindAnew takes in accounts of whose second steps none can come along. Their owners bind anew with their password and a
	// link that is mailed to the confirmed address, as after a reset. Otherwise these accounts are refused.
	BindAnew bool

	machine *Machine
	caller  Caller
	names   map[string]string // canonical names of this run, and the origin that has each
}

// Intake begins to take in accounts, for an administrator: it asks for no proof.
func (m *Machine) Intake(c Caller) *Intake {
	return &Intake{machine: m, caller: c, names: map[string]string{}}
}

// Taken is what became of a [Newcomer].
type Taken struct {
	Account  string // its id here
	Present  bool   // it was taken in before, and is left as it is
	Renamed  bool   // likewise, and none of its names is one of the newcomer's: perhaps it is another's
	Bound    []Kind // what came along
	Codes    int    // and how many recovery codes
	Groups   []string
	BindAnew bool // its owner has to bind a second step anew
	Left     []LeftOut
}

// LeftOut is a part of a [Newcomer] that did not come along.
type LeftOut struct {
	What string // a kind, "recovery_codes" or "group"
	Name string // which, where there are several: a label, a group
	Why  *Error
}

// Take takes one account in, whole or not at all. An [Error] says why it is refused: CodeTaken for names that an account
// has, CodeInvalid for what can't be one, CodeWrongState where nothing that it had for a second step could come along. Every other error is a failure
// of the system. Nobody is told by mail.
func (i *Intake) Take(ctx context.Context, in Newcomer) (out Taken, err error) {
	m, now := i.machine, i.machine.clock.Now()
	out.Account = newcomerID(in.Origin)
	defer func() { m.note(ctx, i.caller, "account.imported", out.Account, err) }()
	if out.Present, err = i.present(ctx, out.Account); out.Present && err == nil {
		out.Renamed, err = i.renamed(ctx, out.Account, in)
	}
	if out.Present || err != nil {
		return out, err
	}
	a, err := i.named(ctx, in, &out)
	if err != nil {
		return out, err
	}
	parts, err := i.adopt(ctx, in, a, &out, now)
	if err != nil {
		return out, err
	}
	if err := i.enough(in, &out); err != nil {
		return out, err
	}
	if err := i.keep(ctx, a.ID, parts); err != nil {
		return out, err
	}
	err = m.register(ctx, a, now, func(tx Tx, _ State) error {
		if err := i.takeIn(tx, in, parts, out, now); err != nil {
			return err
		}
		if i.Rehearsal {
			return errRehearsed
		}
		return nil
	})
	if err != nil && !i.Rehearsal {
		m.forgetSecrets(ctx, a.ID, secretsOf(parts))
	}
	return out, i.settled(a, err)
}

// errRehearsed rolls a transaction back that would have been committed.
var errRehearsed = errors.New("core: a rehearsal")

// settled is what the transaction's end means.
func (i *Intake) settled(a NewAccount, err error) error {
	switch {
	case errors.Is(err, ErrNameTaken):
		return taken()
	case errors.Is(err, ErrAddressTaken):
		return &Error{Code: CodeTaken, Field: "email", Text: "email.taken"}
	case err != nil && !errors.Is(err, errRehearsed):
		return err
	}
	for _, key := range []string{a.UsernameKey, "like " + a.Skeleton, a.EmailKey} {
		i.names[key] = a.ID
	}
	return nil
}

// newcomerID makes the id of an account: of the same form as any other, and the same each time.
func newcomerID(origin string) string {
	sum := sha256.Sum256([]byte("newcomer\x00" + origin))
	return base32.StdEncoding.EncodeToString(sum[:])[:idLength]
}

// present says whether the account was taken in before. One that was deleted since is not to rise again: it has events and no
// state. The events are read first, since another import may take it in between the two looks.
func (i *Intake) present(ctx context.Context, id string) (bool, error) {
	events, err := i.machine.store.Events(ctx, id, 0, 1)
	if err != nil {
		return false, err
	}
	st, err := i.machine.store.State(ctx, id)
	if st != nil || err != nil || len(events) == 0 {
		return st != nil, err
	}
	return false, wrongState("import.deleted")
}

// renamed says whether an account that was taken in before shares no name with the newcomer: its owner changed them, or
// two applications were given one name, and this is somebody else.
func (i *Intake) renamed(ctx context.Context, id string, in Newcomer) (bool, error) {
	a, err := i.machine.store.Account(ctx, id)
	if err != nil || a == nil {
		return false, err
	}
	same := func(one, other string) bool {
		a, b := i.machine.cfg.Names.Login(one), i.machine.cfg.Names.Login(other)
		return one != "" && other != "" && a.Key == b.Key && a.IsEmail == b.IsEmail
	}
	return !same(a.Email, in.Email) && !same(a.Username, in.Username), nil
}

// named makes the account's names canonical, and finds what can't be said of them in the transaction: the names of this
// run, which a rehearsal rolls back, and addresses without proof, of which there may be several.
func (i *Intake) named(ctx context.Context, in Newcomer, out *Taken) (NewAccount, error) {
	m := i.machine
	a := NewAccount{
		Account:      Account{ID: out.Account, EmailConfirmed: in.Email != "" && in.EmailConfirmed},
		PasswordHash: in.PasswordHash, Groups: i.groups(in, out),
	}
	if in.Username == "" && in.Email == "" {
		return a, invalid("username", "username.missing")
	}
	if err := firstErr(m.nameAccount(&a, in.Username, in.Email), checkGroups(a.Groups)); err != nil {
		return a, err
	}
	if _, twice := i.names[a.EmailKey]; a.EmailKey != "" && twice {
		return a, &Error{Code: CodeTaken, Field: "email", Text: "email.taken"}
	}
	_, twice := i.names[a.UsernameKey]
	_, alike := i.names["like "+a.Skeleton]
	if a.UsernameKey != "" && (twice || alike) {
		return a, taken()
	}
	if a.EmailKey == "" || a.EmailConfirmed {
		return a, nil
	}
	found, err := m.store.FindAccounts(ctx, Name{Key: a.EmailKey, IsEmail: true})
	if err == nil && len(found) > 0 {
		err = &Error{Code: CodeTaken, Field: "email", Text: "email.taken"}
	}
	return a, err
}

// groups are those of a newcomer that can be groups here.
func (i *Intake) groups(in Newcomer, out *Taken) (groups []string) {
	for _, g := range in.Groups {
		if !ValidGroup(g) {
			out.Left = append(out.Left, LeftOut{What: "group", Name: g, Why: invalid("group", "group.characters")})
			continue
		}
		groups = append(groups, g)
	}
	slices.Sort(groups)
	out.Groups = slices.Compact(groups)
	return out.Groups
}

// takeIn is what happens in the transaction that makes the account.
func (i *Intake) takeIn(tx Tx, in Newcomer, parts intakeParts, out Taken, now time.Time) error {
	e := event("account.imported", i.caller, out.Account, "", now)
	e.Detail = in.Origin
	if err := tx.InsertEvent(e); err != nil {
		return err
	}
	if in.Disabled {
		if err := tx.SetDisabled(out.Account, true); err != nil {
			return err
		}
	}
	if out.BindAnew {
		if _, err := tx.ReleaseBinding(out.Account); err != nil {
			return err
		}
	}
	return parts.insert(tx, out.Account, now)
}
