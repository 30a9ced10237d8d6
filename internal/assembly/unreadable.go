package assembly

import (
	"context"
	"errors"

	"github.com/sallyport/sallyport/internal/seal"
)

// Unreadable is what of an account no response can be right for any more, as after its key was given up for lost. It still
// counts as bound. The zero value is an account of which everything can be read.
type Unreadable struct {
	Authenticators map[string]bool // by id
	RecoveryCodes  bool            // the key is gone that they are hashed with
}

// Any says whether there is something.
func (u Unreadable) Any() bool { return u.RecoveryCodes || len(u.Authenticators) > 0 }

// Unreadable looks at everything that an account has bound. A database that does not answer is an error, and proves nothing.
func (h *House) Unreadable(ctx context.Context, account string) (Unreadable, error) {
	bound, err := h.Store.Authenticators(ctx, account)
	if err != nil {
		return Unreadable{}, err
	}
	out := Unreadable{Authenticators: map[string]bool{}}
	for _, a := range bound {
		_, err := h.vault.Get(ctx, account, string(a.Kind), a.SecretID)
		switch {
		case errors.Is(err, seal.ErrNoKey), errors.Is(err, seal.ErrTampered), errors.Is(err, seal.ErrNoBlob):
			out.Authenticators[a.ID] = true
		case err != nil:
			return Unreadable{}, err
		}
	}
	set, err := h.Store.RecoverySet(ctx, account)
	if err != nil || set == nil {
		return out, err
	}
	_, err = h.macs.MAC(set.KeyID, "recovery_code")
	out.RecoveryCodes = errors.Is(err, seal.ErrNoKey)
	return out, nil
}
