package foreign

import (
	"crypto/hmac"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"strings"
)

// parseWerkzeug reads the hashes of Werkzeug's security module: method and options, then salt and tag. The salt counts
// as the text it is, the tag is in hexadecimal.
func parseWerkzeug(method, options string, fields []string) (Hash, error) {
	if len(fields) != 2 {
		return Hash{}, refuse("it is not method, salt and tag")
	}
	tag, err := hex.DecodeString(fields[1])
	if err != nil {
		return Hash{}, refuse("its tag has the wrong form")
	}
	switch salt := []byte(fields[0]); method {
	case "pbkdf2":
		return werkzeugPBKDF2(options, salt, tag)
	case "scrypt":
		if options == "" {
			options = "32768:8:1" // the default since there is one
		}
		n, ok := numbers(strings.ReplaceAll(options, ":", ","), "", "", "")
		if !ok {
			return Hash{}, refuse("its cost has the wrong form")
		}
		return newScrypt(n[0], n[1], n[2], salt, tag)
	}
	return Hash{}, refuse("it is of no known format")
}

// werkzeugPBKDF2 reads sha256:600000. Without a number it was the default of its day, and each of those is tried.
func werkzeugPBKDF2(options string, salt, tag []byte) (Hash, error) {
	name, count, counted := strings.Cut(options, ":")
	digest := digestNamed(name)
	if digest == nil || len(tag) != digest().Size() {
		return Hash{}, refuse("its digest is unknown, or of the wrong length")
	}
	if !counted {
		return newPBKDF2(digest, salt, tag, 1000, 50_000, 150_000, 260_000, 600_000, 1_000_000)
	}
	n, err := strconv.ParseUint(count, 10, 32)
	if err != nil {
		return Hash{}, refuse("its iterations have the wrong form")
	}
	return newPBKDF2(digest, salt, tag, n)
}

// parseDigest reads a single round of a digest, sha256$salt$hex. Werkzeug before 3.0 wrote HMAC with the salt as key;
// Django's md5 and sha1 look the same, and digest the salt and then the password. Without a salt both are the digest.
func parseDigest(name string, fields []string) (Hash, error) {
	digest := digestNamed(name)
	if len(fields) != 2 {
		return Hash{}, refuse("it is not salt and tag")
	}
	tag, err := hex.DecodeString(fields[1])
	if err != nil || len(tag) != digest().Size() {
		return Hash{}, refuse("its tag has the wrong form or length")
	}
	salt := []byte(fields[0])
	return Hash{instant: true, match: func(password []byte) bool {
		plain := digest()
		plain.Write(salt)
		plain.Write(password)
		asDjango := subtle.ConstantTimeCompare(plain.Sum(nil), tag)
		if len(salt) == 0 {
			return asDjango == 1
		}
		keyed := hmac.New(digest, salt)
		keyed.Write(password)
		asWerkzeug := subtle.ConstantTimeCompare(keyed.Sum(nil), tag)
		if name == "md5" || name == "sha1" {
			return asDjango|asWerkzeug == 1
		}
		return asWerkzeug == 1
	}}, nil
}
