package foreign

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"

	"golang.org/x/text/unicode/norm"
)

// Marks that an importer puts before a stored hash.
const (
	// NFKD marks the hash of a password that was brought to that form, as Flask-Security does by default.
	NFKD = "{nfkd}"
	// FlaskSecurity marks Flask-Security's double hash: the stored one is of base64(HMAC-SHA512(SECURITY_PASSWORD_SALT,
	// NFKD of the password)). It does so unless SECURITY_PASSWORD_SINGLE_HASH names the scheme. Reading it takes
	// [Secrets.FlaskSecuritySalt].
	FlaskSecurity = "{flask-security}"
)

// Secrets are what some systems kept outside their database and mixed into every hash. Its value is not shown when printed.
type Secrets struct {
	FlaskSecuritySalt []byte // SECURITY_PASSWORD_SALT
}

// String keeps the secrets out of what is printed.
func (Secrets) String() string { return "[secrets]" }

// GoString keeps them out of %#v.
func (s Secrets) GoString() string { return s.String() }

// MarshalText keeps them out of JSON and of logs.
func (s Secrets) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reader reads stored hashes. The zero value reads all that need no secret. It is safe for concurrent use, and doesn't
// show its secrets when printed.
type Reader struct {
	flaskSecurity func(password []byte) []byte // nil without its salt
}

// NewReader returns a Reader that knows those secrets.
func NewReader(s Secrets) Reader {
	if len(s.FlaskSecuritySalt) == 0 {
		return Reader{}
	}
	return Reader{flaskSecurity: func(password []byte) []byte {
		mac := hmac.New(sha512.New, s.FlaskSecuritySalt)
		mac.Write(decompose(password))
		return []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}}
}

func (r Reader) parseDouble(stored string) (Hash, error) {
	h, err := parse(stored)
	if err != nil {
		return Hash{}, err
	}
	if r.flaskSecurity == nil {
		return Hash{}, refuse("it needs Flask-Security's SECURITY_PASSWORD_SALT")
	}
	return h.before(r.flaskSecurity), nil
}

func decompose(password []byte) []byte { return norm.NFKD.Bytes(password) }
