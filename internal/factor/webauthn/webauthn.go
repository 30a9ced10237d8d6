// Package webauthn runs the two ceremonies of WebAuthn Level 3 for passkeys and security keys: [Ceremonies.Creation] and
// [Ceremonies.Created] make one, [Ceremonies.Request] and [Ceremonies.Asserted] check one.
//
// It keeps nothing and decides nothing: which challenge was asked, whose passkey it is, whether its count grew and what an
// answer is good for are core's. It trusts the state that it made itself and got back from a sealed place, and nothing that
// a browser says. The protocol is the library's, github.com/go-webauthn/webauthn, which is used nowhere else.
//
// Attestation is not asked for (WebAuthn L3, 5.4.7: "none"): who made an authenticator is taken from it for its name alone.
package webauthn

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	lib "github.com/go-webauthn/webauthn/webauthn"

	"github.com/sallyport/sallyport/internal/core"
)

// maxResponse bounds what is parsed, in bytes. An assertion has about 1,000, a new passkey up to 2,000.
const maxResponse = 16 << 10

// patience is how long a browser may wait for its user, as long as challenges are good.
const patience = 5 * time.Minute

// ErrNoDomain says that the public URL has an IP address for a host: browsers make passkeys for domains only.
var ErrNoDomain = errors.New("webauthn: passkeys need a domain name or localhost for a host")

// Config is what [New] needs.
type Config struct {
	Public      *url.URL // of the service; its origin is the only one that answers
	Issuer      string   // the service's name, as browsers show it
	DeviceBound bool     // refuse passkeys that are, or can be, copied between devices
	Alone       bool     // refuse those that could not sign in by themselves: nothing asks for one beside a password
}

// Ceremonies implements [core.Passkeys]. It is immutable and safe for concurrent use.
type Ceremonies struct {
	rp          *lib.WebAuthn
	deviceBound bool
	alone       bool
}

var _ core.Passkeys = (*Ceremonies)(nil)

// New returns the ceremonies of one service. [ErrNoDomain] where no browser would take part.
func New(cfg Config) (*Ceremonies, error) {
	if cfg.Public == nil || cfg.Public.Hostname() == "" || net.ParseIP(cfg.Public.Hostname()) != nil {
		return nil, ErrNoDomain
	}
	timeout := lib.TimeoutConfig{Timeout: patience, TimeoutUVD: patience}
	rp, err := lib.New(&lib.Config{
		RPID: cfg.Public.Hostname(), RPDisplayName: cfg.Issuer,
		RPOrigins:             []string{cfg.Public.Scheme + "://" + cfg.Public.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		Timeouts:              lib.TimeoutsConfig{Login: timeout, Registration: timeout},
		// Password managers answer what was not asked; nothing here reads it.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("webauthn: %w", err)
	}
	return &Ceremonies{rp: rp, deviceBound: cfg.DeviceBound, alone: cfg.Alone}, nil
}

// Host is the RP ID.
func (c *Ceremonies) Host() string { return c.rp.Config.RPID }

// algorithms are those that a passkey may sign with: what every authenticator knows one of (WebAuthn L3, 5.4, pubKeyCredParams).
func algorithms() (out []protocol.CredentialParameter) {
	for _, alg := range []webauthncose.COSEAlgorithmIdentifier{
		webauthncose.AlgEdDSA, webauthncose.AlgES256, webauthncose.AlgRS256,
	} {
		out = append(out, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg})
	}
	return out
}

// holder is an account as the library wants it.
type holder struct {
	handle      []byte
	name        string
	credentials []lib.Credential
}

// WebAuthnID is the user handle.
func (h holder) WebAuthnID() []byte { return h.handle }

// WebAuthnName is what the owner knows the account by.
func (h holder) WebAuthnName() string { return h.name }

// WebAuthnDisplayName is the same: nobody is asked for another.
func (h holder) WebAuthnDisplayName() string { return h.name }

// WebAuthnCredentials are the passkeys of the account.
func (h holder) WebAuthnCredentials() []lib.Credential { return h.credentials }

func descriptors(states [][]byte) (out []protocol.CredentialDescriptor, err error) {
	for _, state := range states {
		k, err := open(state)
		if err != nil {
			return nil, err
		}
		out = append(out, k.descriptor())
	}
	return out, nil
}

// options writes what a browser is asked, as PublicKeyCredential's parse…OptionsFromJSON read it.
func options(of any) (string, error) {
	text, err := json.Marshal(of)
	if err != nil {
		return "", fmt.Errorf("webauthn: %w", err)
	}
	return string(text), nil
}
