package seal

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	givenUpID      = "keys-given-up"
	givenUpPurpose = "given-up"
)

// GivenUp are the keys that an operator gave up for lost: what is sealed under them, or hashed, will never be of use
// again, and nobody need be told of it any more. It is kept sealed, so that who writes to the database alone adds
// nothing to it.
type GivenUp map[string]Loss

// Loss is when a key was given up, and what the newest checkpoint of events was then: later ones are under other keys.
type Loss struct {
	At         time.Time `json:"at"`
	Checkpoint int64     `json:"checkpoint"`
}

// ReadGivenUp returns the keys that were given up; none is no error, and neither is a record whose own key is lost.
func ReadGivenUp(ctx context.Context, keys Sealer, blobs Blobs) (GivenUp, error) {
	given := GivenUp{}
	text, err := NewVault(keys, blobs).existing(ctx, givenUpID, givenUpPurpose)
	if errors.Is(err, ErrNoKey) || err == nil && text == nil {
		return given, nil
	}
	if err != nil {
		return nil, err
	}
	return given, json.Unmarshal(text, &given)
}

// BlobRows are [Blobs] that can be sealed anew.
type BlobRows interface {
	Blobs
	Rows
}

// GiveUp lets a database go on without keys that are lost, all of lost together with those of before: it stores that
// record, and where the MAC key or the check are sealed under one of these, makes new ones. main is nil where the secrets
// are in the main database. No server may run. Interrupted, it is run again, and until it is done nothing starts. It touches no other value, so that a key file that is found after all still opens them.
func GiveUp(ctx context.Context, keys *Keys, secrets BlobRows, main Blobs, lost GivenUp) error {
	text, err := json.Marshal(lost)
	if err != nil {
		return err
	}
	if err := putAnew(ctx, keys, secrets, givenUpID, givenUpPurpose, text); err != nil {
		return err
	}
	if gone, err := isUnder(ctx, secrets, macID, keys.Ring(), lost); err != nil {
		return err
	} else if gone {
		if err := newMACKey(ctx, keys, secrets, main); err != nil {
			return err
		}
	}
	gone, err := isUnder(ctx, secrets, checkID, keys.Ring(), lost)
	if err != nil || !gone {
		return err
	}
	return putAnew(ctx, keys, secrets, checkID, checkPurpose, []byte(checkPurpose))
}

// Essential returns the keys that nothing starts without: those of the check and of the MAC key.
func Essential(ctx context.Context, blobs Blobs) ([]string, error) {
	var ids []string
	for _, blob := range []string{checkID, macID} {
		sealed, err := blobs.GetBlob(ctx, blob, ownAccount)
		if errors.Is(err, ErrNoBlob) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if id, _, err := splitEnvelope(sealed); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// isUnder says whether a blob is sealed under a key that is lost.
func isUnder(ctx context.Context, blobs Blobs, blob string, ring *Ring, lost GivenUp) (bool, error) {
	sealed, err := blobs.GetBlob(ctx, blob, ownAccount)
	if errors.Is(err, ErrNoBlob) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	id, _, err := splitEnvelope(sealed)
	_, given := lost[id]
	return given && !ring.Holds(id), err
}

// newMACKey makes another MAC key. The main database's note of where it is comes first: a note of a key that does not
// open yet stops nobody from running this again.
func newMACKey(ctx context.Context, keys *Keys, secrets BlobRows, main Blobs) error {
	fresh := make([]byte, keyBytes)
	rand.Read(fresh) // never fails: crypto/rand ends the program instead
	if main != nil {
		id, err := macKeyID(fresh)
		if err != nil {
			return err
		}
		if err := main.DeleteBlob(ctx, apartID, ownAccount); err != nil {
			return err
		}
		if err := main.PutBlob(ctx, apartID, ownAccount, []byte(id)); err != nil {
			return err
		}
	}
	return putAnew(ctx, keys, secrets, macID, macPurpose, fresh)
}

// putAnew stores one of the vault's own blobs, in the place of the one that is there.
func putAnew(ctx context.Context, keys *Keys, secrets BlobRows, id, purpose string, plain []byte) error {
	sealed, err := keys.Seal(plain, secretPlace(ownAccount, purpose, id))
	if err != nil {
		return err
	}
	old, err := secrets.GetBlob(ctx, id, ownAccount)
	if errors.Is(err, ErrNoBlob) {
		return secrets.PutBlob(ctx, id, ownAccount, sealed)
	}
	if err != nil {
		return err
	}
	if done, err := secrets.ReplaceSealed(ctx, id, old, sealed); err != nil || !done {
		return errors.Join(err, fmt.Errorf("seal: %s was changed by another process meanwhile: stop all servers, and do this again", id))
	}
	return nil
}

// Droppable are [Rows] whose values are worth nothing once they don't open.
type Droppable interface {
	Rows
	// DropSealed deletes a row; false if its value is not sealed any more, or the row is gone.
	DropSealed(ctx context.Context, id string, sealed []byte) (bool, error)
}

// Drop deletes the values of the column that are sealed under keys that were given up and that the ring does not hold. It
// returns how many those were; none in a column that is not [Droppable].
func (c Column) Drop(ctx context.Context, ring *Ring, lost GivenUp) (n int, err error) {
	rows, drops := c.Rows.(Droppable)
	if !drops {
		return 0, nil
	}
	err = c.each(ctx, func(r Row) error {
		id, _, err := splitEnvelope(r.Sealed)
		if _, given := lost[id]; err != nil || !given || ring.Holds(id) {
			return nil
		}
		dropped, err := rows.DropSealed(ctx, r.ID, r.Sealed)
		if dropped {
			n++
		}
		return err
	})
	return n, err
}
