package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// fileFormat and fileVersion say what a key file is. A reader of version 1 refuses any other.
const (
	fileFormat  = "sallyport key ring"
	fileVersion = 1
)

const (
	keyBytes   = 32
	checkBytes = 8
	idLength   = 8 // 40 random bits: unique in a ring, which is all it has to be
)

// keyFile is the key ring as JSON.
type keyFile struct {
	Format  string     `json:"format"`
	Version int        `json:"version"`
	Active  string     `json:"active"`
	Keys    []keyEntry `json:"keys"`
}

// keyEntry is one key. Check is derived from the key, so that a damaged key is noticed when the file is read and not
// when every secret turns out to be "tampered with".
type keyEntry struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at"`
	Key       []byte    `json:"key"`
	Check     []byte    `json:"check"`
}

// derive returns the subkey for one use (RFC 5869; the key is uniform, so there is no salt).
func (e keyEntry) derive(use string, length int) ([]byte, error) {
	return hkdf.Key(sha256.New, e.Key, nil, "sallyport key ring v1: "+use, length)
}

func newKey(now time.Time) (keyEntry, error) {
	e := keyEntry{
		ID:        strings.ToLower(rand.Text()[:idLength]),
		CreatedAt: now.UTC().Truncate(time.Second),
		Key:       make([]byte, keyBytes),
	}
	rand.Read(e.Key) // never fails: crypto/rand ends the program instead
	check, err := e.derive("check", checkBytes)
	e.Check = check
	return e, err
}

// newFile returns the contents of a key file with one new key.
func newFile(now time.Time) ([]byte, error) {
	key, err := newKey(now)
	if err != nil {
		return nil, err
	}
	return encodeFile(keyFile{Format: fileFormat, Version: fileVersion, Active: key.ID, Keys: []keyEntry{key}})
}

func encodeFile(f keyFile) ([]byte, error) {
	text, err := json.MarshalIndent(f, "", "  ")
	return append(text, '\n'), err
}

// parseFile turns the contents of a key file into a ring. Its errors say what is wrong and show nothing of the file.
func parseFile(text []byte) (*Ring, error) {
	f, err := decodeFile(text)
	if err != nil {
		return nil, err
	}
	ring := &Ring{active: f.Active, keys: make(map[string]subkeys, len(f.Keys))}
	for i, entry := range f.Keys {
		if _, twice := ring.keys[entry.ID]; twice {
			return nil, fmt.Errorf("it holds the key %q twice", entry.ID)
		}
		keys, err := entry.subkeys()
		if err != nil {
			return nil, fmt.Errorf("its key number %d: %w", i+1, err)
		}
		ring.keys[entry.ID] = keys
		ring.listed = append(ring.listed, Key{ID: entry.ID, CreatedAt: entry.CreatedAt})
	}
	slices.SortStableFunc(ring.listed, func(a, b Key) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if _, held := ring.keys[f.Active]; !held {
		return nil, errors.New("it does not hold the key that it names as active")
	}
	return ring, nil
}

func decodeFile(text []byte) (keyFile, error) {
	var f keyFile
	if len(bytes.TrimSpace(text)) == 0 {
		return f, errors.New("it is empty")
	}
	// The version first: a later format may have fields that this one doesn't know.
	if err := json.Unmarshal(text, &struct {
		Format  *string `json:"format"`
		Version *int    `json:"version"`
	}{&f.Format, &f.Version}); err != nil || f.Format != fileFormat {
		return f, errors.New("it is no key ring, or it was cut short or damaged")
	}
	if f.Version != fileVersion {
		return f, fmt.Errorf("it has version %d, and this program reads version %d", f.Version, fileVersion)
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&f); err != nil {
		return f, errors.New("it has fields that version 1 does not have, or values of the wrong kind")
	}
	if _, err := strict.Token(); err != io.EOF {
		return f, errors.New("something follows the key ring")
	}
	return f, nil
}

func (e keyEntry) subkeys() (subkeys, error) {
	if !validID(e.ID) {
		return subkeys{}, errors.New("its id is not 1 to 32 lower-case letters and digits")
	}
	if len(e.Key) != keyBytes {
		return subkeys{}, fmt.Errorf("it has %d bytes, not %d", len(e.Key), keyBytes)
	}
	check, err := e.derive("check", checkBytes)
	if err != nil || subtle.ConstantTimeCompare(check, e.Check) != 1 {
		return subkeys{}, errors.New("it does not match its check value: it was damaged")
	}
	sealing, err := e.derive("seal AES-256-GCM", keyBytes)
	if err != nil {
		return subkeys{}, err
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return subkeys{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return subkeys{}, err
	}
	mac, err := e.derive("mac HMAC-SHA-256", sha256.Size)
	return subkeys{aead: aead, mac: mac}, err
}

func validID(id string) bool {
	return len(id) >= 1 && len(id) <= 32 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}
