package webauthn

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	lib "github.com/go-webauthn/webauthn/webauthn"
)

// key is what is kept of a passkey: a credential record (WebAuthn L3, 4) without what changes.
type key struct {
	Version    int      `json:"v"`
	ID         []byte   `json:"id"`
	PublicKey  []byte   `json:"public_key"` // COSE (RFC 9052, 7)
	AAGUID     []byte   `json:"aaguid,omitempty"`
	Transports []string `json:"transports,omitempty"`
}

const keyVersion = 1

// maxTransports bounds what a browser may say of the ways to an authenticator.
const maxTransports = 8

func newKey(c *lib.Credential) key {
	k := key{Version: keyVersion, ID: c.ID, PublicKey: c.PublicKey, AAGUID: c.Authenticator.AAGUID}
	for _, t := range c.Transport[:min(len(c.Transport), maxTransports)] {
		if len(t) <= 32 {
			k.Transports = append(k.Transports, string(t))
		}
	}
	return k
}

func (k key) state() ([]byte, error) { return json.Marshal(k) }

func open(state []byte) (k key, err error) {
	if err := json.Unmarshal(state, &k); err != nil {
		return key{}, fmt.Errorf("webauthn: a stored passkey does not parse: %w", err)
	}
	if k.Version != keyVersion || len(k.ID) == 0 || len(k.PublicKey) == 0 {
		return key{}, errors.New("webauthn: a stored passkey is of another version")
	}
	return k, nil
}

// credential is k as the library wants it. Whether it could be backed up is taken from the assertion at hand: some
// providers change their mind (iCloud Keychain was seen to), and the answer is signed with the same key either way.
func (k key) credential(backupEligible bool) lib.Credential {
	return lib.Credential{
		ID: k.ID, PublicKey: k.PublicKey, Transport: k.transports(),
		Flags:         lib.CredentialFlags{BackupEligible: backupEligible},
		Authenticator: lib.Authenticator{AAGUID: k.AAGUID},
	}
}

func (k key) descriptor() protocol.CredentialDescriptor {
	return protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: k.ID, Transport: k.transports()}
}

func (k key) transports() (out []protocol.AuthenticatorTransport) {
	for _, t := range k.Transports {
		out = append(out, protocol.AuthenticatorTransport(t))
	}
	return out
}

// CredentialID reads the id that browsers know a passkey by from its state.
func (c *Ceremonies) CredentialID(state []byte) ([]byte, error) {
	k, err := open(state)
	return k.ID, err
}
