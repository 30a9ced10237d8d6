package foreign

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// NFKD marks the hash of a password that was brought to that form, as Flask-Security does by default. An importer puts
// it before the stored hash.
const NFKD = "{nfkd}"

// doubled begins the mark of [FlaskSecurity].
const doubled = "{flask-security:"

// FlaskSecurity marks Flask-Security's double hash: the stored one is of base64(HMAC-SHA512(SECURITY_PASSWORD_SALT,
// NFKD of the password)). It does so unless SECURITY_PASSWORD_SINGLE_HASH names the scheme. Reading it takes the salt of
// that number, from [Secrets]: accounts of several applications may come together.
func FlaskSecurity(number int) string { return doubled + strconv.Itoa(number) + "}" }

// Secrets are what some systems kept outside their database and mixed into every hash.
type Secrets struct {
	// FlaskSecuritySalt finds a SECURITY_PASSWORD_SALT by its number: nil where there is none. Its errors are passed on as
	// they are: what could not be looked for now is no damaged hash.
	FlaskSecuritySalt func(number int) ([]byte, error)
}

// Reader reads stored hashes. The zero value reads all that need no secret. It is safe for concurrent use if its Secrets
// are.
type Reader struct{ secrets Secrets }

// NewReader returns a Reader that finds secrets there.
func NewReader(s Secrets) Reader { return Reader{s} }

// parseDouble reads what comes behind "{flask-security:".
func (r Reader) parseDouble(marked string) (Hash, error) {
	digits, stored, _ := strings.Cut(marked, "}")
	number, err := strconv.Atoi(digits)
	if err != nil || FlaskSecurity(number) != doubled+digits+"}" {
		return Hash{}, refuse("its mark has no number")
	}
	h, err := parse(stored)
	if err != nil {
		return Hash{}, err
	}
	if r.secrets.FlaskSecuritySalt == nil {
		return Hash{}, refuse("it needs Flask-Security's SECURITY_PASSWORD_SALT")
	}
	salt, err := r.secrets.FlaskSecuritySalt(number)
	if err != nil {
		return Hash{}, fmt.Errorf("password: Flask-Security's SECURITY_PASSWORD_SALT could not be read: %w", err)
	}
	if len(salt) == 0 {
		return Hash{}, refuse("Flask-Security's SECURITY_PASSWORD_SALT is not there")
	}
	return h.before(func(password []byte) []byte {
		mac := hmac.New(sha512.New, salt)
		mac.Write(decompose(password))
		return []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}), nil
}

func decompose(password []byte) []byte { return norm.NFKD.Bytes(password) }
