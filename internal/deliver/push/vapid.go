package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Key is the key pair by which push services know this site (RFC 8292). Each subscription is bound to it: with another
// key, all are lost. The zero value is none; [New] refuses it. It prints as its public half, whatever the verb.
type Key struct {
	private *ecdsa.PrivateKey
}

// NewKey makes a key pair.
func NewKey() (Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return Key{private}, err
}

// ParseKey reads what [Key.Encode] wrote. Its errors hold nothing of it.
func ParseKey(s string) (Key, error) {
	raw, ok := unbase64(s, scalarSize)
	if !ok {
		return Key{}, errors.New("push: the key is not 32 bytes in base64url")
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return Key{}, errors.New("push: the key is not one of P-256")
	}
	return Key{private}, nil
}

// Encode returns the private key, 32 bytes in base64url: a secret. It panics for the zero value.
func (k Key) Encode() string {
	raw, err := k.private.Bytes()
	if err != nil {
		panic("push: " + err.Error()) // of a curve that was not chosen here
	}
	return base64url.EncodeToString(raw)
}

// Public returns the public key in base64url: what a page gives to PushManager.subscribe as applicationServerKey. It
// panics for the zero value.
func (k Key) Public() string {
	raw, err := k.private.PublicKey.Bytes()
	if err != nil {
		panic("push: " + err.Error())
	}
	return base64url.EncodeToString(raw)
}

// Format writes the key for people, without its secret.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, k.shown()) }

// LogValue is what log/slog writes: the same as Format.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.shown()) }

func (k Key) shown() string {
	if k.private == nil {
		return "no key"
	}
	return k.Public()
}

// base64url is without padding, and with one way to write each value. Read only.
var base64url = base64.RawURLEncoding.Strict()

// unbase64 decodes so many bytes. The length is looked at first, since the decoder skips line breaks.
func unbase64(s string, size int) ([]byte, bool) {
	if len(s) != base64url.EncodedLen(size) {
		return nil, false
	}
	raw, err := base64url.DecodeString(s)
	return raw, err == nil && len(raw) == size
}

const (
	scalarSize = 32
	// tokenLife is half of what RFC 8292, 2, allows, so that a clock may be wrong.
	tokenLife = 12 * time.Hour
)

// claims say for whom a token is, until when, and whom to ask about us (RFC 8292, 2).
type claims struct {
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
	Contact  string `json:"sub"`
}

// authorization is the header of that name for one push service (RFC 8292, 3). A token is good for any message to that
// service while it lives, and for no other service.
func (k Key) authorization(origin, contact string, now time.Time) (string, error) {
	payload, err := json.Marshal(claims{origin, now.Add(tokenLife).Unix(), contact})
	if err != nil {
		return "", err
	}
	text := base64url.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + base64url.EncodeToString(payload)
	signature, err := k.sign([]byte(text))
	if err != nil {
		return "", err
	}
	return "vapid t=" + text + "." + base64url.EncodeToString(signature) + ", k=" + k.Public(), nil
}

// sign is ES256: both numbers in 32 bytes, zeros in front included (RFC 7518, 3.4).
func (k Key) sign(text []byte) ([]byte, error) {
	digest := sha256.Sum256(text)
	r, s, err := ecdsa.Sign(rand.Reader, k.private, digest[:])
	if err != nil {
		return nil, err
	}
	signature := make([]byte, 2*scalarSize)
	r.FillBytes(signature[:scalarSize])
	s.FillBytes(signature[scalarSize:])
	return signature, nil
}
