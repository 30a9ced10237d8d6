package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// MessageKind names what a message says; the catalogue has its words.
type MessageKind string

// The messages that are sent.
const (
	MailConfirmAddress    MessageKind = "confirm_address"    // with link and code
	MailAddressTaken      MessageKind = "address_taken"      // somebody gave an address that another account has
	MailNoAccount         MessageKind = "no_account"         // to an address that nobody has
	MailResetPassword     MessageKind = "reset_password"     // with link and code
	MailPasswordReset     MessageKind = "password_reset"     // it was done
	MailPasswordChanged   MessageKind = "password_changed"   //
	MailPasswordExposed   MessageKind = "password_exposed"   // it may be known to others; with link and code
	MailExposedToOld      MessageKind = "exposed_to_old"     // likewise, to an address that a change can be taken back to
	MailPasswordRefused   MessageKind = "password_refused"   // somebody typed it after that; likewise
	MailChangeAddress     MessageKind = "change_address"     // to the new address, with link and code
	MailAddressChanged    MessageKind = "address_changed"    // to the old one, with the link that undoes it where it had been confirmed
	MailAddressUndone     MessageKind = "address_undone"     //
	MailNewBrowser        MessageKind = "new_browser"        // a sign-in from one that was not seen before
	MailNewClient         MessageKind = "new_client"         // likewise, without cookies
	MailBound             MessageKind = "bound"              // an authenticator was set up
	MailUnbound           MessageKind = "unbound"            // an authenticator was removed
	MailRecoveryCodeUsed  MessageKind = "recovery_code_used" //
	MailRecoveryCodesMade MessageKind = "recovery_codes_made"
	MailSessionsEnded     MessageKind = "sessions_ended"
	MailFailing           MessageKind = "failing"        // right password, wrong codes
	MailLocked            MessageKind = "locked"         // an authenticator was disabled after too many
	MailPasskeyCopied     MessageKind = "passkey_copied" // its count did not grow
	MailNotMe             MessageKind = "not_me"         // a bound browser said that it was somebody else; with link and code where the password is shut
	MailPasskeysOnly      MessageKind = "passkeys_only"  // nothing else is enough from now on
	MailPasskeysOnlyEnded MessageKind = "passkeys_only_ended"
	MailAfterFailures     MessageKind = "after_failures"
	MailBrowserStolen     MessageKind = "browser_stolen"
	MailResetOrdered      MessageKind = "reset_ordered" // by support
	MailResetAsked        MessageKind = "reset_asked"   // by somebody with the password, with the link that cancels
	MailResetHalfway      MessageKind = "reset_halfway" // likewise
	MailResetDone         MessageKind = "reset_done"    // with the link to bind anew
	MailResetCancelled    MessageKind = "reset_cancelled"
	MailReminder          MessageKind = "reminder" // a second factor will be needed from a date on
	MailInvitation        MessageKind = "invitation"
	MailDeleted           MessageKind = "deleted"
	MailDisabled          MessageKind = "disabled" // by an administrator
	MailEnabled           MessageKind = "enabled"  // likewise
	MailRescueCode        MessageKind = "rescue_code"
	MailSignIn            MessageKind = "sign_in"           // without a password; with link and code
	MailSignInOtherwise   MessageKind = "sign_in_otherwise" // that was asked for, and is not possible
	MailHelp              MessageKind = "help"              // to support
	MailCode              MessageKind = "code"              // a second step, for one login
	TextCode              MessageKind = "text_code"         // the same to a telephone
	PushPrompt            MessageKind = "push.prompt"       // to a bound browser, without the number
)

// MessageKinds lists every kind of mail that [Machine.Deliver] returns.
func MessageKinds() []MessageKind {
	return []MessageKind{
		MailConfirmAddress, MailAddressTaken, MailNoAccount, MailResetPassword, MailPasswordReset, MailPasswordChanged,
		MailPasswordExposed, MailExposedToOld, MailPasswordRefused,
		MailChangeAddress, MailAddressChanged, MailAddressUndone, MailNewBrowser, MailNewClient, MailBound, MailUnbound,
		MailRecoveryCodeUsed, MailRecoveryCodesMade, MailSessionsEnded, MailFailing, MailLocked, MailPasskeyCopied, MailNotMe, MailPasskeysOnly, MailPasskeysOnlyEnded, MailAfterFailures,
		MailBrowserStolen, MailResetOrdered, MailResetAsked, MailResetHalfway, MailResetDone, MailResetCancelled,
		MailReminder, MailInvitation, MailDeleted, MailDisabled, MailEnabled, MailRescueCode, MailSignIn, MailSignInOtherwise, MailHelp, MailCode,
	}
}

// Requests are handled by the outbox as messages are: what they come to is decided where nobody can measure how long
// it takes.
const (
	requestRecovery MessageKind = "request.recovery"
	requestGreeting MessageKind = "request.greeting"
	requestAddress  MessageKind = "request.address"
	requestRelink   MessageKind = "request.relink"
	requestReplace  MessageKind = "request.replace"
	requestMailed   MessageKind = "request.sign_in"
)

// noticeLifetime is how long a notice is worth sending.
const noticeLifetime = 3 * 24 * time.Hour

// lifetime is how long a message is worth sending where nothing else says so: what was asked for as long as the link that
// comes of it is good. A link of today must not come of what somebody gave up yesterday.
func (k MessageKind) lifetime() time.Duration {
	switch k {
	case requestRecovery, requestReplace:
		return resetLifetime
	case requestGreeting, requestAddress:
		return confirmLifetime
	case requestRelink:
		return bindAnewLifetime
	}
	return noticeLifetime
}

// Message is one message before it is put into words. It may hold a link that opens an account: it is sealed
// until it is sent, and never logged.
type Message struct {
	Kind      MessageKind       `json:"kind"`
	Account   string            `json:"account,omitempty"`
	To        string            `json:"to,omitempty"`       // "" is Owner
	Owner     string            `json:"owner,omitempty"`    // the account's address when it was posted; "" is the one when it is sent
	Name      string            `json:"name,omitempty"`     // what the account's owner knows it by
	At        time.Time         `json:"at"`                 // when what it is about happened
	Language  string            `json:"language,omitempty"` // a tag of BCP 47; "" for the service's default
	Address   string            `json:"address,omitempty"`
	UserAgent string            `json:"user_agent,omitempty"`
	Link      string            `json:"link,omitempty"` // path and query below the public URL
	Code      string            `json:"code,omitempty"`
	Args      map[string]string `json:"args,omitempty"`
	ExpiresAt time.Time         `json:"expires_at"`
	Text      bool              `json:"text,omitempty"`    // To is a telephone
	Proved    bool              `json:"proved,omitempty"`  // Owner, or To, had been proved to be the account's
	Browser   string            `json:"browser,omitempty"` // it goes to this bound browser
	Prompt    string            `json:"prompt,omitempty"`  // with Browser: what it is about
	Push      *PushMessage      `json:"-"`                 // likewise, and filled in when it is delivered
}

// MessageTable names the table in what a payload is sealed for.
const MessageTable = "sallyport_messages"

func about(kind MessageKind, c Caller, account string, now time.Time) Message {
	msg := Message{
		Kind: kind, Account: account, At: now, Address: c.Address, UserAgent: c.UserAgent,
		ExpiresAt: now.Add(kind.lifetime()),
	}
	if account == "" {
		msg.Language = c.Language
	}
	return msg
}

func aboutAuthenticator(kind MessageKind, c Caller, a Authenticator, now time.Time) Message {
	msg := about(kind, c, a.Account, now)
	msg.Args = map[string]string{"label": a.Label}
	return msg
}

// post puts a message into the outbox, in the transaction that it is about.
func (m *Machine) post(tx Tx, msg Message) error {
	if msg.isForOwner() {
		a, err := tx.Account(msg.Account)
		if err != nil {
			return err
		}
		msg = msg.forOwner(a)
	}
	row, err := m.sealMessage(msg)
	if m.dropped(msg, err) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.InsertMessage(row)
}

// request puts a message into the outbox by itself.
func (m *Machine) request(ctx context.Context, msg Message) error {
	if msg.isForOwner() {
		a, err := m.store.Account(ctx, msg.Account)
		if err != nil {
			return err
		}
		msg = msg.forOwner(a)
	}
	row, err := m.sealMessage(msg)
	if m.dropped(msg, err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := m.store.Enqueue(ctx, row); err != nil {
		return err
	}
	m.cfg.Mailed()
	return nil
}

// dropped says whether a message is a notice that can't be sealed now: whoever can still sign in isn't kept from it for
// that.
func (m *Machine) dropped(msg Message, err error) bool {
	if !errors.Is(err, ErrUnsealed) || msg.isAwaited() {
		return false
	}
	m.cfg.Log.Error("a notice is not sent: nothing can be sealed now", "kind", msg.Kind, "account", msg.Account, "error", err)
	return true
}

// isForOwner says whether a message goes to the address of its account.
func (msg Message) isForOwner() bool {
	return msg.To == "" && msg.Account != "" && msg.Browser == "" && !msg.isRequest()
}

// forOwner notes the address and name that the account has now: whoever changes them after a deed doesn't divert the
// message that tells of it.
func (msg Message) forOwner(a *Account) Message {
	if a == nil {
		return msg
	}
	msg.Owner, msg.Proved = a.Email, a.EmailConfirmed
	if msg.Name == "" {
		msg.Name = a.Shown()
	}
	return msg
}

func (m *Machine) sealMessage(msg Message) (MessageRow, error) {
	plain, err := json.Marshal(msg)
	if err != nil {
		return MessageRow{}, err
	}
	now := m.clock.Now()
	row := MessageRow{ID: newID(), CreatedAt: now, DueAt: now, ExpiresAt: msg.ExpiresAt}
	switch { // what is due longest goes first
	case msg.Kind == MailResetOrdered: // before the one that says it was done
		row.DueAt = now.Add(-2 * time.Hour)
	case msg.isAwaited():
		row.DueAt = now.Add(-time.Hour)
	}
	row.Payload, err = m.cfg.Seals.Seal(MessageTable, row.ID, plain)
	return row, err
}

// isAwaited says whether somebody sits and waits for the message: notices let it pass.
func (msg Message) isAwaited() bool {
	return msg.opens() || msg.isRequest() || msg.Browser != ""
}

// opens says whether the message carries something that leads into an account. Nobody asked for a reminder, and its link
// leads to a page that asks who is there.
func (msg Message) opens() bool {
	return (msg.Link != "" || msg.Code != "") && msg.Kind != MailReminder
}

func (msg Message) isRequest() bool { return strings.HasPrefix(string(msg.Kind), "request.") }

// Deliver opens a message of the outbox. It returns what is to be sent, or nil when there is nothing: the
// account is gone or has no address, the message has expired, or it was a request and is done. again says that it was
// tried before: it counts once.
func (m *Machine) Deliver(ctx context.Context, id string, payload []byte, again bool) (*Message, error) {
	plain, err := m.cfg.Seals.Open(MessageTable, id, payload)
	if err != nil {
		return nil, fmt.Errorf("core: a message cannot be opened: %w", err)
	}
	var msg Message
	if err := json.Unmarshal(plain, &msg); err != nil {
		return nil, fmt.Errorf("core: a message cannot be read: %w", err)
	}
	if !m.clock.Now().Before(msg.ExpiresAt) {
		return nil, nil
	}
	switch msg.Kind {
	case requestRecovery:
		return nil, m.toThose(ctx, msg, m.sendReset)
	case requestGreeting:
		return nil, m.handleGreeting(ctx, msg)
	case requestAddress:
		return nil, m.handleAddress(ctx, msg)
	case requestRelink:
		return nil, m.handleRelink(ctx, msg)
	case requestReplace:
		return nil, m.handleReplace(ctx, msg)
	case requestMailed:
		return nil, m.toThose(ctx, msg, m.sendMailed)
	case PushPrompt:
		return m.toBrowser(ctx, msg)
	}
	if dead, err := m.revoked(ctx, msg); dead || err != nil {
		return nil, err
	}
	return m.addressed(ctx, msg, again)
}

// addressed fills in whom a message goes to.
func (m *Machine) addressed(ctx context.Context, msg Message, again bool) (_ *Message, err error) {
	whom, kind := "", msg.Kind
	if msg.Account != "" {
		a, err := m.store.Account(ctx, msg.Account)
		if err != nil {
			return nil, err
		}
		// The notices of who proved their mailbox are counted for them alone, when the account is gone, too: nobody else can
		// use them up. All others that go to one mailbox, of whatever kind, share what one kind may have.
		if msg.isToProved(a) {
			whom = msg.Account
		} else {
			kind = noticeUnproved
		}
		if msg.To == "" {
			msg.To = msg.ownerNow(a)
		}
		if a != nil && msg.Name == "" {
			msg.Name = a.Shown()
		}
	}
	if msg.To == "" {
		return nil, nil
	}
	if msg.Language, err = m.languageOf(ctx, msg); err != nil {
		return nil, err
	}
	if again || msg.opens() || msg.Kind == MailHelp {
		return &msg, nil // counted when it was made
	}
	if whom == "" {
		whom = msg.To
	}
	admitted, err := m.admit(ctx, kind, whom, noticesToOne(), m.clock.Now())
	if err != nil || !admitted {
		return nil, err
	}
	return &msg, nil
}

// isToProved says whether a message goes to somebody who proved the mailbox to be the account's; a is nil when that is gone.
func (msg Message) isToProved(a *Account) bool {
	if a == nil || (msg.To != "" && msg.To != a.Email && !msg.Text) {
		return msg.Proved
	}
	return a.EmailConfirmed
}

// noticeUnproved counts notices to addresses that nobody proved to be theirs.
const noticeUnproved MessageKind = "request.unproved"

// ownerNow is where a message to an account's owner goes; a is the account, nil when it is gone. What happened before it
// was deleted is told; links have nothing to open any more. An address that somebody else proved to be theirs since was
// never its owner's.
func (msg Message) ownerNow(a *Account) string {
	switch {
	case a == nil && msg.Link == "" && msg.Code == "":
		return msg.Owner
	case a == nil || a.AddressLost:
		return ""
	case msg.Owner == "":
		return a.Email
	}
	return msg.Owner
}

// mailsToOne bounds what people can make the service send to one mailbox or account: of each kind, in an hour.
func mailsToOne() Limit { return Limit{Events: 5, Per: time.Hour} }

// noticesToOne bounds the notices of one kind to one mailbox in an hour: whoever makes a service write them over and over
// fills it no further.
func noticesToOne() Limit { return Limit{Events: 10, Per: time.Hour} }

// admitMail says whether one more message of a kind may be made for somebody, and counts it.
func (m *Machine) admitMail(ctx context.Context, kind MessageKind, whom string, now time.Time) (bool, error) {
	return m.admit(ctx, kind, whom, mailsToOne(), now)
}

// helpFromAll bounds the requests for help of all accounts together, in an hour: who has many accounts does not fill the
// mailbox of those who help the others.
func helpFromAll() Limit { return Limit{Events: 60, Per: time.Hour} }

// admitOrWait is admitMail for who waits for the answer: the refusal says when to ask again.
func (m *Machine) admitOrWait(ctx context.Context, kind MessageKind, whom string, now time.Time) error {
	return m.admitWithin(ctx, kind, whom, mailsToOne(), now)
}

func (m *Machine) admitWithin(ctx context.Context, kind MessageKind, whom string, limit Limit, now time.Time) error {
	admitted, err := m.admit(ctx, kind, whom, limit, now)
	if err != nil || admitted {
		return err
	}
	key, err := m.mailKey(kind, whom)
	if err != nil {
		return err
	}
	wait, err := m.store.LimitReached(ctx, key, limit, now)
	if err != nil {
		return err
	}
	return &Error{Code: CodeThrottled, Text: "messages.too_often", RetryAfter: max(wait, time.Second), Reason: "messages asked for"}
}

func (m *Machine) admit(ctx context.Context, kind MessageKind, whom string, limit Limit, now time.Time) (bool, error) {
	key, err := m.mailKey(kind, whom)
	if err != nil {
		return false, err
	}
	return m.store.TakeLimited(ctx, key, limit, now)
}

// mailKey is what messages of a kind to somebody are counted under.
func (m *Machine) mailKey(kind MessageKind, whom string) (string, error) {
	hash, err := m.keyed("mail", mailbox(whom))
	return "mail:" + string(kind) + ":" + hash, err
}

// mailbox is whom a limit is for: addresses that differ in a subaddress alone (RFC 5233) end in one mailbox.
func mailbox(whom string) string {
	local, domain, isAddress := strings.Cut(strings.ToLower(whom), "@")
	if !isAddress {
		return whom
	}
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}
