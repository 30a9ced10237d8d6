package seal

import (
	"context"
	"errors"
	"fmt"
)

// ErrWrongRing says that a database's secrets were sealed with keys that the ring does not hold.
var ErrWrongRing = errors.New("seal: these are not the keys that the database's secrets are sealed with")

// The blob that Check reads. Its id is known to the sweeper, which leaves it alone.
const (
	checkID      = "key-check"
	checkAccount = "sallyport"
	checkPurpose = "check"
)

// Check says whether the ring fits the secrets that are stored: a mistyped key file must be noticed at the start, not
// by people whose codes stop working. The first Check on a database leaves the blob that every later one opens. The
// error wraps [ErrWrongRing], or is the store's own.
func (v *Vault) Check(ctx context.Context) error {
	err := v.openCheck(ctx)
	if !errors.Is(err, ErrNoBlob) {
		return err
	}
	sealed, err := v.ring.Seal([]byte(checkPurpose), secretPlace(checkAccount, checkPurpose, checkID))
	if err != nil {
		return err
	}
	if put := v.blobs.PutBlob(ctx, checkID, checkAccount, sealed); put != nil {
		if err := v.openCheck(ctx); !errors.Is(err, ErrNoBlob) { // another process was first
			return err
		}
		return fmt.Errorf("seal: storing the check of the keys: %w", put)
	}
	return nil
}

// Sealed says whether a [Vault.Check] was made on these blobs before: whether a key file belongs to them already.
func Sealed(ctx context.Context, blobs Blobs) (bool, error) {
	_, err := blobs.GetBlob(ctx, checkID, checkAccount)
	if errors.Is(err, ErrNoBlob) {
		return false, nil
	}
	return err == nil, err
}

func (v *Vault) openCheck(ctx context.Context) error {
	_, err := v.Get(ctx, checkAccount, checkPurpose, checkID)
	if errors.Is(err, ErrNoKey) || errors.Is(err, ErrTampered) {
		return fmt.Errorf("%w (%w)", ErrWrongRing, err)
	}
	return err
}
