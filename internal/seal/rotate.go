package seal

import (
	"context"
	"errors"
	"fmt"
)

// Row is a sealed value where it is stored.
type Row struct {
	ID, Account string
	Sealed      []byte
}

// Rows are the sealed values of one column. Implementations are safe for concurrent use.
type Rows interface {
	// ListSealed returns up to n rows whose ids come after the given one, in the order of their ids.
	ListSealed(ctx context.Context, after string, n int) ([]Row, error)
	// ReplaceSealed puts the value sealed in the place of old; false if it is not old any more, or the row is gone.
	ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error)
}

// Column is one kind of sealed values in a database.
type Column struct {
	Name   string // for people
	Rows   Rows
	Places func(Row) []Place // where the row's value may belong; it opens in one of them
}

// BlobColumn is the column of the secrets that a [Vault] keeps. Their purposes are not stored with them: all those in
// use have to be given.
func BlobColumn(rows Rows, purposes ...string) Column {
	return Column{Name: "secrets", Rows: rows, Places: func(r Row) []Place {
		switch {
		case r.ID == checkID && r.Account == ownAccount:
			return []Place{secretPlace(r.Account, checkPurpose, r.ID)}
		case r.ID == macID && r.Account == ownAccount:
			return []Place{secretPlace(r.Account, macPurpose, r.ID)}
		case r.ID == givenUpID && r.Account == ownAccount:
			return []Place{secretPlace(r.Account, givenUpPurpose, r.ID)}
		}
		places := make([]Place, len(purposes))
		for i, purpose := range purposes {
			places[i] = secretPlace(r.Account, purpose, r.ID)
		}
		return places
	}}
}

// Examined is a sealed value that was looked at.
type Examined struct {
	ID    string
	KeyID string // the key that it says it is sealed under; "" if it is no sealed value at all
	Err   error  // nil if it opens; wraps [ErrNoKey] or [ErrTampered] if not
}

// CountUnder counts the values of the column by the key that they say they are sealed under; none is opened.
func (c Column) CountUnder(ctx context.Context, counts map[string]int) error {
	return c.each(ctx, func(r Row) error {
		if id, _, err := splitEnvelope(r.Sealed); err == nil {
			counts[id]++
		}
		return nil
	})
}

// ResealCheck seals the database's check under the active key, before anything else is: servers read there which key
// seals from now on. It says whether there was something to do.
func ResealCheck(ctx context.Context, keys *Keys, blobs BlobRows) (done bool, err error) {
	keys.Look()
	sealed, err := blobs.GetBlob(ctx, checkID, ownAccount)
	if errors.Is(err, ErrNoBlob) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("seal: reading %s: %w", checkID, err)
	}
	row := Row{ID: checkID, Account: ownAccount, Sealed: sealed}
	var did Resealed
	moved := 0
	err = BlobColumn(blobs).resealRow(ctx, keys, row, &did, &moved)
	return did.Values > 0, err
}

// portion is how many values are read at a time.
const portion = 200

// Examine opens every value of the column and calls visit for each; an error of visit ends it.
func (c Column) Examine(ctx context.Context, keys Sealer, visit func(Examined) error) error {
	return c.each(ctx, func(r Row) error {
		keyID, _, _ := splitEnvelope(r.Sealed)
		_, _, err := c.open(keys, r)
		return visit(Examined{ID: r.ID, KeyID: keyID, Err: err})
	})
}

func (c Column) each(ctx context.Context, visit func(Row) error) error {
	after := ""
	for {
		rows, err := c.Rows.ListSealed(ctx, after, portion)
		if err != nil {
			return fmt.Errorf("seal: reading %s: %w", c.Name, err)
		}
		for _, r := range rows {
			if err := visit(r); err != nil {
				return err
			}
		}
		if len(rows) < portion {
			return nil
		}
		after = rows[len(rows)-1].ID
	}
}

// open tries the places: a value opens in its own and in no other.
func (c Column) open(keys Sealer, r Row) (plaintext []byte, at Place, err error) {
	err = ErrTampered
	for _, at := range c.Places(r) {
		if plaintext, err = keys.Open(r.Sealed, at); !errors.Is(err, ErrTampered) {
			return plaintext, at, err
		}
	}
	return nil, Place{}, err
}

// Resealed says what [Reseal] did.
type Resealed struct {
	Active   string // the key that everything is sealed under that opens
	Values   int    // how many were sealed under another one
	Unopened int    // how many don't open, and stay as they are
}

// mostPasses bounds how often Reseal begins anew because others sealed under an older key meanwhile.
const mostPasses = 8

// Reseal seals under the active key all that is sealed under others. Everybody may go on reading and writing: each
// value is replaced only if it is still what was read, and nothing else is written. Whenever it is interrupted, running
// it again does the rest, and several may run at once. It goes over everything until there is nothing left to do.
func Reseal(ctx context.Context, keys *Keys, columns ...Column) (Resealed, error) {
	var done Resealed
	for range mostPasses {
		keys.Look()
		done.Active, done.Unopened = keys.Ring().ActiveID(), 0
		moved := 0
		for _, c := range columns {
			if err := c.reseal(ctx, keys, &done, &moved); err != nil {
				return done, err
			}
		}
		if moved == 0 && keys.Ring().ActiveID() == done.Active {
			break
		}
	}
	return done, nil
}

func (c Column) reseal(ctx context.Context, keys *Keys, done *Resealed, moved *int) error {
	return c.each(ctx, func(r Row) error { return c.resealRow(ctx, keys, r, done, moved) })
}

func (c Column) resealRow(ctx context.Context, keys *Keys, r Row, done *Resealed, moved *int) error {
	if id, _, err := splitEnvelope(r.Sealed); err == nil && id == keys.Ring().ActiveID() {
		return nil
	}
	plaintext, at, err := c.open(keys, r)
	if err != nil {
		done.Unopened++
		return nil
	}
	sealed, err := keys.Seal(plaintext, at)
	if err != nil {
		return err
	}
	*moved++ // also when somebody else was first: the next pass looks at what they put there
	replaced, err := c.Rows.ReplaceSealed(ctx, r.ID, r.Sealed, sealed)
	if err != nil {
		return fmt.Errorf("seal: resealing %s: %w", c.Name, err)
	}
	if replaced {
		done.Values++
	}
	return nil
}
