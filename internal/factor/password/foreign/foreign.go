// Package foreign reads the password hashes that other systems stored, so that their accounts can be taken over without
// new passwords. It only verifies: package password makes argon2id hashes of its own, and replaces these at the first
// sign-in.
//
// [Reader.Parse] takes what stood in the other system's column, as it stood there:
//
//	Werkzeug   pbkdf2:sha256:600000$salt$hex (sha1, sha512), scrypt:32768:8:1$salt$hex, sha256$salt$hex (HMAC)
//	Django     pbkdf2_sha256$n$salt$b64 (sha1), argon2$..., bcrypt$..., bcrypt_sha256$..., scrypt$..., md5 and sha1
//	passlib    $pbkdf2-sha256$, $pbkdf2-sha512$, $pbkdf2$, $scrypt$, $argon2id$, $bcrypt-sha256$, $2b$, $5$, $6$
//	PHC        $argon2id$, $argon2i$, $argon2d$ (version 19), $scrypt$ln=,r=,p=$
//	bcrypt     $2a$, $2b$, $2y$
//	ASP.NET    Identity's base64, versions 2 and 3
//
// Two marks can be put before any of them, for what the other system did to a password first: see [NFKD] and
// [FlaskSecurity]. Everything else is what that system did, its weaknesses included: bcrypt looks at the first 72 bytes
// alone.
//
// A stored hash is not trusted. What it asks for is bounded when it is read, before any memory is taken or work done: at
// most 256 MiB, and about two seconds of one core. Errors never hold any part of it.
package foreign

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of [Reader.Parse]. ErrUnusable is an ErrUnreadable too.
var (
	// ErrUnreadable is wrapped by whatever says why a stored hash is refused.
	ErrUnreadable = errors.New("password: stored hash cannot be read")
	// ErrUnusable is for what a system writes where no password is to match: nothing, or what begins with "!" or "*".
	ErrUnusable = fmt.Errorf("%w: it stands for an account without a password", ErrUnreadable)
)

// maxStored is how long a stored hash may be, in bytes.
const maxStored = 512

// Hash is a stored hash that was read and asks for no more than is allowed. Its zero value matches nothing. It is safe
// for concurrent use.
type Hash struct {
	match   func(password []byte) bool
	instant bool
}

// Matches does the hash's work and reports whether password is the one it was made from. The comparison takes the same
// time wherever they differ.
func (h Hash) Matches(password []byte) bool { return h.match != nil && h.match(password) }

// Instant reports whether Matches takes no time worth speaking of, as with a single round of SHA-256. Whoever compares
// such a hash should do the work of a slow one beside it: the answer's time would name the accounts that have it.
func (h Hash) Instant() bool { return h.instant }

// before returns h for passwords that were changed by f before they were hashed.
func (h Hash) before(f func(password []byte) []byte) Hash {
	return Hash{match: func(password []byte) bool { return h.Matches(f(password)) }, instant: h.instant}
}

// Parse reads a stored hash. The error wraps [ErrUnreadable] and says why: of no known format, damaged, or beyond what a
// stored hash may ask for; or it is that of [Secrets].
func (r Reader) Parse(stored string) (Hash, error) {
	if len(stored) > maxStored {
		return Hash{}, refuse("it is too long")
	}
	if rest, marked := strings.CutPrefix(stored, doubled); marked {
		return r.parseDouble(rest)
	}
	if rest, marked := strings.CutPrefix(stored, NFKD); marked {
		h, err := parse(rest)
		return h.before(decompose), err
	}
	return parse(stored)
}

func parse(stored string) (Hash, error) {
	if stored == "" || stored[0] == '!' || stored[0] == '*' {
		return Hash{}, ErrUnusable
	}
	if stored[0] == '$' {
		return parseCrypt(stored)
	}
	name, rest, found := strings.Cut(stored, "$")
	if !found {
		return parseIdentity(stored)
	}
	method, options, hasOptions := strings.Cut(name, ":")
	fields := strings.Split(rest, "$")
	switch {
	case hasOptions || method == "scrypt" && len(fields) == 2:
		return parseWerkzeug(method, options, fields)
	case digestNamed(method) != nil:
		return parseDigest(method, fields)
	}
	return parseDjango(method, rest)
}

func refuse(why string) error { return fmt.Errorf("%w: %s", ErrUnreadable, why) }
