package flasksecurity

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/importer"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// stored is passlib's TOTP.to_dict: what has its default is left out.
type stored struct {
	Version     int           `json:"v"`
	Type        string        `json:"type"`
	Key         string        `json:"key"` // base32
	Encrypted   *encryptedKey `json:"enckey"`
	Algorithm   string        `json:"alg"`
	Digits      int           `json:"digits"`
	Period      int           `json:"period"` // seconds
	Label       string        `json:"label"`
	Issuer      string        `json:"issuer"`
	LastCounter *int64        `json:"last_counter"` // of old releases, which never filled it
}

// encryptedKey is passlib's AppWallet.encrypt_key: AES-256-CTR, and nothing that authenticates it.
type encryptedKey struct {
	Version int    `json:"v"`
	Cost    int    `json:"c"` // log2 of the iterations
	Tag     string `json:"t"`
	Salt    string `json:"s"` // base32
	Key     string `json:"k"` // base32
}

const (
	maxStored  = 4096 // bytes; one has about 120
	maxCost    = 18   // passlib stands at 14. 2^18 takes a tenth of a second
	weakSecret = 128  // bits; RFC 4226, 4, R6 asks for as many
)

// app is a code app's key as it was read.
type app struct {
	key otpauth.Key
}

func (a app) isWeak() bool { return a.key.Secret.Bits() < weakSecret }

// uri is the key for core. It holds the secret.
func (a app) uri() string {
	uri, err := a.key.RevealURI()
	if err != nil { // core refuses it, as what can't be read
		return ""
	}
	return uri
}

// readTOTP reads tf_totp_secret, or one of us_totp_secrets: passlib's JSON, or a key URI.
func readTOTP(text string, secrets map[string][]byte) (app, *importer.Trouble) {
	if strings.HasPrefix(text, "otpauth://") {
		key, err := otpauth.Parse(text)
		if err != nil || key.Type != otpauth.TOTP {
			return app{}, unreadableKey("it is a key URI, and not one of a code app")
		}
		return app{nameless(key)}, nil
	}
	var s stored
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if len(text) > maxStored || d.Decode(&s) != nil {
		return app{}, unreadableKey("it is no JSON of passlib's")
	}
	if _, err := d.Token(); err != io.EOF || s.Version != 1 || s.Type != "totp" || (s.Key == "") == (s.Encrypted == nil) {
		return app{}, unreadableKey("it is not of the form that passlib writes")
	}
	secret, trouble := s.secret(secrets)
	if trouble != nil {
		return app{}, trouble
	}
	return s.app(secret)
}

func (s stored) secret(secrets map[string][]byte) ([]byte, *importer.Trouble) {
	if s.Encrypted == nil {
		raw, ok := decodeBase32(s.Key)
		if !ok {
			return nil, unreadableKey("it is not in base32")
		}
		return raw, nil
	}
	return s.Encrypted.open(secrets)
}

func (s stored) app(secret []byte) (app, *importer.Trouble) {
	algorithm := otp.SHA1
	if s.Algorithm != "" {
		var err error
		if algorithm, err = otp.ParseAlgorithm(s.Algorithm); err != nil {
			return app{}, unreadableKey("its hash is none of SHA-1, SHA-256 and SHA-512")
		}
	}
	if s.Digits < 0 || s.Period < 0 || s.Period > 1<<20 {
		return app{}, unreadableKey("its digits or period are negative, or too many")
	}
	held, err := otp.ImportSecretBytes(secret)
	if err != nil {
		return app{}, unreadableKey("its secret is empty, or longer than 128 bytes")
	}
	return app{nameless(otpauth.Key{Type: otpauth.TOTP, Secret: held, Options: otp.Options{
		Algorithm: algorithm, Digits: s.Digits, Period: time.Duration(s.Period) * time.Second,
	}})}, nil
}

// nameless takes the names off: core keeps none of them.
func nameless(k otpauth.Key) otpauth.Key {
	k.Issuer, k.Account, k.Image = "", "account", ""
	return k
}

// open decrypts a key. Under another secret of the same tag it comes out as another key, and nothing tells.
func (e encryptedKey) open(secrets map[string][]byte) ([]byte, *importer.Trouble) {
	secret, known := secrets[e.Tag]
	switch {
	case e.Version != 1:
		return nil, unreadableKey("it is encrypted in a form that is not known")
	case e.Cost < 1 || e.Cost > maxCost:
		return nil, unreadableKey("its encryption asks for more work than is allowed")
	case !known:
		return nil, &importer.Trouble{
			What: WhatApp, Reason: "its key is encrypted with the secret of the tag " + importer.Shown(e.Tag) + ", which is not given",
			Cure: "give SECURITY_TOTP_SECRETS whole, with --totp-secrets",
		}
	}
	salt, saltOK := decodeBase32(e.Salt)
	sealed, keyOK := decodeBase32(e.Key)
	if !saltOK || !keyOK || len(sealed) == 0 {
		return nil, unreadableKey("its encrypted key is not in base32")
	}
	derived, err := pbkdf2.Key(sha256.New, string(secret), salt, 1<<e.Cost, 32+aes.BlockSize)
	if err != nil {
		return nil, unreadableKey("its encryption is not possible here")
	}
	block, err := aes.NewCipher(derived[:32])
	if err != nil {
		return nil, unreadableKey("its encryption is not possible here")
	}
	cipher.NewCTR(block, derived[32:]).XORKeyStream(sealed, sealed)
	return sealed, nil
}

func decodeBase32(text string) ([]byte, bool) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(strings.ToUpper(text), "="))
	return raw, err == nil
}

func unreadableKey(why string) *importer.Trouble {
	return &importer.Trouble{What: WhatApp, Reason: "its key can't be read: " + why, Cure: "have its owner set up the app again, there or here"}
}
