package password

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/sallyport/sallyport/internal/factor/password/foreign"
)

// cost is what argon2id is asked to spend.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// What a stored hash may hold. What it may ask for is in package foreign: neither an imported hash nor a tampered
// database may exhaust memory or time.
const (
	minSalt = 8
	maxSalt = 64
	minTag  = 16
	maxTag  = 64
)

// phc is one parsed hash: $argon2id$v=19$m=19456,t=2,p=1$salt$tag
type phc struct {
	cost
	salt, tag []byte
}

const phcPrefix = "$argon2id$v=19$"

func (c cost) bounded() bool {
	return c.passes >= 1 && c.passes <= foreign.MaxPasses &&
		c.threads >= 1 && c.threads <= foreign.MaxThreads &&
		c.memory >= 8*uint32(c.threads) && c.memory <= foreign.MaxMemory && // RFC 9106, 3.1: at least 8 KiB a lane
		uint64(c.memory)*uint64(c.passes) <= foreign.MaxWork
}

func (h phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("%sm=%d,t=%d,p=%d$%s$%s", phcPrefix, h.memory, h.passes, h.threads,
		b64.EncodeToString(h.salt), b64.EncodeToString(h.tag))
}

// key computes the tag for a password.
func (h phc) key(password []byte) []byte {
	return argon2.IDKey(password, h.salt, h.passes, h.memory, h.threads, uint32(len(h.tag)))
}

// matches compares in a time that doesn't depend on where two tags differ.
func (h phc) matches(form []byte) bool { return subtle.ConstantTimeCompare(h.key(form), h.tag) == 1 }

// parsePHC accepts exactly what String writes, so that one hash has one spelling. The error doesn't hold the input.
func parsePHC(s string) (phc, error) {
	rest, found := strings.CutPrefix(s, phcPrefix)
	if !found || len(s) > 512 {
		return phc{}, fmt.Errorf("%w: not an argon2id version 19 string", ErrUnreadable)
	}
	parts := strings.Split(rest, "$")
	if len(parts) != 3 {
		return phc{}, fmt.Errorf("%w: not cost, salt and tag", ErrUnreadable)
	}
	c, err := parseCost(parts[0])
	if err != nil {
		return phc{}, err
	}
	salt, err := parseBytes("salt", parts[1], minSalt, maxSalt)
	if err != nil {
		return phc{}, err
	}
	tag, err := parseBytes("tag", parts[2], minTag, maxTag)
	if err != nil {
		return phc{}, err
	}
	return phc{cost: c, salt: salt, tag: tag}, nil
}

func parseCost(s string) (cost, error) {
	fields := strings.Split(s, ",")
	if len(fields) != 3 {
		return cost{}, fmt.Errorf("%w: cost is not m, t and p", ErrUnreadable)
	}
	var values [3]uint32
	for i, name := range [3]string{"m=", "t=", "p="} {
		digits, found := strings.CutPrefix(fields[i], name)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !found || err != nil || digits[0] == '0' {
			return cost{}, fmt.Errorf("%w: cost is not m, t and p", ErrUnreadable)
		}
		values[i] = uint32(n)
	}
	if values[2] > foreign.MaxThreads { // before it is cut to eight bits
		return cost{}, fmt.Errorf("%w: asks for more than is allowed", ErrUnreadable)
	}
	c := cost{memory: values[0], passes: values[1], threads: uint8(values[2])}
	if !c.bounded() {
		return cost{}, fmt.Errorf("%w: asks for more than is allowed, or for nothing", ErrUnreadable)
	}
	return c, nil
}

func parseBytes(what, s string, least, most int) ([]byte, error) {
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") || len(b) < least || len(b) > most {
		return nil, fmt.Errorf("%w: %s has the wrong form or length", ErrUnreadable, what)
	}
	return b, nil
}
