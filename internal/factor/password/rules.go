package password

import (
	"bytes"
	"context"
	"unicode"

	"github.com/sallyport/sallyport/internal/factor/password/blocklist"
	"github.com/sallyport/sallyport/internal/factor/password/breached"
)

// Reason is why a new password is refused.
type Reason uint8

// The reasons. The zero value is that there is none.
const (
	None     Reason = iota
	OwnWords        // it is made of the account's own words
	Common          // it is common, on the embedded list
	Breached        // it was seen in a breach, says the service that was asked
	Blank           // nothing of it can be seen
)

// String is the reason's name.
func (r Reason) String() string {
	switch r {
	case None:
		return "none"
	case OwnWords:
		return "own words"
	case Common:
		return "common"
	case Breached:
		return "breached"
	case Blank:
		return "blank"
	}
	return "unknown"
}

// Rules says which new passwords are refused. It asks for no digits, capitals or punctuation, and for no length: how long
// a password has to be depends on the account, and [Length] counts. The zero value refuses what is blank, common or made of
// the account's own words, without a network. It is safe for concurrent use.
type Rules struct {
	// Breaches is asked too, for what passes the others. Nil asks nobody.
	Breaches *breached.Client
}

// Refuse says why a new password is refused, or [None]. The words are the account's own, as [MadeOf] takes them. Use it
// when a password is set, not when one is checked.
//
// [ErrEmpty] and [ErrTooLong] come with no verdict and mean that the password can't be set. Any other error comes from
// asking about breaches, with the reason None: a service that is down refuses nobody. Log it and go on.
func (r Rules) Refuse(ctx context.Context, password []byte, words []string) (Reason, error) {
	if err := checkLength(password); err != nil {
		return None, err
	}
	switch {
	case isBlank(Normalize(password)):
		return Blank, nil
	case MadeOf(password, words):
		return OwnWords, nil
	case blocklist.Contains(password):
		return Common, nil
	case r.Breaches == nil:
		return None, nil
	}
	seen, err := r.Breaches.Breached(ctx, Normalize(password))
	if err != nil || !seen {
		return None, err
	}
	return Breached, nil
}

// isBlank says whether a password is white space and invisible characters alone: as easily guessed as it is set by mistake.
func isBlank(normal []byte) bool {
	return bytes.IndexFunc(normal, func(r rune) bool { return !unicode.In(r, unicode.White_Space, unicode.Cc, unicode.Cf) }) < 0
}
