// Package virtual is an authenticator and a browser in one, for tests of WebAuthn: it makes passkeys and signs with them as
// a phone or a security key would (WebAuthn L3, 6), and can be told to do it wrongly.
//
// Use an [Authenticator]; its methods take the options that a service makes and give what a browser would send back. It is
// for tests alone: its keys are in memory, and it asks nobody.
package virtual

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
)

// Authenticator keeps passkeys. Its zero value but for Origin is a synced one that verifies its user, as phones are. It is
// not safe for concurrent use.
type Authenticator struct {
	Origin     string // what the browser says where it is: https://example.org
	AAGUID     [16]byte
	NoUser     bool   // the user is not verified
	NoPresence bool   // nobody touched it
	Bound      bool   // keys can't be copied
	Counts     bool   // it has a signature counter
	Count      uint32 // the counter's last value

	CrossOrigin bool                       // the page was inside another's
	Tamper      func(*Clientdata)          // changes what the browser says before it is signed
	Spoil       func(authData []byte)      // likewise what the authenticator says
	Handle      func(handle []byte) []byte // likewise whom it names

	keys []passkey
}

type passkey struct {
	id, handle []byte
	host       string
	key        *ecdsa.PrivateKey
}

// Clientdata is what a browser says of a ceremony (WebAuthn L3, 5.8.1).
type Clientdata struct {
	Type        string `json:"type"`
	Challenge   string `json:"challenge"`
	Origin      string `json:"origin"`
	CrossOrigin bool   `json:"crossOrigin"`
}

// Binary is what is base64url in JSON.
type Binary []byte

// MarshalText writes base64url without padding.
func (b Binary) MarshalText() ([]byte, error) {
	return []byte(base64.RawURLEncoding.EncodeToString(b)), nil
}

// UnmarshalText reads it.
func (b *Binary) UnmarshalText(text []byte) (err error) {
	*b, err = base64.RawURLEncoding.DecodeString(string(text))
	return err
}

type descriptor struct {
	ID Binary `json:"id"`
}

type creationOptions struct {
	RP struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID Binary `json:"id"`
	} `json:"user"`
	Challenge          string       `json:"challenge"`
	ExcludeCredentials []descriptor `json:"excludeCredentials"`
}

type requestOptions struct {
	RPID             string       `json:"rpId"`
	Challenge        string       `json:"challenge"`
	AllowCredentials []descriptor `json:"allowCredentials"`
}

// ErrPresent is what a browser says where the account has a passkey of this authenticator: InvalidStateError.
var ErrPresent = errors.New("virtual: a passkey for this account is here already")

// ErrNone is what a browser says where nothing here may answer: NotAllowedError.
var ErrNone = errors.New("virtual: no passkey here may answer")

// Create makes a passkey, as navigator.credentials.create does, and gives it as PublicKeyCredential.toJSON would.
func (a *Authenticator) Create(options string) (response string, err error) {
	var in creationOptions
	if err := json.Unmarshal([]byte(options), &in); err != nil {
		return "", err
	}
	for _, d := range in.ExcludeCredentials {
		if a.find(d.ID) != nil {
			return "", ErrPresent
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	made := passkey{id: make([]byte, 32), handle: in.User.ID, host: in.RP.ID, key: key}
	rand.Read(made.id)
	a.keys = append(a.keys, made)
	public, err := cose(&key.PublicKey)
	if err != nil {
		return "", err
	}
	data := a.authData(in.RP.ID, attested(a.AAGUID, made.id, public))
	client := a.client("webauthn.create", in.Challenge)
	return credential(made.id, map[string]any{
		"clientDataJSON": Binary(client), "attestationObject": Binary(attestation(data)), "transports": []string{"internal", "hybrid"},
	})
}

// Again registers a passkey that is there already once more, as no authenticator does: its id, with another challenge.
func (a *Authenticator) Again(id []byte, options string) (response string, err error) {
	other := *a
	other.keys = nil
	if _, err := other.Create(options); err != nil {
		return "", err
	}
	var in creationOptions
	if err := json.Unmarshal([]byte(options), &in); err != nil {
		return "", err
	}
	public, err := cose(&other.keys[0].key.PublicKey)
	if err != nil {
		return "", err
	}
	data := a.authData(in.RP.ID, attested(a.AAGUID, id, public))
	return credential(id, map[string]any{
		"clientDataJSON": Binary(a.client("webauthn.create", in.Challenge)), "attestationObject": Binary(attestation(data)),
	})
}

// Get signs in, as navigator.credentials.get does.
func (a *Authenticator) Get(options string) (response string, err error) {
	var in requestOptions
	if err := json.Unmarshal([]byte(options), &in); err != nil {
		return "", err
	}
	found := a.choose(in)
	if found == nil {
		return "", ErrNone
	}
	return a.Sign(found.id, in.RPID, in.Challenge)
}

// Sign signs a challenge with the passkey of that id, whatever it was asked.
func (a *Authenticator) Sign(id []byte, host, challenge string) (response string, err error) {
	found := a.find(id)
	if found == nil {
		return "", ErrNone
	}
	if a.Counts {
		a.Count++
	}
	data, client := a.authData(host, nil), a.client("webauthn.get", challenge)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(slices.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, found.key, signed[:])
	if err != nil {
		return "", err
	}
	handle := found.handle
	if a.Handle != nil {
		handle = a.Handle(handle)
	}
	answer := map[string]any{"clientDataJSON": Binary(client), "authenticatorData": Binary(data), "signature": Binary(signature)}
	if handle != nil {
		answer["userHandle"] = Binary(handle)
	}
	return credential(found.id, answer)
}

// IDs are those of the passkeys that are kept, the oldest first.
func (a *Authenticator) IDs() (ids [][]byte) {
	for _, k := range a.keys {
		ids = append(ids, k.id)
	}
	return ids
}

// Forget removes a passkey, as its keeper does after signalUnknownCredential.
func (a *Authenticator) Forget(id []byte) {
	a.keys = slices.DeleteFunc(a.keys, func(k passkey) bool { return slices.Equal(k.id, id) })
}

func (a *Authenticator) choose(in requestOptions) *passkey {
	for i, k := range a.keys {
		allowed := func(d descriptor) bool { return slices.Equal(d.ID, k.id) }
		if k.host == in.RPID && (len(in.AllowCredentials) == 0 || slices.ContainsFunc(in.AllowCredentials, allowed)) {
			return &a.keys[i]
		}
	}
	return nil
}

func (a *Authenticator) find(id []byte) *passkey {
	for i, k := range a.keys {
		if slices.Equal(k.id, id) {
			return &a.keys[i]
		}
	}
	return nil
}

func (a *Authenticator) client(kind, challenge string) []byte {
	c := Clientdata{Type: kind, Challenge: challenge, Origin: a.Origin, CrossOrigin: a.CrossOrigin}
	if a.Tamper != nil {
		a.Tamper(&c)
	}
	text, _ := json.Marshal(c) // strings and a boolean
	return text
}

// The flags of authenticator data (WebAuthn L3, 6.1).
const (
	userPresent    = 1 << 0
	userVerified   = 1 << 2
	backupEligible = 1 << 3
	backedUp       = 1 << 4
	hasAttested    = 1 << 6
)

func (a *Authenticator) authData(host string, attested []byte) []byte {
	hash := sha256.Sum256([]byte(host))
	var flags byte
	for flag, set := range map[byte]bool{
		userPresent: !a.NoPresence, userVerified: !a.NoUser, backupEligible | backedUp: !a.Bound, hasAttested: attested != nil,
	} {
		if set {
			flags |= flag
		}
	}
	data := append(hash[:], flags)
	data = append(binary.BigEndian.AppendUint32(data, a.Count), attested...)
	if a.Spoil != nil {
		a.Spoil(data)
	}
	return data
}

func attested(aaguid [16]byte, id, public []byte) []byte {
	out := binary.BigEndian.AppendUint16(slices.Clone(aaguid[:]), uint16(len(id)))
	return append(append(out, id...), public...)
}

// cose writes an ES256 key (RFC 9053, 7.1.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
func cose(key *ecdsa.PublicKey) ([]byte, error) {
	point, err := key.Bytes() // 4, x, y
	if err != nil {
		return nil, err
	}
	out := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32}
	out = append(append(out, point[1:33]...), 0x22, 0x58, 32)
	return append(out, point[33:]...), nil
}

// attestation writes {"fmt": "none", "attStmt": {}, "authData": data} (RFC 8949).
func attestation(data []byte) []byte {
	out := append([]byte{0xa3, 0x63}, "fmt"...)
	out = append(append(out, 0x64), "none"...)
	out = append(append(out, 0x67), "attStmt"...)
	out = append(append(out, 0xa0, 0x68), "authData"...)
	out = append(out, 0x59)
	return append(binary.BigEndian.AppendUint16(out, uint16(len(data))), data...)
}

func credential(id []byte, response map[string]any) (string, error) {
	text, err := json.Marshal(map[string]any{
		"id": Binary(id), "rawId": Binary(id), "type": "public-key", "response": response,
		"authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{},
	})
	return string(text), err
}
