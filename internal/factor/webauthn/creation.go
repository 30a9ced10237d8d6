package webauthn

import (
	"encoding/base64"
	"errors"
	"math"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	lib "github.com/go-webauthn/webauthn/webauthn"

	"github.com/sallyport/sallyport/internal/core"
)

// Creation makes the options for navigator.credentials.create. A passkey that can be found without a name, and that checks
// its user, is preferred: it signs in alone. A plain security key will do, unless signing in alone is all that there is.
func (c *Ceremonies) Creation(in core.NewPasskey) (string, error) {
	present, err := descriptors(in.Present)
	if err != nil {
		return "", err
	}
	creation, _, err := c.rp.BeginRegistration(holder{handle: in.Handle, name: in.Account},
		lib.WithExclusions(present),
		lib.WithCredentialParameters(algorithms()),
		lib.WithAuthenticatorSelection(c.selection()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.Challenge = in.Challenge
			return nil
		})
	if err != nil {
		return "", err
	}
	return options(creation.Response)
}

func (c *Ceremonies) selection() protocol.AuthenticatorSelection {
	if c.alone {
		return protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}
	}
	return protocol.AuthenticatorSelection{
		ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
	}
}

// Created checks what the browser made (WebAuthn L3, 7.1).
func (c *Ceremonies) Created(in core.NewPasskey, response string) (core.Passkey, error) {
	if len(response) > maxResponse {
		return core.Passkey{}, errors.New("webauthn: the response is too long")
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(response))
	if err != nil {
		return core.Passkey{}, told(err)
	}
	made, err := c.rp.CreateCredential(holder{handle: in.Handle}, lib.SessionData{
		Challenge: base64.RawURLEncoding.EncodeToString(in.Challenge), RelyingPartyID: c.Host(), UserID: in.Handle,
		UserVerification: protocol.VerificationPreferred, CredParams: algorithms(),
	}, parsed)
	if err != nil {
		return core.Passkey{}, told(err)
	}
	if len(made.ID) == 0 || len(made.ID) > maxCredentialID {
		return core.Passkey{}, errors.New("webauthn: the credential id is empty or too long")
	}
	if c.deviceBound && made.Flags.BackupEligible {
		return core.Passkey{}, &core.Error{Code: core.CodeInvalid, Field: "response", Text: "passkey.synced", Reason: "backup eligible"}
	}
	if c.alone && !made.Flags.UserVerified { // a browser may not know that it was required
		return core.Passkey{}, &core.Error{Code: core.CodeInvalid, Field: "response", Text: "passkey.not_alone", Reason: "the user was not verified"}
	}
	k := newKey(made)
	state, err := k.state()
	return core.Passkey{
		State: state, Credential: k.ID, Name: nameOf(k.AAGUID),
		SignCount: int64(made.Authenticator.SignCount), BackedUp: made.Flags.BackupState,
	}, err
}

// Adopt makes the state of a passkey that another system kept for the same RP ID. Its key is of an algorithm that is asked
// for here; what of passkeys is refused when they are made is refused here, too.
func (c *Ceremonies) Adopt(in core.BroughtPasskey) (core.Passkey, error) {
	switch {
	case len(in.Credential) == 0 || len(in.Credential) > maxCredentialID:
		return core.Passkey{}, notAdopted("import.no_passkey", "the credential id is empty or too long")
	case len(in.PublicKey) > maxResponse || !usable(in.PublicKey):
		return core.Passkey{}, notAdopted("import.no_passkey", "the public key is none that is asked for")
	case in.SignCount < 0 || in.SignCount > math.MaxUint32: // WebAuthn L3, 6.1
		return core.Passkey{}, notAdopted("import.no_passkey", "the count is none")
	case c.deviceBound && (in.Copyable || in.BackedUp):
		return core.Passkey{}, notAdopted("passkey.synced", "backup eligible")
	case c.alone && !in.First:
		return core.Passkey{}, notAdopted("passkey.not_alone", "made as a second step")
	}
	k := key{Version: keyVersion, ID: in.Credential, PublicKey: in.PublicKey}
	for _, t := range in.Transports[:min(len(in.Transports), maxTransports)] {
		if t != "" && len(t) <= 32 {
			k.Transports = append(k.Transports, t)
		}
	}
	state, err := k.state()
	return core.Passkey{State: state, Credential: k.ID, SignCount: in.SignCount, BackedUp: in.BackedUp}, err
}

func notAdopted(text, reason string) error {
	return &core.Error{Code: core.CodeInvalid, Field: "passkey", Text: text, Reason: reason}
}

// usable says whether a COSE key is one that an assertion could be checked with.
func usable(cose []byte) bool {
	parsed, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return false
	}
	var alg int64
	switch k := parsed.(type) {
	case webauthncose.OKPPublicKeyData:
		alg = k.Algorithm
	case webauthncose.EC2PublicKeyData:
		alg = k.Algorithm
	case webauthncose.RSAPublicKeyData:
		alg = k.Algorithm
	}
	return slices.ContainsFunc(algorithms(), func(p protocol.CredentialParameter) bool { return int64(p.Algorithm) == alg })
}

// maxCredentialID is that of WebAuthn L3, 7.1, step 25.
const maxCredentialID = 1023

// told gives the library's errors the part that says what was wrong, for the log.
func told(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) {
		return errors.New("webauthn: " + e.Details + ": " + e.DevInfo)
	}
	return err
}
