package flasksecurity

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Application is what is known of an application beside its database: its settings, most of them secret.
type Application struct {
	// Salt is the number under which SECURITY_PASSWORD_SALT is kept here; 0 where it was not given.
	Salt int
	// SingleHash says that SECURITY_PASSWORD_SINGLE_HASH is True.
	SingleHash bool
	// TOTP is SECURITY_TOTP_SECRETS: what keys of code apps are encrypted with, by tag.
	TOTP map[string][]byte
	// Recovery is SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS.
	Recovery []FernetKey
	// RecoveryLifetime is SECURITY_MULTI_FACTOR_RECOVERY_CODE_TTL: older codes are dead. 0: they never are.
	RecoveryLifetime time.Duration
	// SameHost says that its WebAuthn keys were made for the host of public_url; no browser would offer others.
	SameHost bool
	// Groups are the names here of roles that are called otherwise there.
	Groups map[string]string
	// Confirmed makes every address count as confirmed, on the operator's word.
	Confirmed bool
}

// String keeps the secrets out of what is printed.
func (Application) String() string { return "[secrets]" }

// GoString keeps them out of %#v.
func (a Application) GoString() string { return a.String() }

// MarshalText keeps them out of JSON and of logs.
func (a Application) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// maxSettings bounds a setting's text, in bytes.
const maxSettings = 64 << 10

// ParseTOTPSecrets reads SECURITY_TOTP_SECRETS as passlib does: a JSON object of tags and secrets, or a line "tag: secret"
// for each. Errors say which line and hold no secret.
func ParseTOTPSecrets(text string) (map[string][]byte, error) {
	if len(text) > maxSettings {
		return nil, errors.New("longer than 64 KiB")
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return totpSecretsInJSON(text)
	}
	out := map[string][]byte{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		tag, secret, found := strings.Cut(line, ":")
		tag, secret = strings.TrimSpace(tag), strings.TrimSpace(secret)
		if !found || tag == "" || secret == "" {
			return nil, fmt.Errorf("line %d is not a tag, a colon and a secret; SECURITY_TOTP_SECRETS has them, such as 1: secret", number)
		}
		if _, twice := out[tag]; twice {
			return nil, fmt.Errorf("line %d has a tag that was there before", number)
		}
		out[tag] = []byte(secret)
	}
	if len(out) == 0 {
		return nil, errors.New("holds no secret")
	}
	return out, nil
}

func totpSecretsInJSON(text string) (map[string][]byte, error) {
	var object map[string]string
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		return nil, errors.New(`is no JSON object of tags and secrets, such as {"1": "secret"}`)
	}
	out := map[string][]byte{}
	for tag, secret := range object {
		if tag == "" || secret == "" {
			return nil, errors.New("has an empty tag or secret")
		}
		out[tag] = []byte(secret)
	}
	if len(out) == 0 {
		return nil, errors.New("holds no secret")
	}
	return out, nil
}

// ParseFernetKeys reads SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS: keys in URL-safe base64 of 32 bytes, with commas, spaces
// or line ends between them, or a JSON list. Errors hold no key.
func ParseFernetKeys(text string) ([]FernetKey, error) {
	if len(text) > maxSettings {
		return nil, errors.New("longer than 64 KiB")
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,\t\r\n", r) })
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		if err := json.Unmarshal([]byte(text), &words); err != nil {
			return nil, errors.New("is no JSON list of keys")
		}
	}
	if len(words) == 0 {
		return nil, errors.New("holds no key")
	}
	keys := make([]FernetKey, len(words))
	for i, word := range words {
		raw, err := base64.URLEncoding.DecodeString(word)
		if err != nil || len(raw) != len(keys[i].raw) {
			return nil, fmt.Errorf("key %d of %d is not 32 bytes in URL-safe base64, as Fernet.generate_key() makes them", i+1, len(words))
		}
		copy(keys[i].raw[:], raw)
	}
	return keys, nil
}
