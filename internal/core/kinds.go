package core

import "time"

// Kind names what a response answers: a password, or one kind of second factor. The values are those
// of the JSON API.
type Kind string

// The kinds that exist. Further ones come with their verifiers.
const (
	KindPassword     Kind = "password"
	KindTOTP         Kind = "totp"
	KindHOTP         Kind = "hotp"
	KindRecoveryCode Kind = "recovery_code"
	KindEmail        Kind = "email" // a code that was mailed: a second step, never a factor
	KindSMS          Kind = "sms"   // a code sent to a telephone: restricted (NIST SP 800-63B-4, 3.1.3.3)
	KindWebAuthn     Kind = "webauthn"
	KindPush         Kind = "push" // an approval that another browser signs
)

// kindResetLink is the evidence of a link that was mailed after a reset: it lets somebody bind anew, and proves
// nothing else.
const kindResetLink Kind = "reset_link"

// reachesAAL2 says whether a response of kind k lifts a login with a password to AAL2
// (NIST SP 800-63B-4, 2.2: two distinct factors). An unknown kind reaches nothing.
func (k Kind) reachesAAL2() bool {
	switch k {
	case KindTOTP, KindHOTP, KindSMS, KindRecoveryCode, KindWebAuthn, KindPush:
		return true
	}
	return false
}

// resistsPhishing says whether a response of kind k is of no use to who relays it (NIST SP 800-63B-4, 3.2.5).
func (k Kind) resistsPhishing() bool { return k == KindWebAuthn }

// IsSent says whether codes of kind k are made by the service and sent, rather than shown by what a person holds.
func (k Kind) IsSent() bool { return k == KindEmail || k == KindSMS }

// wrongAtSetup is the text about a wrong code while an authenticator of kind k is set up: what to look at is told by kind.
func (k Kind) wrongAtSetup() string {
	switch k {
	case KindSMS, KindEmail:
		return "sent_code.wrong_setup"
	case KindHOTP:
		return "token_code.wrong_setup"
	}
	return "code.wrong_setup"
}

// oddCode is the text about what can't be a code of kind k.
func (k Kind) oddCode() string {
	switch k {
	case KindSMS, KindEmail:
		return "sent_code.shape"
	case KindHOTP:
		return "token_code.shape"
	}
	return "code.shape"
}

// enoughFor says whether an authenticator of kind k can satisfy a policy.
func (k Kind) enoughFor(p Policy) bool {
	switch p {
	case PolicyPasskey:
		return k.resistsPhishing()
	case PolicyAAL2:
		return k.reachesAAL2()
	}
	return true
}

// bindingLifetime is how long a pending binding of kind k may be confirmed.
func (k Kind) bindingLifetime() time.Duration {
	if k == KindWebAuthn || k == KindPush {
		return challengeLifetime
	}
	return bindingLifetime
}

// comesWithCodes says whether an account's first authenticator of kind k brings recovery codes. Somebody who reads
// another's messages must not print a stronger way in.
func (k Kind) comesWithCodes() bool { return k.reachesAAL2() && k != KindSMS }

func comesWithCodes(a Authenticator) bool { return a.Kind.comesWithCodes() }

// amr is the RFC 8176 value for a response of kind k.
func (k Kind) amr() string {
	switch k {
	case KindPassword:
		return "pwd"
	case KindTOTP, KindHOTP, KindRecoveryCode:
		return "otp" // RFC 8176, 2: one-time password; a look-up secret is one too
	case KindSMS:
		return "sms"
	case KindWebAuthn:
		return "pop" // proof of possession of a key; whether of hardware or not, nobody attested
	case KindPush:
		return "swk" // a key that software keeps: a browser
	}
	return "" // nothing that the registry has a name for
}

// Level is an authenticator assurance level of NIST SP 800-63B-4. The zero value is no level.
type Level int

// The levels in use.
const (
	AAL1 Level = 1
	AAL2 Level = 2
)

// Policy says what a sign-in has to prove. The zero value is no policy: where it stands on an account,
// the service's holds.
type Policy string

// The policies of house.md, section 2.
const (
	PolicyOptional Policy = "optional" // a second step where one is bound
	PolicyRequired Policy = "required" // a second step has to be bound and used
	PolicyAAL2     Policy = "aal2"     // only what reaches AAL2 is enough
	PolicyPasskey  Policy = "passkey"  // only what resists phishing is enough
)

// Known says whether p is one of the policies.
func (p Policy) Known() bool {
	return p == PolicyOptional || p == PolicyRequired || p.demandsAAL2()
}

// demandsAAL2 says whether neither a trusted browser nor a mailed code is enough.
func (p Policy) demandsAAL2() bool { return p == PolicyAAL2 || p == PolicyPasskey }

// Transport is how a client carries its tokens. A token is good for the transport it was made for only.
type Transport string

// The transports.
const (
	TransportCookie Transport = "cookie"
	TransportBearer Transport = "bearer"
)

// Caller is what web knows of the client of one request. It is never proof of anything.
type Caller struct {
	Address   string    // the client's address in canonical text, IPv6 cut to its /64; "" when unknown
	UserAgent string    // as sent, cut to 256 bytes
	RequestID string    // for the log
	Transport Transport // what new tokens are made for
	Known     string    // the known-browser cookie as sent, or ""
	Replaces  string    // the session token this client holds; a new session ends it
	Browser   string    // the trusted-browser cookie as sent, or ""
	Last      []string  // authenticators that this browser says were used in it, the latest first: for the order of an offer alone
	Language  string    // that the client asks for, of [Config.Languages]; "" when it asks for none
	Shown     string    // the client in words, where something is set up; names a passkey that nothing else names
}

// Evidence is the record of one verification. Only the machine writes it.
type Evidence struct {
	Kind          Kind      `json:"kind"`
	Authenticator string    `json:"authenticator,omitempty"` // "" for a password or a recovery code
	At            time.Time `json:"at"`
	Failures      int       `json:"failures,omitempty"`      // in a row, before it was right
	UserVerified  bool      `json:"user_verified,omitempty"` // the authenticator checked its holder: two factors in one
}

// Offer is one way to go on with a login or an elevation.
type Offer struct {
	ID    string // the authenticator, or "recovery_code"
	Kind  Kind
	Label string // the person's own name for it; "" when there is none
	Hint  string // with email and sms: where codes go, only as much of it as its owner needs
}
