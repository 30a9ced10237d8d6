package assembly

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// Two databases are named by hand, and one name may be another installation's, or nobody's. Whether they belong together is
// looked at before anything is made, and before a sweep could take another installation's secrets for left-over ones.

// MissingSecrets is the [Fault] of a secrets database that would have to be made beside accounts, whose secrets are elsewhere
// then.
func MissingSecrets() *Fault {
	return &Fault{
		Field: fieldSecrets, Reason: "does not exist, and there are accounts whose secrets are in another database",
		Cure: "Name the database that holds them; to move them to this one, make it with `sallyport migrate` first (docs/operating.md)",
		Err:  ErrSecretsDatabase,
	}
}

// refuseMissingSecrets is for before the secrets database is opened, which would make it.
func (h *House) refuseMissingSecrets(ctx context.Context) error {
	name := h.cfg.SecretsDatabase
	if h.cfg.SecretsDB != nil || strings.Contains(name, "://") {
		return nil
	}
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	there, err := h.Store.AnyState(ctx)
	if err != nil || !there {
		return DatabaseFault(h.cfg.mainField(), err)
	}
	if _, err := os.Stat(name); err == nil { // another process, in its first start, makes it before there are accounts
		return nil
	}
	return MissingSecrets()
}

// refuseForeignSecrets refuses a main database without accounts beside secrets of some: the sweep would delete them. One that
// was begun with this secrets database has noted so, and what it finds there is left over, as from an account that was deleted.
func (h *House) refuseForeignSecrets(ctx context.Context) error {
	if h.apart == nil {
		return nil
	}
	held, err := h.secrets.AnyOfAccounts(ctx)
	if err != nil || !held {
		return err
	}
	// Asked after what is there: of two first starts at once, one makes its note before there are accounts.
	note, err := h.Store.Secrets(h.cfg.Clock).ListSealed(ctx, "", 1)
	if err != nil || len(note) > 0 {
		return err
	}
	there, err := h.Store.AnyState(ctx)
	if err != nil || there {
		return err
	}
	return &Fault{
		Field:  h.cfg.mainField(),
		Reason: "holds no account, while the secrets database holds secrets of accounts, which would be deleted as left over",
		Cure: "Name the main database that belongs to these secrets, or another secrets database for a new installation; " +
			"accounts can't be copied from SQLite to PostgreSQL yet",
		Err: ErrSecretsDatabase,
	}
}
