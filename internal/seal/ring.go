// Package seal keeps secrets at rest: it encrypts them under a key ring that lies outside the database.
//
// Use [OpenKeys] for the key file of a running program, a [Vault] for secrets that have a row of their own, [Keys.Seal]
// and [Keys.Open] for any other column, and a [Keychain] for what has to be looked up or compared but never read back.
// What is sealed is bound to its [Place]: moved to another row, column or account, it no longer opens. [AddKey],
// [ActivateNewest] and [Reseal] change the keys of what is sealed while everybody goes on; each kind of value is a
// [Column]. It is not for passwords (they are hashed) and not for tokens (a plain hash is enough for what is random).
//
// It trusts the key file's directory and the operating system's randomness, and nothing in the database. It can't tell
// an old sealed value from the present one of the same place.
package seal

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"
)

// Errors of opening and of places. Test with errors.Is.
var (
	ErrNoKey    = errors.New("seal: the key ring does not hold the key")
	ErrTampered = errors.New("seal: not what was sealed in this place")
	ErrPlace    = errors.New("seal: a place needs a table, a column, a row and an account")
)

// NoKeyError names the key that is missing. It is an [ErrNoKey].
type NoKeyError struct {
	ID string
}

// Error names the key.
func (e *NoKeyError) Error() string {
	return fmt.Sprintf("%v %q: was the key file replaced, or a rotation not carried over to this replica?", ErrNoKey, e.ID)
}

// Is reports whether target is [ErrNoKey].
func (e *NoKeyError) Is(target error) bool {
	return target == ErrNoKey
}

// Ring holds the keys that seal secrets: one is active and seals, all of them open. It doesn't change once loaded and
// is safe for concurrent use. It never prints its keys.
type Ring struct {
	active string
	keys   map[string]subkeys
	listed []Key // the oldest first
}

// Key describes a key of a [Ring].
type Key struct {
	ID        string
	CreatedAt time.Time
}

// subkeys are what is derived from one key of the ring: each is used for one thing.
type subkeys struct {
	aead cipher.AEAD
	mac  []byte
}

// ActiveID returns the id of the key that seals.
func (r *Ring) ActiveID() string {
	return r.active
}

// Keys describes the keys that the ring holds, the oldest first.
func (r *Ring) Keys() []Key {
	return slices.Clone(r.listed)
}

// Holds says whether the ring has the key.
func (r *Ring) Holds(id string) bool {
	_, held := r.keys[id]
	return held
}

// follows says whether r may take the place of old while a program runs: it does if they have a key in common.
func (r *Ring) follows(old *Ring) bool {
	for id, keys := range old.keys {
		if same, held := r.keys[id]; held && hmac.Equal(same.mac, keys.mac) {
			return true
		}
	}
	return false
}

// under is the ring with another active key, if it holds that and it is newer than its own.
func (r *Ring) under(id string) *Ring {
	place := func(id string) int { return slices.IndexFunc(r.listed, func(k Key) bool { return k.ID == id }) }
	if place(id) <= place(r.active) {
		return r
	}
	return &Ring{active: id, keys: r.keys, listed: r.listed}
}

// A sealed value is: version (1 byte), length of the key's id (1 byte), the id, nonce (12 bytes), ciphertext and tag.
// AES-256-GCM with random nonces (NIST SP 800-38D, 8.2.2) is good for 2^32 values a key.
const envelopeVersion = 1

// Seal encrypts plaintext for one place under the active key. Sealing the same twice gives two different results. It
// returns [ErrPlace] if a part of the place is empty.
func (r *Ring) Seal(plaintext []byte, at Place) ([]byte, error) {
	keys, known := r.keys[r.active]
	if !known {
		return nil, &NoKeyError{r.active}
	}
	header := append([]byte{envelopeVersion, byte(len(r.active))}, r.active...)
	bound, err := at.bind(header)
	if err != nil {
		return nil, err
	}
	return keys.aead.Seal(header, nil, plaintext, bound), nil
}

// Open decrypts what [Ring.Seal] made for the same place. It returns a *[NoKeyError] if the ring no longer holds the key,
// and [ErrTampered] for anything else that wasn't sealed in this place, cut short or changed.
func (r *Ring) Open(sealed []byte, at Place) ([]byte, error) {
	id, header, err := splitEnvelope(sealed)
	if err != nil {
		return nil, err
	}
	bound, err := at.bind(header)
	if err != nil {
		return nil, err
	}
	keys, known := r.keys[id]
	if !known {
		return nil, &NoKeyError{id}
	}
	plaintext, err := keys.aead.Open(nil, nil, sealed[len(header):], bound)
	if err != nil {
		return nil, ErrTampered
	}
	return plaintext, nil
}

// splitEnvelope returns the id of the key and the part before the nonce.
func splitEnvelope(sealed []byte) (id string, header []byte, err error) {
	if len(sealed) < 2 || sealed[0] != envelopeVersion {
		return "", nil, ErrTampered
	}
	end := 2 + int(sealed[1])
	if len(sealed) < end || !validID(string(sealed[2:end])) {
		return "", nil, ErrTampered
	}
	return string(sealed[2:end]), sealed[:end:end], nil
}

// MAC returns the HMAC-SHA-256 of data under one key, for one purpose: a MAC made for another purpose, or with the
// parts of data divided differently, is another one. Make new ones with a [Keychain], whose key outlives the ring's;
// compare with hmac.Equal. It returns a *[NoKeyError] for a key that the ring doesn't hold, the empty id included, and
// an error for an empty purpose.
func (r *Ring) MAC(keyID, purpose string, data ...[]byte) ([]byte, error) {
	keys, known := r.keys[keyID]
	if !known {
		return nil, &NoKeyError{keyID}
	}
	return macOf(keys.mac, purpose, data)
}

func macOf(key []byte, purpose string, data [][]byte) ([]byte, error) {
	if purpose == "" {
		return nil, errors.New("seal: a MAC needs a purpose")
	}
	message := appendPart(nil, []byte(purpose))
	for _, part := range data {
		message = appendPart(message, part)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(nil), nil
}

// String names the active key and counts the keys.
func (r Ring) String() string {
	return fmt.Sprintf("seal.Ring(active %s, %d keys)", r.active, len(r.keys))
}

// Format prints the same as String for every verb, so that no verb prints a key.
func (r Ring) Format(f fmt.State, _ rune) {
	io.WriteString(f, r.String())
}

// LogValue is the same as String.
func (r Ring) LogValue() slog.Value {
	return slog.StringValue(r.String())
}
