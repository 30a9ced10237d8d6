package foreign

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/go-crypt/x/crypt"
	"golang.org/x/crypto/bcrypt"
)

// parseCrypt reads what begins with "$": PHC strings, and the modular crypt format that passlib and crypt(3) write.
func parseCrypt(stored string) (Hash, error) {
	fields := strings.Split(stored[1:], "$")
	switch name := fields[0]; name {
	case "2a", "2b", "2y":
		return newBcrypt(stored)
	case "5", "6":
		return parseSHACrypt(name, fields[1:])
	case "argon2id", "argon2i", "argon2d":
		return parseArgon2(name, fields[1:])
	case "scrypt":
		return parseScrypt(fields[1:])
	case "bcrypt-sha256":
		return parseBcryptSHA256(fields[1:])
	case "pbkdf2", "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512":
		digest := "sha1"
		if _, named, found := strings.Cut(name, "-"); found {
			digest = named
		}
		return parsePBKDF2(digest, fields[1:])
	}
	return Hash{}, refuse("it is of no known format")
}

// v=19 $ m=102400,t=2,p=8 $ salt $ tag
func parseArgon2(variant string, fields []string) (Hash, error) {
	if len(fields) != 4 || fields[0] != "v=19" {
		return Hash{}, refuse("it is not argon2 version 19")
	}
	n, ok := numbers(fields[1], "m=", "t=", "p=")
	salt, saltErr := base64.RawStdEncoding.DecodeString(fields[2])
	tag, tagErr := base64.RawStdEncoding.DecodeString(fields[3])
	if !ok || saltErr != nil || tagErr != nil {
		return Hash{}, refuse("its cost, salt or tag has the wrong form")
	}
	return newArgon2(variant, n[0], n[1], n[2], salt, tag)
}

// ln=16,r=8,p=1 $ salt $ tag
func parseScrypt(fields []string) (Hash, error) {
	if len(fields) != 3 {
		return Hash{}, refuse("it is not cost, salt and tag")
	}
	n, ok := numbers(fields[0], "ln=", "r=", "p=")
	salt, saltErr := base64.RawStdEncoding.DecodeString(fields[1])
	tag, tagErr := base64.RawStdEncoding.DecodeString(fields[2])
	if !ok || saltErr != nil || tagErr != nil {
		return Hash{}, refuse("its cost, salt or tag has the wrong form")
	}
	return newScrypt(1<<n[0], n[1], n[2], salt, tag) // beyond 64 bits that is 0, and refused
}

// 29000 $ salt $ tag, in base64 with "." for "+"
func parsePBKDF2(digest string, fields []string) (Hash, error) {
	if len(fields) != 3 {
		return Hash{}, refuse("it is not iterations, salt and tag")
	}
	iterations, ok := numbers(fields[0], "")
	salt, saltErr := base64.RawStdEncoding.DecodeString(strings.ReplaceAll(fields[1], ".", "+"))
	tag, tagErr := base64.RawStdEncoding.DecodeString(strings.ReplaceAll(fields[2], ".", "+"))
	if !ok || saltErr != nil || tagErr != nil {
		return Hash{}, refuse("its iterations, salt or tag has the wrong form")
	}
	return newPBKDF2(digestNamed(digest), salt, tag, iterations[0])
}

// [rounds=656000 $] salt $ tag, in crypt's own base64
func parseSHACrypt(name string, fields []string) (Hash, error) {
	rounds, size, digest := uint64(5000), 43, "sha256" // 5000 where none are written
	if name == "6" {
		size, digest = 86, "sha512"
	}
	if len(fields) == 3 {
		n, ok := numbers(fields[0], "rounds=")
		if !ok || n[0] < 1000 || n[0] > maxRounds { // crypt(3) itself does not go below 1000
			return Hash{}, tooMuch()
		}
		rounds, fields = n[0], fields[1:]
	}
	if len(fields) != 2 || len(fields[0]) > 16 || len(fields[1]) != size {
		return Hash{}, refuse("it is not rounds, salt and tag")
	}
	salt, tag := []byte(fields[0]), []byte(fields[1])
	return derived(tag, func(password []byte) []byte {
		if len(password) > 1024 { // the work grows with it; package password takes no longer ones either
			return nil
		}
		return crypt.KeySHACrypt(digestNamed(digest), password, salt, int(rounds))
	}), nil
}

// newBcrypt verifies as bcrypt does: of a longer password the first 72 bytes count.
func newBcrypt(stored string) (Hash, error) {
	const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	if len(stored) != 60 || stored[3] != '$' || stored[6] != '$' || strings.Trim(stored[7:], alphabet) != "" {
		return Hash{}, refuse("it is not cost, salt and tag")
	}
	if cost, err := strconv.Atoi(stored[4:6]); err != nil || cost < bcrypt.MinCost || cost > maxCost {
		return Hash{}, tooMuch()
	}
	return Hash{match: func(password []byte) bool {
		return bcrypt.CompareHashAndPassword([]byte(stored), password[:min(len(password), 72)]) == nil
	}}, nil
}

// v=2,t=2b,r=12 $ salt $ tag: passlib's bcrypt of base64(HMAC-SHA256(key salt, password)).
func parseBcryptSHA256(fields []string) (Hash, error) {
	if len(fields) != 3 {
		return Hash{}, refuse("it is not cost, salt and tag")
	}
	n, ok := numbers(fields[0], "v=2,t=2b,r=")
	if !ok || n[0] > maxCost {
		return Hash{}, tooMuch()
	}
	cost := strconv.FormatUint(n[0]+100, 10)[1:] // two digits
	h, err := newBcrypt("$2b$" + cost + "$" + fields[1] + fields[2])
	return h.before(func(password []byte) []byte {
		mac := hmac.New(sha256.New, []byte(fields[1]))
		mac.Write(password)
		return []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}), err
}

// numbers reads comma-separated decimal numbers, each behind its prefix. A prefix may itself hold commas.
func numbers(s string, prefixes ...string) ([]uint64, bool) {
	values := make([]uint64, len(prefixes))
	for i, prefix := range prefixes {
		rest, found := strings.CutPrefix(s, prefix)
		digits, others, more := strings.Cut(rest, ",")
		n, err := strconv.ParseUint(digits, 10, 32)
		if !found || err != nil || more != (i < len(prefixes)-1) {
			return nil, false
		}
		values[i], s = n, others
	}
	return values, true
}
