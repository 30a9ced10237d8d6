package seal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// followPatience is how long a database may take to say what a new key file has to open.
const followPatience = 2 * time.Second

// Follow names the database that the keys are for, with a [Vault.Check] in it. From then on a key file without any key
// in common is taken, too, if it opens that check: it went through a whole rotation that was not noticed here.
func (k *Keys) Follow(blobs Blobs) {
	k.looking.Lock()
	defer k.looking.Unlock()
	k.blobs = blobs
}

var errNoDatabase = errors.New("no database to try it on")

// opens says why a ring does not open the database's check; nil when it does. One without a check is no proof.
func (k *Keys) opens(ring *Ring) error {
	if k.blobs == nil {
		return errNoDatabase
	}
	ctx, stop := context.WithTimeout(context.Background(), followPatience)
	defer stop()
	_, err := NewVault(ring, k.blobs).openOwn(ctx, checkID, checkPurpose)
	return err
}

// Ready looks at the file, and at the database that [Keys.Follow] named. It returns why the database's secrets can't be
// opened with the file, or why nothing can be sealed; nil when all is well. It costs a stat and two small reads.
//
// The database's check is the first thing that a rotation seals anew, so that its key says to servers with copies of
// the key file of their own which key seals from now on: a copy that came late leaves nothing behind under the old one.
// Who serves calls it every now and then, much more often than [RemoveAfter].
func (k *Keys) Ready(ctx context.Context) error {
	k.looking.Lock()
	blobs := k.blobs
	k.looking.Unlock()
	if blobs == nil {
		_, err := k.current()
		return err
	}
	id, err := sealedUnder(ctx, blobs)
	if err != nil {
		return err
	}
	if err := k.heed(id); err != nil {
		return err
	}
	vault := NewVault(k, blobs)
	if _, err = vault.openOwn(ctx, checkID, checkPurpose); err == nil {
		_, err = vault.openOwn(ctx, macID, macPurpose)
	}
	return err
}

// sealedUnder returns the key of the database's check: the one that the latest rotation made active.
func sealedUnder(ctx context.Context, blobs Blobs) (id string, err error) {
	check, err := blobs.GetBlob(ctx, checkID, ownAccount)
	if err != nil {
		return "", fmt.Errorf("seal: reading %s: %w", checkID, err)
	}
	id, _, err = splitEnvelope(check)
	return id, err
}

// heed makes the key that the database named the active one, if it is newer than that of the file.
func (k *Keys) heed(id string) error {
	k.looking.Lock()
	defer k.looking.Unlock()
	k.told = id
	err := k.look(!k.Ring().Holds(id))
	k.ring.Store(k.Ring().under(id))
	if err == nil && !k.Ring().Holds(id) {
		err = behind(id)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	return nil
}

// notBehind returns an error if the database is sealed under a key that the file does not hold. A rotation may have gone
// on since it was asked: then it is asked again.
func (k *Keys) notBehind() error {
	if k.told == "" || k.Ring().Holds(k.told) {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), followPatience)
	defer stop()
	id, err := sealedUnder(ctx, k.blobs)
	if err != nil {
		return err
	}
	if k.told = id; !k.Ring().Holds(id) {
		return behind(id)
	}
	k.ring.Store(k.Ring().under(id))
	return nil
}

func behind(id string) error {
	return fmt.Errorf("the database is sealed under a key that it does not hold, which another copy of it has: %w", &NoKeyError{id})
}
