package seal

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// ErrNoBlob is what [Blobs] answer when the account has no blob of that id.
var ErrNoBlob = errors.New("seal: no such secret")

// Blobs stores sealed secrets: bytes that never change, each with an id and the account that it belongs to.
// Implementations are safe for concurrent use.
type Blobs interface {
	// PutBlob stores a new blob; an id that is taken is an error.
	PutBlob(ctx context.Context, id, account string, sealed []byte) error
	// GetBlob returns an account's blob, or an error that wraps ErrNoBlob.
	GetBlob(ctx context.Context, id, account string) ([]byte, error)
	// DeleteBlob removes an account's blob, if there is one.
	DeleteBlob(ctx context.Context, id, account string) error
}

// vaultTable is the table that every secret's place names, whatever the store calls its own.
const vaultTable = "sallyport_secrets"

// Sealer seals and opens: a [Keys] in a program that runs on, or a [Ring] that never changes.
type Sealer interface {
	// Seal is [Ring.Seal].
	Seal(plaintext []byte, at Place) ([]byte, error)
	// Open is [Ring.Open].
	Open(sealed []byte, at Place) ([]byte, error)
}

// Vault keeps accounts' secrets in a store that sees only sealed ones. A secret is bound to its account, its purpose
// and its id. Secrets never change: put the new one, refer to its id, then delete the old. It is safe for concurrent
// use.
type Vault struct {
	keys  Sealer
	blobs Blobs
}

// NewVault returns a vault that seals with keys and stores in blobs.
func NewVault(keys Sealer, blobs Blobs) *Vault {
	return &Vault{keys: keys, blobs: blobs}
}

// Put seals and stores a secret and returns its new id (a UUID of version 7). Account and purpose may not be empty.
func (v *Vault) Put(ctx context.Context, account, purpose string, plaintext []byte) (id string, err error) {
	made, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	id = made.String()
	sealed, err := v.keys.Seal(plaintext, secretPlace(account, purpose, id))
	if err != nil {
		return "", err
	}
	if err := v.blobs.PutBlob(ctx, id, account, sealed); err != nil {
		return "", fmt.Errorf("seal: storing a secret: %w", err)
	}
	if keys, follows := v.keys.(*Keys); follows {
		if err := keys.stays(sealed); err != nil { // its key was taken out of the file in between
			return "", errors.Join(err, v.Delete(context.WithoutCancel(ctx), account, id))
		}
	}
	return id, nil
}

// Get returns an account's secret that was put for this purpose. Errors wrap [ErrNoBlob], [ErrNoKey] or [ErrTampered],
// or are the store's own.
func (v *Vault) Get(ctx context.Context, account, purpose, id string) ([]byte, error) {
	sealed, err := v.blobs.GetBlob(ctx, id, account)
	if err != nil {
		return nil, fmt.Errorf("seal: reading secret %s: %w", id, err)
	}
	plaintext, err := v.keys.Open(sealed, secretPlace(account, purpose, id))
	if err != nil {
		return nil, fmt.Errorf("seal: opening secret %s: %w", id, err)
	}
	return plaintext, nil
}

// Delete removes an account's secret. One that isn't there is no error.
func (v *Vault) Delete(ctx context.Context, account, id string) error {
	if err := v.blobs.DeleteBlob(ctx, id, account); err != nil {
		return fmt.Errorf("seal: deleting secret %s: %w", id, err)
	}
	return nil
}

func secretPlace(account, purpose, id string) Place {
	return Place{Table: vaultTable, Column: purpose, Row: id, Account: account}
}
