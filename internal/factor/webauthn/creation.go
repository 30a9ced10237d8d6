package webauthn

import (
	"encoding/base64"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
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
