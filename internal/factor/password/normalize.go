package password

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns the form in which a password is hashed, judged and counted: Unicode's NFKC (NIST SP 800-63B-4,
// 3.1.1.2), so that one password typed on two keyboards is one password. Nothing else changes: no case, no space, no NUL
// or line break. What is not valid UTF-8 is returned as it is. The result may share memory with password.
func Normalize(password []byte) []byte {
	if !utf8.Valid(password) || norm.NFKC.IsNormal(password) {
		return password
	}
	return norm.NFKC.Bytes(password)
}

// Length is how long a password is where a policy asks for a least length: the code points of its normalised form (NIST
// SP 800-63B-4, 3.1.1.2). A byte that is no part of valid UTF-8 counts as one.
func Length(password []byte) int { return utf8.RuneCount(Normalize(password)) }

// forms are what a typed password may have been hashed as, the present rule first. The second is for hashes made before
// there was one, and by systems that have none. How many there are depends on nothing but the password.
func forms(password []byte) [][]byte {
	normal := Normalize(password)
	if bytes.Equal(normal, password) {
		return [][]byte{normal}
	}
	return [][]byte{normal, password}
}
