package foreign

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"hash"

	gocrypt "github.com/go-crypt/x/argon2"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/scrypt"
)

// What a stored hash may ask for. Package password holds its own hashes to those of argon2id as well.
const (
	MaxMemory  = 256 << 10 // KiB; RFC 9106's second recommended option (64 MiB, 3 passes, 4 lanes) is well inside
	MaxPasses  = 64
	MaxThreads = 16
	MaxWork    = 1 << 20 // KiB of memory times passes over it: some 50 times package password's default

	maxIterations = 5_000_000 // of PBKDF2, over all blocks; Werkzeug and Django stand at about a million
	maxRounds     = 1_000_000 // of sha-crypt; passlib stands at 656,000
	maxCost       = 14        // of bcrypt: 2^14 rounds; most systems stand at 10 to 12

	minTag = 16
	maxTag = 64
)

func tooMuch() error { return refuse("it asks for more than is allowed, or for nothing") }

// derived is a hash that is compared with what derive makes of a password.
func derived(tag []byte, derive func(password []byte) []byte) Hash {
	return Hash{match: func(password []byte) bool {
		return subtle.ConstantTimeCompare(derive(password), tag) == 1
	}}
}

// digestNamed is the hash function of a name as Python's hashlib spells it, or nil.
func digestNamed(name string) func() hash.Hash {
	switch name {
	case "md5":
		return md5.New
	case "sha1":
		return sha1.New
	case "sha224":
		return sha256.New224
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	}
	return nil
}

// newPBKDF2 matches with any of the numbers of iterations; each of them is computed, whichever it is.
func newPBKDF2(digest func() hash.Hash, salt, tag []byte, iterations ...uint64) (Hash, error) {
	if digest == nil || len(tag) < minTag || len(tag) > maxTag {
		return Hash{}, refuse("its digest is unknown, or of the wrong length")
	}
	size := digest().Size()
	blocks := uint64((len(tag) + size - 1) / size)
	var sum uint64
	for _, n := range iterations {
		if n < 1 || n > maxIterations {
			return Hash{}, tooMuch()
		}
		sum += n * blocks
	}
	if sum > maxIterations {
		return Hash{}, tooMuch()
	}
	return Hash{match: func(password []byte) bool {
		matched := 0
		for _, n := range iterations {
			got, err := pbkdf2.Key(digest, string(password), salt, int(n), len(tag))
			if err == nil {
				matched |= subtle.ConstantTimeCompare(got, tag)
			}
		}
		return matched == 1
	}}, nil
}

func newScrypt(n, r, p uint64, salt, tag []byte) (Hash, error) {
	if len(tag) < minTag || len(tag) > maxTag {
		return Hash{}, refuse("its tag has the wrong length")
	}
	// RFC 7914, 2: n is a power of two greater than 1. It takes 128*n*r bytes, p times over.
	if n < 2 || n > 1<<24 || n&(n-1) != 0 || r < 1 || r > 64 || p < 1 || p > MaxThreads ||
		n*r > MaxMemory<<10/128 || n*r*p > MaxWork<<10/128 {
		return Hash{}, tooMuch()
	}
	return derived(tag, func(password []byte) []byte {
		got, err := scrypt.Key(password, salt, int(n), int(r), int(p), len(tag))
		if err != nil {
			return nil
		}
		return got
	}), nil
}

func newArgon2(variant string, m, t, p uint64, salt, tag []byte) (Hash, error) {
	if len(tag) < minTag || len(tag) > maxTag || len(salt) < 8 || len(salt) > 64 {
		return Hash{}, refuse("its salt or tag has the wrong length")
	}
	if t < 1 || t > MaxPasses || p < 1 || p > MaxThreads || m < 8*p || m > MaxMemory || m*t > MaxWork {
		return Hash{}, tooMuch()
	}
	passes, memory, size := uint32(t), uint32(m), uint32(len(tag))
	return derived(tag, func(password []byte) []byte {
		switch variant {
		case "argon2i":
			return argon2.Key(password, salt, passes, memory, uint8(p), size)
		case "argon2d": // x/crypto has none
			return gocrypt.DKey(password, salt, passes, memory, uint32(p), size)
		}
		return argon2.IDKey(password, salt, passes, memory, uint8(p), size)
	}), nil
}
