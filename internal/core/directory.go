package core

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Directory is an embedding application's own accounts: what they are called, and whether a password is theirs. It has no
// say in who is signed in. A name or account that nobody has is a nil pointer; errors are failures of the system, and let
// nobody in. Implementations are safe for concurrent use, and bound what they return.
type Directory interface {
	// ByLogin finds the account that somebody typed the username or address of, as it was typed.
	ByLogin(ctx context.Context, typed string) (*Entry, error)
	// ByID finds an account; the entry has that id.
	ByID(ctx context.Context, id string) (*Entry, error)
	// CheckPassword says whether a password is the account's. With the id "" it does the same work and says no. An [Error] of
	// CodeUnavailable says that nothing was compared; after every other error the attempt stays counted.
	CheckPassword(ctx context.Context, id, password string) (bool, error)
}

// Entry is what a [Directory] knows of an account.
type Entry struct {
	Account
	Groups   []string
	Disabled bool // nobody signs in
}

// errElsewhere is the answer to everything that only the application does with its accounts.
var errElsewhere error = &Error{Code: CodeNotFound, Text: "accounts.elsewhere", Reason: "the application keeps its accounts itself"}

// elsewhere is a [Store] of a machine whose accounts are in a directory. What it adds is in one place: whoever is not in the
// directory any more has no state, no session and no transaction, and an account that is has a state from the first
// transaction on. Names and passwords it never writes.
type elsewhere struct {
	Store
	dir Directory
}

// FindAccounts implements [Store]: for nobody, the same is read as for somebody.
func (s elsewhere) FindAccounts(ctx context.Context, name Name) ([]Found, error) {
	e, err := s.dir.ByLogin(ctx, name.Typed)
	if err != nil {
		return nil, err
	}
	id := ""
	if e != nil {
		id = e.ID
	}
	st, err := s.Store.State(ctx, id)
	if err != nil || e == nil {
		return nil, err
	}
	return []Found{{Account: e.Account, State: e.state(st)}}, nil
}

// UsernameTaken implements [Store].
func (elsewhere) UsernameTaken(context.Context, string, string) (bool, error) {
	return false, errElsewhere
}

// Register implements [Store].
func (elsewhere) Register(context.Context, NewAccount, time.Time, func(Tx, State) error) error {
	return errElsewhere
}

// PasswordHash implements [Store]: there is none here.
func (elsewhere) PasswordHash(context.Context, string) (string, error) { return "", nil }

// AnyAccount implements [Store]: whoever embeds this has made the first.
func (elsewhere) AnyAccount(context.Context) (bool, error) { return true, nil }

// ListAccounts implements [Store].
func (elsewhere) ListAccounts(context.Context, string, int) ([]AccountRow, error) {
	return nil, errElsewhere
}

// fewBad is how many accounts a directory may fail to answer for before that is an outage.
const fewBad = 3

// Remindable implements [Store]: the directory is asked for each account that may be. One that it can't answer for keeps none of the others
// from their reminders: the rows are good beside the error.
func (s elsewhere) Remindable(ctx context.Context, after string, before time.Time, n int) (rows []AccountRow, failed error) {
	bad := 0
	for len(rows) < n {
		page, err := s.RemindableStates(ctx, after, before, n)
		if err != nil {
			return nil, err
		}
		for _, id := range page {
			row, err := s.AccountRow(ctx, id)
			if err != nil {
				if failed, bad = errors.Join(failed, err), bad+1; bad > fewBad {
					return rows, failed
				}
				continue
			}
			if row != nil && row.Email != "" && len(rows) < n {
				rows = append(rows, *row)
			}
		}
		if len(page) < n {
			break
		}
		after = page[len(page)-1]
	}
	return rows, failed
}

// Account implements [Store].
func (s elsewhere) Account(ctx context.Context, id string) (*Account, error) {
	e, err := s.byID(ctx, id)
	if err != nil || e == nil {
		return nil, err
	}
	return &e.Account, nil
}

// State implements [Store].
func (s elsewhere) State(ctx context.Context, account string) (*State, error) {
	_, st, err := s.both(ctx, account)
	return st, err
}

// AccountRow implements [Store].
func (s elsewhere) AccountRow(ctx context.Context, id string) (*AccountRow, error) {
	e, st, err := s.both(ctx, id)
	if err != nil || e == nil {
		return nil, err
	}
	auths, err := s.Authenticators(ctx, id)
	return &AccountRow{Account: e.Account, State: *st, Authenticators: len(auths)}, err
}

// byID holds the directory to its word: what is kept here hangs on ids, and on nothing else that it says.
func (s elsewhere) byID(ctx context.Context, id string) (*Entry, error) {
	if id == "" {
		return nil, nil
	}
	e, err := s.dir.ByID(ctx, id)
	if err != nil || e == nil {
		return nil, err
	}
	if e.ID != id {
		return nil, fmt.Errorf("core: the directory was asked for the account %q and answered with %q", id, e.ID)
	}
	return e, nil
}

func (s elsewhere) both(ctx context.Context, id string) (*Entry, *State, error) {
	e, err := s.byID(ctx, id)
	if err != nil || e == nil {
		return nil, nil, err
	}
	st, err := s.Store.State(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	now := e.state(st)
	return e, &now, nil
}

// SessionByToken implements [Store].
func (s elsewhere) SessionByToken(ctx context.Context, tokenHash []byte) (*FoundSession, error) {
	found, err := s.Store.SessionByToken(ctx, tokenHash)
	if err != nil || found == nil {
		return nil, err
	}
	e, err := s.byID(ctx, found.Row.Account)
	if err != nil || e == nil {
		return nil, err
	}
	found.State, found.Account = e.state(&found.State), &e.Account
	return found, nil
}

// Settle implements [Store]. The directory is asked outside the transaction: it may be in the same database, and waits for
// nobody here. The first transaction of an account makes its state.
func (s elsewhere) Settle(ctx context.Context, account string, now time.Time, fn func(Tx, State) error) error {
	e, err := s.byID(ctx, account)
	if err != nil {
		return err
	}
	if e == nil {
		return ErrNoAccount
	}
	settle := func() error {
		return s.Store.Settle(ctx, account, now, func(tx Tx, st State) error {
			return fn(elsewhereTx{tx, e.Account}, e.state(&st))
		})
	}
	if err := settle(); !errors.Is(err, ErrNoAccount) {
		return err
	}
	if err := s.AddState(ctx, account, now); err != nil {
		return err
	}
	return settle()
}

// firstEpoch is that of a state that [Store.AddState] makes.
const firstEpoch = 1

// state is what holds for the account together with what is kept about it; nil where nothing is yet. How long a password is
// that stands alone, the application decides.
func (e *Entry) state(kept *State) State {
	st := State{Account: e.ID, Epoch: firstEpoch, FirstOpen: true}
	if kept != nil {
		st = *kept
	}
	st.Groups, st.StandsAlone, st.Disabled = e.Groups, true, st.Disabled || e.Disabled
	return st
}

// elsewhereTx is a [Tx] on an account of a directory, as it was when the transaction was asked for.
type elsewhereTx struct {
	Tx
	account Account
}

// Account implements [LifeTx]; of another account there is nothing to know here.
func (t elsewhereTx) Account(id string) (*Account, error) {
	if id != t.account.ID {
		return nil, nil
	}
	a := t.account
	return &a, nil
}

// ConfirmAddress implements [LifeTx].
func (elsewhereTx) ConfirmAddress(string, string, string) (bool, error) { return false, errElsewhere }

// SetPassword implements [Tx].
func (elsewhereTx) SetPassword(string, string, bool) error { return errElsewhere }

// SetPasswordExposed implements [Tx]: what would replace the password is not here either.
func (elsewhereTx) SetPasswordExposed(string, bool) error { return errElsewhere }

// SetGroups implements [LifeTx].
func (elsewhereTx) SetGroups(string, []string) error { return errElsewhere }

// DeleteAccount implements [LifeTx].
func (elsewhereTx) DeleteAccount(string) error { return errElsewhere }
