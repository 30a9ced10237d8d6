package flasksecurity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// FernetKey is a key of the Fernet format: 16 bytes that sign and 16 that encrypt. It does not show itself.
type FernetKey struct{ raw [32]byte }

// Format writes no key, whatever the verb.
func (FernetKey) Format(f fmt.State, _ rune) { io.WriteString(f, "[secret]") }

// MarshalText keeps it out of JSON and of logs.
func (FernetKey) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// Errors of open.
var (
	errNoToken  = errors.New("no Fernet token")
	errWrongKey = errors.New("sealed under another key, or damaged")
	errTooOld   = errors.New("older than it may be")
)

const (
	fernetVersion = 0x80
	fernetHead    = 1 + 8 + aes.BlockSize
	maxToken      = 1024 // bytes; one of a recovery code has 100
)

// openFernet decrypts a token under the first key that it is authentic under (github.com/fernet/spec): version, time, IV,
// AES-128-CBC, HMAC-SHA256. A lifetime of 0 takes any age.
func openFernet(keys []FernetKey, token string, lifetime time.Duration, now time.Time) (string, error) {
	if len(token) > maxToken {
		return "", errNoToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(token, "="))
	if err != nil || len(raw) < fernetHead+aes.BlockSize+sha256.Size || raw[0] != fernetVersion {
		return "", errNoToken
	}
	signed, sum := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	sealed := signed[fernetHead:]
	if len(sealed)%aes.BlockSize != 0 {
		return "", errNoToken
	}
	for _, k := range keys {
		mac := hmac.New(sha256.New, k.raw[:16])
		mac.Write(signed)
		if !hmac.Equal(mac.Sum(nil), sum) {
			continue
		}
		if made := time.Unix(int64(binary.BigEndian.Uint64(signed[1:9])&(1<<40-1)), 0); lifetime > 0 && now.Sub(made) > lifetime {
			return "", errTooOld
		}
		return k.decrypt(signed[9:fernetHead], sealed)
	}
	return "", errWrongKey
}

// decrypt is for what was found authentic.
func (k FernetKey) decrypt(iv, sealed []byte) (string, error) {
	block, err := aes.NewCipher(k.raw[16:])
	if err != nil {
		return "", err
	}
	plain := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, sealed)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > aes.BlockSize {
		return "", errWrongKey
	}
	return string(plain[:len(plain)-pad]), nil
}
