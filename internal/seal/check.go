package seal

import (
	"context"
	"errors"
	"fmt"
)

// ErrWrongRing says that a database's secrets were sealed with keys that the ring does not hold.
var ErrWrongRing = errors.New("seal: these are not the keys that the database's secrets are sealed with")

// The blobs that belong to no account of anybody's. Their ids are known to the sweeper, which leaves them alone.
const (
	ownAccount   = "sallyport"
	checkID      = "key-check"
	checkPurpose = "check"
	macID        = "mac-key"
	macPurpose   = "mac"
)

// Check says whether the ring fits the secrets that are stored: a mistyped key file must be noticed at the start, not
// by people whose codes stop working. The first Check on a database leaves the blob that every later one opens. The
// error wraps [ErrWrongRing], or is the store's own.
func (v *Vault) Check(ctx context.Context) error {
	_, err := v.own(ctx, checkID, checkPurpose, []byte(checkPurpose))
	return err
}

// own opens one of the vault's own blobs. If there is none yet it is made; of several processes that do so at once one
// makes it, and all get the same.
func (v *Vault) own(ctx context.Context, id, purpose string, first []byte) ([]byte, error) {
	held, err := v.openOwn(ctx, id, purpose)
	if !errors.Is(err, ErrNoBlob) {
		return held, err
	}
	sealed, err := v.keys.Seal(first, secretPlace(ownAccount, purpose, id))
	if err != nil {
		return nil, err
	}
	put := v.blobs.PutBlob(ctx, id, ownAccount, sealed)
	if put == nil {
		return first, nil
	}
	if held, err := v.openOwn(ctx, id, purpose); !errors.Is(err, ErrNoBlob) { // another process was first
		return held, err
	}
	return nil, fmt.Errorf("seal: storing %s: %w", id, put)
}

// Sealed says whether a [Vault.Check] was made on these blobs before: whether a key file belongs to them already.
func Sealed(ctx context.Context, blobs Blobs) (bool, error) {
	_, err := blobs.GetBlob(ctx, checkID, ownAccount)
	if errors.Is(err, ErrNoBlob) {
		return false, nil
	}
	return err == nil, err
}

// Fits is a [Vault.Check] that stores nothing: a database without a check fits every ring.
func (v *Vault) Fits(ctx context.Context) error {
	_, err := v.existing(ctx, checkID, checkPurpose)
	return err
}

// existing opens one of the vault's own blobs; nil when there is none.
func (v *Vault) existing(ctx context.Context, id, purpose string) ([]byte, error) {
	held, err := v.openOwn(ctx, id, purpose)
	if errors.Is(err, ErrNoBlob) {
		return nil, nil
	}
	return held, err
}

func (v *Vault) openOwn(ctx context.Context, id, purpose string) ([]byte, error) {
	held, err := v.Get(ctx, ownAccount, purpose, id)
	if errors.Is(err, ErrNoKey) || errors.Is(err, ErrTampered) {
		return nil, fmt.Errorf("%w (%w)", ErrWrongRing, err)
	}
	return held, err
}
