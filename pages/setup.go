package pages

import (
	"html/template"
	"strings"
)

// Setup is the pages "setup", "setup_passkey" and "setup_push", which show what is being set up until it was proved. It holds the secret of
// a code app: show it once, and send it nowhere.
type Setup struct {
	Kind   string // as in [AuthenticatorRow]
	ID     string
	First  bool   // of the account, on the way in
	Step   int    // which page of the set-up this is
	Steps  int    // how many there are
	Action string // the path that the answer goes to
	Label  string // as typed

	// With a code app.
	QR        template.HTML // the key's URI to scan, as SVG
	URI       template.URL  // the same as a link: otpauth://
	Secret    string        // in base32
	Digits    int           // of its codes: 6 or 8
	Period    int           // seconds
	Algorithm string        // as code apps write it: SHA-1

	Passkey *PasskeyForm // with a passkey; else nil
	Alone   bool         // with that: it has to be able to sign in by itself
	Push    *PushBinding // with a browser; else nil

	To       string   // where the code went, with sms and email; else ""
	Wait     int      // seconds until another may be asked for
	Kinds    []string // what else could be set up first
	ReturnTo string   // the path that it leads to; "" for the account page
}

// PushBinding is what the script of "setup_push" makes a key with.
type PushBinding struct {
	Challenge string // base64url without padding, to be signed
	ServerKey string // as in [Push]
}

// Sent says whether the code that is asked for was sent.
func (s Setup) Sent() bool { return s.To != "" }

// Resend is the path that sends it again.
func (s Setup) Resend() string {
	if s.First {
		return s.Action + "/challenge"
	}
	return strings.TrimSuffix(s.Action, "/confirm") + "/challenge"
}

// Begin is the page that begins to set another kind up, for the function path.
func (s Setup) Begin() string { return setupPage(true) }

// NewAuthenticator is the pages "authenticator_new" and "setup_begin", which begin to set one up.
type NewAuthenticator struct {
	Kind  string   // the one that was chosen; "" where none was
	Kinds []string // the others
	First bool     // as in [Setup]
	Typed string   // address, number or URI, as typed
	Own   string   // the account's confirmed address; "" for none
	Label string   // as typed
	Steps int      // as in [Setup]

	ReturnTo  string        // as in [Setup]
	Create    *PasskeyForm  // all of it on this page; nil but for a passkey that was offered
	Elsewhere string        // with push: the address at which another browser is set up
	QR        template.HTML // the same, to scan
}

// Begin is as in [Setup].
func (n NewAuthenticator) Begin() string { return setupPage(n.First) }

func setupPage(first bool) string {
	if first {
		return "/login/setup"
	}
	return "/account/authenticators/new"
}

// Codes is the page "codes", which shows recovery codes: once, in the answer that made them.
type Codes struct {
	Codes    []string
	ReturnTo string // the path that it leads to; "" for none
	Steps    int    // of the set-up that this is the last step of; 0 where it is of none
	Browser  string // the id of the bound browser that they came with; "" for none
}

// Joined is how the forms of the page post the codes back.
func (c Codes) Joined() string { return strings.Join(c.Codes, " ") }

// NewCodes is the page "codes_new", which stands before new ones are made.
type NewCodes struct {
	Set           string // as in [RecoveryCodes], of those that will be replaced
	Remaining     int
	Authenticator bool // the account has one; without, there are no recovery codes
}
