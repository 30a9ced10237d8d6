package core

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds on bindings.
const (
	maxLabel    = 64 // code points
	maxPending  = 4  // pending bindings of an account: a new one ends the oldest that its login or session began, or else the oldest
	lookupCodes = 10
)

// NewAuthenticator is what a person asks to bind.
type NewAuthenticator struct {
	Kind    Kind
	Label   string // the person's name for it; may be ""
	Address string // with email: where codes go; "" is the account's own confirmed address
	Number  string // with sms: likewise
	URI     string // with hotp: the otpauth URI that came with the token
}

// Binding is a pending binding. It holds the secret: it goes to the page or answer that shows it.
type Binding struct {
	ID        string
	Kind      Kind
	Label     string
	Enrolment Enrolment    // zero for the kinds that codes are sent to
	To        string       // for these: where the code went
	Options   string       // for passkeys: what the browser is asked to make, as JSON
	Push      *PushBinding // for bound browsers; nil for the others
	AgainAt   time.Time    // and when another may be asked for
	ExpiresAt time.Time
}

// Bound is a binding that was confirmed.
type Bound struct {
	Authenticator Authenticator
	RecoveryCodes []string // with the account's first authenticator; shown once
}

// owner is who may see and confirm a pending binding: one login or one session, nobody else.
type owner struct {
	account, id string
	epoch       int64
}

func (b MustBind) owner() owner {
	row := b.record().row
	return owner{row.Account, row.ID, row.Epoch}
}

func (e Elevated) owner() owner {
	row := e.Session().record().row
	return owner{row.Account, row.ID, row.Epoch}
}

// BindFirst begins the binding of an account's first authenticator. Of several that one login began, any may
// be confirmed, and the newest is the one that [Machine.PendingFirst] shows.
func (m *Machine) BindFirst(ctx context.Context, c Caller, b MustBind, in NewAuthenticator) (Binding, error) {
	return m.beginBinding(ctx, c, b.owner(), in)
}

// Bind begins the binding of a further authenticator. What is bound already stays untouched.
func (m *Machine) Bind(ctx context.Context, c Caller, e Elevated, in NewAuthenticator) (Binding, error) {
	return m.beginBinding(ctx, c, e.owner(), in)
}

// PendingFirst shows the binding that this login began last, the same each time; CodeNotFound when it
// began none.
func (m *Machine) PendingFirst(ctx context.Context, b MustBind) (Binding, error) {
	o := b.owner()
	row, err := m.store.LatestBinding(ctx, o.account, o.id)
	if err != nil {
		return Binding{}, err
	}
	return m.showBinding(ctx, o, row)
}

// Pending shows a binding that this session began; CodeNotFound when it is gone.
func (m *Machine) Pending(ctx context.Context, e Elevated, id string) (Binding, error) {
	o := e.owner()
	row, err := m.store.Binding(ctx, o.account, o.id, id)
	if err != nil {
		return Binding{}, err
	}
	return m.showBinding(ctx, o, row)
}

func (m *Machine) beginBinding(ctx context.Context, c Caller, o owner, in NewAuthenticator) (_ Binding, err error) {
	defer func() { m.note(ctx, c, "binding.begun", o.account, err) }()
	d, err := m.draft(ctx, o.account, in)
	if err != nil {
		return Binding{}, err
	}
	now := m.clock.Now()
	row := BindingRow{
		ID: newID(), Account: o.account, Owner: o.id, Epoch: o.epoch, Kind: in.Kind, Label: d.label,
		SecretID: d.secret, LastStep: d.lastStep, CreatedAt: now, ExpiresAt: now.Add(in.Kind.bindingLifetime()),
	}
	if err := m.insertBinding(ctx, row, now); err != nil {
		return Binding{}, err
	}
	if _, sends := m.messengers[in.Kind]; !sends {
		return m.describe(ctx, row, d.state)
	}
	if _, err := m.sendCode(ctx, c, row.addressee(string(d.state)), now); err != nil {
		return Binding{}, err
	}
	return m.describe(ctx, row, d.state)
}

// drafted is a new authenticator before there is a row of it.
type drafted struct {
	label    string
	state    []byte
	secret   string // the id under which the state is kept
	lastStep int64
}

// draft makes a new authenticator's state and keeps it. That is written before the row that refers to it, since no
// transaction spans two databases; without a row it is swept.
func (m *Machine) draft(ctx context.Context, account string, in NewAuthenticator) (d drafted, err error) {
	d.label = strings.TrimSpace(in.Label)
	if err := checkLabel(d.label); err != nil {
		return drafted{}, err
	}
	if d.state, d.lastStep, err = m.newState(ctx, account, in); err != nil {
		return drafted{}, err
	}
	d.secret, err = m.cfg.Secrets.Put(ctx, account, string(in.Kind), d.state)
	return d, err
}

// newState makes the state of a new authenticator: a secret, or where codes go.
func (m *Machine) newState(ctx context.Context, account string, in NewAuthenticator) (state []byte, lastStep int64, err error) {
	binder, binds := m.binders[in.Kind]
	messenger, sends := m.messengers[in.Kind]
	passkey := in.Kind == KindWebAuthn && m.cfg.Passkeys != nil
	browser := in.Kind == KindPush && m.cfg.Approvals != nil
	if !binds && !sends && !passkey && !browser {
		return nil, 0, unknownKind(m.Kinds())
	}
	st, err := m.store.State(ctx, account)
	if err != nil {
		return nil, 0, err
	}
	if st == nil || !in.Kind.enoughFor(m.cfg.Rule.effective(*st, m.clock.Now())) {
		return nil, 0, invalid("kind", "kind.not_enough")
	}
	switch {
	case binds:
		return binder.Draft(in)
	case passkey:
		return newHandle(), 0, nil // the challenge
	case browser:
		return newHandle(), 0, m.roomForBrowser(ctx, account) // likewise
	}
	typed := in.Number
	if in.Kind == KindEmail {
		if typed, err = m.ownAddress(ctx, account, in.Address); err != nil {
			return nil, 0, err
		}
	}
	to, err := messenger.Recipient(typed)
	return []byte(to), 0, err
}

// ownAddress is the address that was typed, or the account's own.
func (m *Machine) ownAddress(ctx context.Context, account, typed string) (string, error) {
	if typed != "" {
		return typed, nil
	}
	a, err := m.store.Account(ctx, account)
	if err != nil || a == nil || !a.EmailConfirmed {
		return "", firstErr(err, invalid("address", "email.missing"))
	}
	return a.Email, nil
}

// addressee is whom the code of a pending binding goes to. Only this binding is confirmed by it.
func (b BindingRow) addressee(to string) addressee {
	return addressee{account: b.Account, owner: b.ID, authenticator: b.ID, kind: b.Kind, epoch: b.Epoch, to: to}
}

// Resend sends the code of a pending binding again.
func (m *Machine) Resend(ctx context.Context, c Caller, e Elevated, id string) (Sent, error) {
	return m.resend(ctx, c, e.owner(), id)
}

// ResendFirst is [Machine.Resend] for an account's first authenticator.
func (m *Machine) ResendFirst(ctx context.Context, c Caller, b MustBind, id string) (Sent, error) {
	return m.resend(ctx, c, b.owner(), id)
}

func (m *Machine) resend(ctx context.Context, c Caller, o owner, id string) (_ Sent, err error) {
	defer func() { m.note(ctx, c, "code.asked", o.account, err) }()
	row, err := m.store.Binding(ctx, o.account, o.id, id)
	if err != nil {
		return Sent{}, err
	}
	if !m.live(row, o) {
		return Sent{}, &Error{Code: CodeNotFound, Text: "binding.gone"}
	}
	if _, sends := m.messengers[row.Kind]; !sends {
		return Sent{}, invalid("authenticator", "challenge.nothing_sent")
	}
	to, err := m.cfg.Secrets.Get(ctx, row.Account, string(row.Kind), row.SecretID)
	if err != nil {
		return Sent{}, err
	}
	return m.sendCode(ctx, c, row.addressee(string(to)), m.clock.Now())
}

// insertBinding adds a pending binding, and forgets what goes for it: an account leaves a handful of secrets behind,
// however often somebody begins.
func (m *Machine) insertBinding(ctx context.Context, row BindingRow, now time.Time) error {
	var dropped []BindingRow
	err := m.settle(ctx, row.Account, now, func(tx Tx, st State) error {
		dropped = nil
		if st.Epoch != row.Epoch {
			return wrongState("account.changed")
		}
		var err error
		if dropped, err = tx.InsertBinding(row, maxPending); err != nil {
			return err
		}
		var counters []Counter
		for _, d := range dropped {
			counters = append(counters, bindingCounter(d.Account, d.ID))
		}
		return tx.Clear(counters)
	})
	unused := []string{}
	for _, d := range dropped {
		unused = append(unused, d.SecretID)
	}
	switch {
	case IsCode(err, CodeWrongState):
		unused = []string{row.SecretID}
	case err != nil:
		return err // whether it was committed, nobody knows: what is unused is swept
	}
	m.forgetSecrets(ctx, row.Account, unused)
	return err
}

func checkLabel(label string) error {
	if !utf8.ValidString(label) || utf8.RuneCountInString(label) > maxLabel {
		return invalid("label", "label.too_long", maxLabel)
	}
	for _, r := range label {
		if !unicode.IsPrint(r) {
			return invalid("label", "label.characters")
		}
	}
	return nil
}

// live says whether o may still use row.
func (m *Machine) live(row *BindingRow, o owner) bool {
	return row != nil && row.Epoch == o.epoch && m.clock.Now().Before(row.ExpiresAt) && slices.Contains(m.Kinds(), row.Kind)
}

func (m *Machine) showBinding(ctx context.Context, o owner, row *BindingRow) (Binding, error) {
	if !m.live(row, o) {
		return Binding{}, &Error{Code: CodeNotFound, Text: "binding.gone"}
	}
	state, err := m.cfg.Secrets.Get(ctx, row.Account, string(row.Kind), row.SecretID)
	if err != nil {
		return Binding{}, err
	}
	return m.describe(ctx, *row, state)
}

func (m *Machine) describe(ctx context.Context, row BindingRow, state []byte) (Binding, error) {
	out := Binding{ID: row.ID, Kind: row.Kind, Label: row.Label, ExpiresAt: row.ExpiresAt}
	if _, sends := m.messengers[row.Kind]; sends {
		out.To = string(state)
		var err error
		out.AgainAt, err = m.againAt(ctx, row.addressee(out.To))
		return out, err
	}
	if row.Kind == KindPush {
		out.Push = &PushBinding{Challenge: base64.RawURLEncoding.EncodeToString(state), ServerKey: m.cfg.Approvals.ServerKey()}
		return out, nil
	}
	a, err := m.store.Account(ctx, row.Account)
	if err != nil {
		return Binding{}, err
	}
	if a == nil {
		a = &Account{ID: row.Account} // an embedding program's own
	}
	if row.Kind == KindWebAuthn {
		in, err := m.newPasskey(ctx, row, state, a.Shown())
		if err != nil {
			return Binding{}, err
		}
		out.Options, err = m.cfg.Passkeys.Creation(in)
		return out, err
	}
	out.Enrolment, err = m.binders[row.Kind].Show(state, m.cfg.Issuer, a.Shown())
	return out, err
}

// Shown is what people know the account by: its username, else its address, else its id.
func (a Account) Shown() string {
	switch {
	case a.Username != "":
		return a.Username
	case a.Email != "":
		return a.Email
	}
	return a.ID
}
