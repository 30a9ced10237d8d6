package pages

import (
	"html/template"
	"net/url"
	"time"
)

// Login is the page "login". Passwords and codes are never shown again.
type Login struct {
	Login            string // as typed
	Remember         bool   // that box was ticked
	ReturnTo         string // the path that the sign-in leads to; "" for none
	Combined         bool   // the code is asked for in the same form
	ByRecovery       bool   // and its field takes a recovery code
	TrustFor         string // as in [Verify], with Combined
	Trust            bool   // likewise
	RegistrationOpen bool
	Passkey          *PasskeyForm // nil where there are none
	Mailed           bool         // a mailed code may stand in for the password
	UnknownPasskey   bool         // one was used that nobody has any more
}

// CodeHint is the text at the code in the combined form: a key of the catalogue.
func (l Login) CodeHint() string {
	if l.Passkey != nil {
		return "login.code_hint_passkey"
	}
	return "login.code_hint"
}

// PasskeyForm is a form that the script passkeys.js fills in with what the browser makes of a passkey: {{template "passkey" .}}.
type PasskeyForm struct {
	Action  string            // the path that the answer goes to
	Ask     string            // the path of the question; "" where Options are here
	Body    string            // of the question, as JSON
	Options string            // the question, as JSON (WebAuthn)
	At      string            // where the answer goes instead, with {id} for what the question says; the browser makes a passkey then
	Name    string            // of the field for the answer
	Hidden  map[string]string // what else is sent
	With    string            // ids of boxes elsewhere on the page that are sent along
	Button  string            // what it says
	Lists   bool              // the browser may offer passkeys in the field of the name, too
}

// MailedLogin is the page "mailed_login", on which a mailed code or link stands in for the password.
type MailedLogin struct {
	MailedTicket
	Token string // that of the link, while it is good here; "" where the code is to be typed
	Code  string // as typed
}

// MailedTicket is what is known of a mailed link.
type MailedTicket struct {
	Account   string // what the account's owner knows it by; "" where it is about none
	Email     string // the address that it is about; "" for none
	ExpiresAt time.Time
}

// MailedLink is the pages that mailed links lead to: "verify_email", "undo", "reset", "cancel_reset" and "bind_anew". Nothing happens before
// their button is pressed. Without a link, or with a dead one, they ask for what the message has.
type MailedLink struct {
	MailedTicket
	Token    string // that of the link; "" where there is none that is good
	Code     string // as typed
	Login    string // as typed
	AskLogin bool   // nobody is signed in whose code it may be
	Mailed   string // where the message to who is signed in went; "" where none is known of
	Least    int    // characters of a new password
}

// Recover is the page "recover", for forgotten passwords.
type Recover struct {
	Login string // as typed
}

// Register is the page "register".
type Register struct {
	Username, Email string // as typed
	ReturnTo        string // as in [Login]
	Token           string // of an invitation; "" for none
	Least           int    // characters of a password
	Group           string // of the first administrator, whose invitation it is; "" for everybody else
	EmailNeeded     bool   // nobody registers without an address, since it has to be confirmed
}

// Lost is the page "lost", for who can use none of their authenticators at hand, and is signing in.
type Lost struct {
	Verify
	WaysBack
}

// LeadsOn says whether anything does.
func (l Lost) LeadsOn() bool { return l.Any() || l.Rescue || l.Support || l.Reset > 0 }

// Confirm is the page "confirm", on which somebody who is signed in proves themself again.
type Confirm struct {
	Verify
	Password    bool   // nothing else is bound: it is asked for
	ReturnTo    string // the path that it leads to
	Action      string // what an application wants to be confirmed; "" for nothing
	Application bool   // a page of the application's asks for it, about which nothing is known here
	Left        int    // recovery codes, where one is asked for
	Cancel      string // where who does not want to is led
	CancelTo    string // as it was asked for, to be sent along; "" where nobody did
}

// LeadCode is the text over the field for what shows codes: a key of the catalogue.
func (c Confirm) LeadCode() string {
	if c.Action != "" {
		return c.ByKind("action.lead_code", "action.lead_token", "action.lead_mixed")
	}
	if c.Application {
		return c.ByKind("confirm.app_code", "confirm.app_token", "confirm.app_mixed")
	}
	return c.ByKind("confirm.lead_code", "confirm.lead_token", "confirm.lead_mixed")
}

// Back is what the other forms of the page are asked for with: a query without its question mark.
func (c Confirm) Back() template.URL {
	q := "return_to=" + url.QueryEscape(c.ReturnTo)
	if c.Action != "" {
		q += "&action=" + url.QueryEscape(c.Action)
	}
	if c.CancelTo != "" {
		q += "&cancel_to=" + url.QueryEscape(c.CancelTo)
	}
	return template.URL(q)
}

// SendButton is a button that sends a code.
type SendButton struct {
	Offer    Offer
	Says     string // a key of the catalogue
	ReturnTo string // as in [Confirm], like the next two
	Action   string
	CancelTo string
	Class    string // of the button
	Wait     int    // seconds until it does
}

// Send is the button for one of what codes are sent to; says is a key of the catalogue.
func (c Confirm) Send(o Offer, says string) SendButton {
	return SendButton{Offer: o, Says: says, ReturnTo: c.ReturnTo, Action: c.Action, CancelTo: c.CancelTo, Class: "link"}
}

// Again is the button that sends another one.
func (c Confirm) Again(o Offer) SendButton {
	send := c.Send(o, "verify.mail_again")
	send.Wait = c.Wait
	return send
}

// First is the button for what the page is about, where there is no field yet.
func (c Confirm) First(o Offer) SendButton {
	send := c.Send(o, "verify.send_to")
	send.Class = ""
	return send
}

// Stuck is the page "stuck", for who is signed in and can't prove themself again with what is at hand.
type Stuck struct {
	Confirm
	WaysBack
	NewPassword bool // the password is asked for, and a new one can be mailed for
}

// LeadsOn says whether anything does.
func (s Stuck) LeadsOn() bool {
	if s.Password {
		return s.NewPassword
	}
	return s.Any() || s.Support || s.Reset > 0
}

// Error is the page "error".
type Error struct {
	Sentence  string
	Code      string // as in problem documents: "not_found"
	SignedIn  bool   // the browser has a session, which may be over
	Elsewhere *Way   // to the page of the application's that was meant; nil for none
	ReturnTo  string // the page of the application's that asks for a second factor; "" for none
	RequestID string // where only the log explains it; "" elsewhere
}
