// Package password hashes and verifies passwords with argon2id (RFC 9106), never more at once than there are cores.
//
// Use a [Hasher]: [Hasher.Hash] when a password is set, [Hasher.Verify] when one is checked, and [Hasher.VerifyDummy]
// when there is no such account, so that both take the same time. Hashes are PHC strings that carry their cost, which
// can be raised later: Verify says when one should be made anew. It is not for judging passwords (see [Length] for the
// one measure it offers), nor for tokens and codes, which are random and need no slow hash.
//
// A password is its bytes, 1 to 1,024 of them: none is trimmed, cut, normalised or stopped at. A stored hash is not
// trusted: the cost it may ask for is bounded before any memory is taken.
package password

import (
	"errors"
	"fmt"
	"time"
)

// MaxBytes is how long a password may be.
const MaxBytes = 1024

// Errors that say what is wrong with an argument.
var (
	ErrEmpty      = errors.New("password: empty")
	ErrTooLong    = errors.New("password: more than 1024 bytes")
	ErrUnreadable = errors.New("password: stored hash cannot be read")
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
