package webauthn

import (
	"encoding/base64"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	lib "github.com/go-webauthn/webauthn/webauthn"

	"github.com/sallyport/sallyport/internal/core"
)

// Request makes the options for navigator.credentials.get.
func (c *Ceremonies) Request(in core.PasskeyRequest) (string, error) {
	allowed, err := descriptors(in.Allowed)
	if err != nil {
		return "", err
	}
	assertion, _, err := c.rp.BeginDiscoverableLogin(
		lib.WithChallenge(in.Challenge),
		lib.WithUserVerification(verification(in.Alone)),
		lib.WithAllowedCredentials(allowed))
	if err != nil {
		return "", err
	}
	return options(assertion.Response)
}

// verification is what is asked of the authenticator. Beside a password, having it is enough.
func verification(alone bool) protocol.UserVerificationRequirement {
	if alone {
		return protocol.VerificationRequired
	}
	return protocol.VerificationPreferred
}

// Claims reads an assertion without checking it.
func (c *Ceremonies) Claims(response string) (core.PasskeyClaims, error) {
	parsed, err := parse(response)
	if err != nil {
		return core.PasskeyClaims{}, err
	}
	challenge, err := base64.RawURLEncoding.DecodeString(parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return core.PasskeyClaims{}, errors.New("webauthn: the challenge is no base64url")
	}
	return core.PasskeyClaims{Challenge: challenge, Credential: parsed.RawID, Handle: parsed.Response.UserHandle}, nil
}

func parse(response string) (*protocol.ParsedCredentialAssertionData, error) {
	if len(response) > maxResponse {
		return nil, errors.New("webauthn: the response is too long")
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(response))
	if err != nil {
		return nil, told(err)
	}
	return parsed, nil
}

// Asserted checks an assertion (WebAuthn L3, 7.2): type, challenge, origin, RP ID, presence, verification, signature, whose
// it says it is. The count is left to who knows the last one.
func (c *Ceremonies) Asserted(q core.PasskeyQuestion) (core.PasskeyFinding, error) {
	k, err := open(q.State)
	if err != nil {
		return core.PasskeyFinding{}, err
	}
	parsed, err := parse(q.Response)
	if err != nil {
		return core.PasskeyFinding{}, err
	}
	flags := parsed.Response.AuthenticatorData.Flags
	switch {
	case q.Alone && len(parsed.Response.UserHandle) == 0:
		return core.PasskeyFinding{}, errors.New("webauthn: the assertion names no user")
	case c.deviceBound && flags.HasBackupEligible():
		return core.PasskeyFinding{}, errors.New("webauthn: the passkey can be copied between devices")
	}
	who := holder{handle: q.Handle, credentials: []lib.Credential{k.credential(flags.HasBackupEligible())}}
	_, err = c.rp.ValidateLogin(who, lib.SessionData{
		Challenge: base64.RawURLEncoding.EncodeToString(q.Challenge), RelyingPartyID: c.Host(), UserID: q.Handle,
		AllowedCredentialIDs: [][]byte{k.ID}, UserVerification: verification(q.Alone),
	}, parsed)
	if err != nil {
		return core.PasskeyFinding{}, told(err)
	}
	return core.PasskeyFinding{
		UserVerified: flags.HasUserVerified(), BackedUp: flags.HasBackupState(),
		SignCount: int64(parsed.Response.AuthenticatorData.Counter),
	}, nil
}
