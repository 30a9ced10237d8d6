package seal

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// macPrefix begins the id of a MAC key. No key of a ring can have such an id.
const macPrefix = "mac-"

// Keychain makes keyed hashes, of what has to be looked up or compared but never read back, such as recovery codes.
// Their key is a secret of its own that is sealed in the database: hashes can't be made anew without what was hashed,
// and under a key of the ring they would keep that key from ever being removed. It is made once for a database and
// lives as long; its id tells it from every other.
//
// Hashes under keys of the ring, which the first release made, are still compared while the ring holds the key. A
// Keychain is safe for concurrent use, and prints no keys.
type Keychain struct {
	keys *Keys
	id   string
	mac  []byte
}

// OpenKeychain opens the MAC key that is with the secrets, and makes it if there is none: of several processes that do
// so at once one makes it, and all have the same. Before that it checks that secrets, main and keys belong together, as
// [Belong] and [Vault.Check] do; main is nil where the secrets are in the main database. From then on the keys follow
// what that database says, as with [Keys.Follow]. The error wraps [ErrWrongSecrets], [ErrWrongRing] or [ErrFile], or is
// the store's own.
func OpenKeychain(ctx context.Context, keys *Keys, secrets, main Blobs) (*Keychain, error) {
	if err := Belong(ctx, keys, secrets, main); err != nil {
		return nil, err
	}
	vault := NewVault(keys, secrets)
	if err := vault.Check(ctx); err != nil { // before a key is sealed under the wrong ring
		return nil, err
	}
	first := make([]byte, keyBytes)
	rand.Read(first) // never fails: crypto/rand ends the program instead
	secret, err := vault.own(ctx, macID, macPurpose, first)
	if err != nil {
		return nil, err
	}
	c, err := newKeychain(keys, secret)
	if err == nil && main != nil {
		err = c.noteApart(ctx, secrets, main)
	}
	if err != nil {
		return nil, err
	}
	keys.Follow(secrets)
	return c, keys.Ready(ctx)
}

func newKeychain(keys *Keys, secret []byte) (*Keychain, error) {
	id, err := macKeyID(secret)
	if err != nil {
		return nil, err
	}
	mac, err := hkdf.Key(sha256.New, secret, nil, "sallyport mac key v1: HMAC-SHA-256", sha256.Size)
	if err != nil {
		return nil, err
	}
	return &Keychain{keys: keys, id: id, mac: mac}, nil
}

// FindMACKey returns the id of a database's MAC key, and "" if it has none yet. It stores nothing. The error wraps
// [ErrWrongRing], or is the store's own.
func FindMACKey(ctx context.Context, keys Sealer, blobs Blobs) (string, error) {
	secret, err := NewVault(keys, blobs).existing(ctx, macID, macPurpose)
	if err != nil || secret == nil {
		return "", err
	}
	return macKeyID(secret)
}

// macKeyID is derived from the key, so that one that was lost and made anew is another: what was hashed under the old
// one then fails closed for the right reason.
func macKeyID(secret []byte) (string, error) {
	sum, err := hkdf.Key(sha256.New, secret, nil, "sallyport mac key v1: id", 5)
	return macPrefix + strings.ToLower(base32.StdEncoding.EncodeToString(sum)), err
}

// ActiveID returns the id of the key to make new hashes with. Store it beside the hash.
func (c *Keychain) ActiveID() string { return c.id }

// MAC returns the HMAC-SHA-256 of data under one key, for one purpose: one made for another purpose, or with the parts
// of data divided differently, is another one. Compare with hmac.Equal. It returns a *[NoKeyError] for a key that is
// not there, the empty id included, and an error for an empty purpose.
func (c *Keychain) MAC(keyID, purpose string, data ...[]byte) ([]byte, error) {
	if keyID == "" || keyID != c.id {
		return c.keys.Ring().MAC(keyID, purpose, data...)
	}
	return macOf(c.mac, purpose, data)
}

// String names the key.
func (c *Keychain) String() string { return fmt.Sprintf("seal.Keychain(%s)", c.id) }

// Format prints the same as String for every verb, so that no verb prints a key.
func (c *Keychain) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) } //nolint:errcheck // fmt's own

// LogValue is the same as String.
func (c *Keychain) LogValue() slog.Value { return slog.StringValue(c.String()) }

// IsMACKey says whether an id is that of a MAC key.
func IsMACKey(id string) bool { return strings.HasPrefix(id, macPrefix) }
