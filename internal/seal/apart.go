package seal

import (
	"context"
	"errors"
	"fmt"
)

// ErrWrongSecrets says that the secrets which the main database needs are in another database than the one that was
// named.
var ErrWrongSecrets = errors.New("seal: these are not the secrets that belong to the main database")

// apartID is a blob in a main database whose secrets are kept apart: the id of the MAC key that is with them. It is no
// secret, so that it stands there as it is.
const apartID = "secrets-apart"

// Belong says whether secrets and main belong together; main is nil where the secrets are in the main database. A
// mistyped name must be noticed at the start: a new, empty database would do for everybody but those who have something
// bound. It stores nothing. The error wraps [ErrWrongSecrets] or [ErrWrongRing], or is the store's own.
func Belong(ctx context.Context, keys Sealer, secrets, main Blobs) error {
	noted, err := noteOf(ctx, secrets, main)
	if err != nil {
		return err
	}
	if noted == "" && main != nil {
		if inMain, err := Sealed(ctx, main); err != nil || inMain {
			return errors.Join(err, fmt.Errorf("%w: they are in the main database itself; with all servers stopped, move the rows of its table sallyport_secrets to the other one", ErrWrongSecrets))
		}
	}
	id, err := FindMACKey(ctx, keys, secrets)
	switch {
	case err != nil:
		return err
	case noted != "" && noted != id && main == nil:
		return fmt.Errorf("%w: they are kept apart, in a database that has to be named", ErrWrongSecrets)
	case noted != "" && noted != id:
		return fmt.Errorf("%w: another database than before was named for them", ErrWrongSecrets)
	}
	return nil
}

// noteOf reads the main database's note; "" when there is none.
func noteOf(ctx context.Context, secrets, main Blobs) (string, error) {
	if main == nil {
		main = secrets
	}
	noted, err := main.GetBlob(ctx, apartID, ownAccount)
	if errors.Is(err, ErrNoBlob) {
		return "", nil
	}
	return string(noted), err
}

// noteApart notes in the main database where its secrets are. Of several that do so at once one is first, and the
// others have to mean the same.
func (c *Keychain) noteApart(ctx context.Context, secrets, main Blobs) error {
	noted, err := noteOf(ctx, secrets, main)
	if err != nil || noted == c.id {
		return err
	}
	put := main.PutBlob(ctx, apartID, ownAccount, []byte(c.id))
	if noted, err = noteOf(ctx, secrets, main); err != nil || noted == "" {
		return errors.Join(err, put)
	}
	if noted != c.id {
		return fmt.Errorf("%w: another process named another database for them", ErrWrongSecrets)
	}
	return nil
}
