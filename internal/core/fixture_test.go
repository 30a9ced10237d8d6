package core_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/lookup"
	totp "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/names"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/otp"
)

const ownersPassword = "correct horse battery staple"

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a machine on a real store with real factors; only the hashes are cheap.
type world struct {
	*core.Machine
	t     testing.TB
	ctx   context.Context
	clock *clock
	store *store.Store
	file  string // of the database
	table *table // the application's accounts; nil where they are kept here
	cfg   core.Config
	lines *eventLines
}

func newWorld(t testing.TB, policy core.Policy) *world {
	t.Helper()
	w := &world{lines: &eventLines{}, t: t, ctx: t.Context(), clock: &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}}
	dir := t.TempDir()
	w.file = filepath.Join(dir, "test.db")
	db, err := store.Open(w.ctx, store.Config{URL: w.file})
	w.check(err)
	t.Cleanup(func() { db.Close() })
	w.check(db.Migrate(w.ctx, w.clock.Now()))
	ring, err := seal.LoadOrCreate(filepath.Join(dir, "test.key"))
	w.check(err)
	hasher, err := password.New(password.Params{MemoryKiB: 8, Time: 1, Threads: 1, InsecureCheap: true})
	w.check(err)
	w.store = db
	w.cfg = core.Config{
		Store: db, Secrets: seal.NewVault(ring, db.Secrets(w.clock.Now)), Keys: ring, Names: canonical{}, Passwords: cheap{hasher},
		Lookup: lookup.Codes{}, Binders: []core.Binder{totp.TOTP{}}, Issuer: "Test", Rule: core.Rule{Policy: policy},
		Rules: anyPassword{}, Seals: sealed{ring}, Mailed: func() {}, EventsKept: 400 * 24 * time.Hour,
		TrustBrowserFor: 30 * 24 * time.Hour, ResetWait: 72 * time.Hour,
		SessionLifetime: 24 * time.Hour, SessionIdle: time.Hour, SessionLifetimeAAL1: 30 * 24 * time.Hour,
		Elevation: 10 * time.Minute, Clock: w.clock.Now, Log: slog.New(w.lines),
	}
	w.Machine = w.restart()
	t.Cleanup(w.eachEventIsALine)
	return w
}

// restart makes another machine on the same store.
func (w *world) restart() *core.Machine {
	w.t.Helper()
	m, err := core.New(w.cfg)
	w.check(err)
	return m
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// cheap is the real hasher at a price for tests.
type cheap struct{ *password.Hasher }

func (cheap) Length(plain []byte) int { return password.Length(plain) }

// post handles every message that is due, and returns those that would be sent.
func (w *world) post() []core.Message {
	w.t.Helper()
	var sent []core.Message
	for {
		items, err := w.store.ClaimMessages(w.ctx, 10, time.Minute, w.clock.Now())
		w.check(err)
		if len(items) == 0 {
			return sent
		}
		for _, it := range items {
			msg, err := w.Deliver(w.ctx, it.ID, it.Payload, false)
			w.check(err)
			if msg != nil {
				sent = append(sent, *msg)
			}
			_, err = w.store.FinishMessage(w.ctx, it.ID, it.Claim)
			w.check(err)
		}
	}
}

// mail is the one message of a kind among those that would be sent now.
func (w *world) mail(kind core.MessageKind) core.Message {
	w.t.Helper()
	var found []core.Message
	var kinds []core.MessageKind
	for _, m := range w.post() {
		kinds = append(kinds, m.Kind)
		if m.Kind == kind {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("%d messages %q among %q", len(found), kind, kinds)
	}
	return found[0]
}

// linkToken is what a message's link carries.
func linkToken(w *world, m core.Message) string {
	w.t.Helper()
	_, value, found := strings.Cut(m.Link, "?token=")
	if !found {
		w.t.Fatalf("no token in %q", m.Link)
	}
	return value
}

// anyPassword refuses none: package password has the rules.
type anyPassword struct{}

func (anyPassword) Refuse(context.Context, []byte, []string) string { return "" }

// sealed seals rows as the root package does.
type sealed struct{ ring *seal.Ring }

func (s sealed) Seal(table, row string, plaintext []byte) ([]byte, error) {
	return s.ring.Seal(plaintext, seal.Place{Table: table, Column: "payload", Row: row, Account: "-"})
}

func (s sealed) Open(table, row string, value []byte) ([]byte, error) {
	return s.ring.Open(value, seal.Place{Table: table, Column: "payload", Row: row, Account: "-"})
}

type canonical struct{}

func (canonical) Login(typed string) core.Name {
	key, isEmail := names.Login(typed)
	return core.Name{Key: key, IsEmail: isEmail, Typed: typed}
}
func (canonical) Username(typed string) (shown, key, skeleton string, err error) {
	shown, key, err = names.Username(typed)
	return shown, key, names.Skeleton(key), err
}
func (canonical) Email(typed string) (string, string, error) { return names.Email(typed) }

// person is somebody who has everything: the password, the code app, the recovery codes.
type person struct {
	w        *world
	name     string
	key      otp.Key
	recovery []string
	session  core.Session
	token    string   // of the session, since it was made
	used     []string // codes that were accepted
}

var caller = core.Caller{Transport: core.TransportBearer}

// enrol registers a person and binds a code app, whatever the policy.
func (w *world) enrol(name string) *person {
	w.t.Helper()
	return w.enrolAs(core.Registration{Username: name, Email: name + "@example.org", Password: ownersPassword})
}

// enrolWithout is enrol without an address.
func (w *world) enrolWithout(name string) *person {
	w.t.Helper()
	return w.enrolAs(core.Registration{Username: name, Password: ownersPassword})
}

func (w *world) enrolAs(in core.Registration) *person {
	w.t.Helper()
	p := &person{w: w, name: in.Username}
	s, err := w.joins(in)
	var bind *core.BindNeeded
	if errors.As(err, &bind) {
		b, err := w.BindFirst(w.ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
		w.check(err)
		p.scan(b)
		code := p.code()
		session, bound, err := w.ConfirmFirst(w.ctx, caller, bind.MustBind, b.ID, code, "")
		w.check(err)
		p.session, p.recovery, p.used = session, bound.RecoveryCodes, append(p.used, code)
		return p
	}
	w.check(err)
	p.session, err = w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	w.check(err)
	e, err := w.ElevatedFrom(p.session)
	w.check(err)
	b, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	p.scan(b)
	code := p.code()
	bound, err := w.Confirm(w.ctx, caller, e, b.ID, code)
	w.check(err)
	p.recovery, p.used = bound.RecoveryCodes, append(p.used, code)
	return p
}

// joins registers, or is put into the application's table and signs in.
func (w *world) joins(in core.Registration) (core.Session, error) {
	if w.table == nil {
		return w.Register(w.ctx, caller, in)
	}
	w.table.add(in.Username, in.Email, in.Password)
	return w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: in.Username}),
		core.Response{Kind: core.KindPassword, Value: in.Password})
}

// confirmed enrols a person and confirms their address; no message is left over.
func (w *world) confirmed(name string) *person {
	w.t.Helper()
	p := w.enrol(name)
	_, signedIn, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))})
	w.check(err)
	if !signedIn {
		w.t.Fatal("the session that confirmed is over")
	}
	w.post()
	return p
}

// holding is a client that holds the person's session.
func (p *person) holding() core.Caller {
	if tok, made := p.session.NewToken(); made {
		p.token = tok
	}
	c := caller
	c.Replaces = p.token
	return c
}

// again reads the session as the next request does.
func (p *person) again() core.Session {
	p.w.t.Helper()
	s, err := p.w.SessionFrom(p.w.ctx, core.TransportBearer, p.holding().Replaces)
	p.w.check(err)
	p.session = s
	return s
}

// password signs in as far as the password goes, with another one than the owner's first.
func (p *person) password(password string) error {
	_, err := p.w.Answer(p.w.ctx, caller, p.w.Begin(caller, core.Beginning{Login: p.name}),
		core.Response{Kind: core.KindPassword, Value: password})
	return err
}

// elevated proves the person anew.
func (p *person) elevated() core.Elevated {
	p.w.t.Helper()
	p.w.clock.Add(30 * time.Second)
	s, err := p.w.Elevate(p.w.ctx, p.holding(), p.again(), core.Response{Kind: core.KindTOTP, Value: p.code()})
	p.w.check(err)
	p.session = s
	p.holding()
	e, err := p.w.ElevatedFrom(s)
	p.w.check(err)
	return e
}

func (p *person) scan(b core.Binding) {
	p.w.t.Helper()
	secret, err := otp.ParseSecret(b.Enrolment.Secret)
	p.w.check(err)
	p.key, err = otp.NewKey(secret, otp.Options{})
	p.w.check(err)
}

// code is what the app shows now.
func (p *person) code() string { return p.codeAt(0) }

func (p *person) codeAt(offset time.Duration) string {
	p.w.t.Helper()
	c, err := p.key.TOTP(p.w.clock.Now().Add(offset))
	p.w.check(err)
	return c.String()
}

// begin signs in as far as the password goes.
func (p *person) begin() core.Login {
	p.w.t.Helper()
	var more *core.MoreNeeded
	_, err := p.w.Answer(p.w.ctx, caller, p.w.Begin(caller, core.Beginning{Login: p.name}),
		core.Response{Kind: core.KindPassword, Value: ownersPassword})
	if !errors.As(err, &more) {
		p.w.t.Fatalf("after the password: %v", err)
	}
	return more.Login
}

// signIn signs in with a code that is new.
func (p *person) signIn() core.Session {
	p.w.t.Helper()
	p.w.clock.Add(30 * time.Second)
	code := p.code()
	s, err := p.w.Answer(p.w.ctx, caller, p.begin(), core.Response{Kind: core.KindTOTP, Value: code})
	p.w.check(err)
	p.session, p.used = s, append(p.used, code)
	return s
}

func token(t testing.TB, from interface{ NewToken() (string, bool) }) string {
	t.Helper()
	token, made := from.NewToken()
	if !made {
		t.Fatal("no new token")
	}
	return token
}
