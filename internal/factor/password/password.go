// Package password hashes and verifies passwords with argon2id (RFC 9106), never more at once than there are cores, and
// refuses those that anybody would guess.
//
// Use a [Hasher]: [Hasher.Hash] when a password is set, [Hasher.Verify] when one is checked, and [Hasher.VerifyDummy]
// when there is no such account, so that both take the same time. Hashes are PHC strings that carry their cost, which
// can be raised later: Verify says when one should be made anew. [Rules] says whether a new password is among the common
// or breached ones, or made of the account's own words; [Length] is what a policy's least length counts. It is not for
// tokens and codes, which are random and need no slow hash.
//
// A password is 1 to 1,024 bytes. It is brought to one Unicode form ([Normalize]) and otherwise taken whole: nothing is
// trimmed, cut or stopped at. Where that form is not what was typed, Verify tries what was typed as well, since hashes
// made before there was this rule are of that; how many are computed depends on what was typed alone, for accounts that
// exist and those that don't.
//
// A stored hash is not trusted: the cost it may ask for is bounded before any memory is taken. Those of other systems are
// verified too (package foreign lists them, [Readable] asks about one) and always reported as due to be made anew. Until
// then such an account's answer takes as long as its old hash, which may be longer or shorter than for others, and tells
// that it was imported: it ends with the account's first sign-in. Digests that take no time at all have the work of a
// present hash done beside them. bcrypt looks at the first 72 bytes alone; whatever else was typed at that first sign-in
// counts from then on.
package password

import (
	"errors"
	"fmt"
	"time"

	"github.com/sallyport/sallyport/internal/factor/password/foreign"
)

// MaxBytes is how long a password may be, as it was typed.
const MaxBytes = 1024

// Errors that say what is wrong with an argument.
var (
	ErrEmpty      = errors.New("password: empty")
	ErrTooLong    = errors.New("password: more than 1024 bytes")
	ErrUnreadable = foreign.ErrUnreadable // wrapped by what says why a stored hash is refused
	ErrUnusable   = foreign.ErrUnusable   // the stored string stands for an account without a password; an ErrUnreadable
)

// BusyError is returned, before any work is done, when so many passwords wait to be hashed that this one's turn would
// come too late. RetryAfter is when the present queue will be done, at least a second.
type BusyError struct {
	RetryAfter time.Duration
}

// Error says how long to wait.
func (e *BusyError) Error() string {
	return fmt.Sprintf("password: too many are waiting, try again in %v", e.RetryAfter)
}

func checkLength(password []byte) error {
	switch {
	case len(password) == 0:
		return ErrEmpty
	case len(password) > MaxBytes:
		return ErrTooLong
	}
	return nil
}
