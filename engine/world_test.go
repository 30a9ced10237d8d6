package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/engine"
	"github.com/sallyport/sallyport/internal/store/storetest"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

const password = "a long quiet river"

// users are an application's accounts: the name is the id, and everybody has the same password.
type users []string

func (u users) AccountByLogin(ctx context.Context, login string) (sallyport.Account, error) {
	return u.AccountByID(ctx, login)
}

func (u users) AccountByID(_ context.Context, id string) (sallyport.Account, error) {
	for _, name := range u {
		if name == id {
			return sallyport.Account{ID: name, Username: name, Email: name + "@example.org", EmailConfirmed: true}, nil
		}
	}
	return sallyport.Account{}, sallyport.ErrNoAccount
}

func (u users) CheckPassword(_ context.Context, id, typed string) (bool, error) {
	return id != "" && typed == password, nil
}

// world is an application that shows no pages of ours.
type world struct {
	*engine.Engine
	gate *sallyport.Gate
	t    *testing.T
	base time.Time
	late atomic.Int64
}

func (w *world) now() time.Time          { return w.base.Add(time.Duration(w.late.Load())) }
func (w *world) advance(d time.Duration) { w.late.Add(int64(d)) }

func open(t *testing.T, change func(*sallyport.Config)) *world {
	t.Helper()
	w := &world{t: t, base: time.Now().Truncate(30 * time.Second)}
	dir := t.TempDir()
	cfg := sallyport.Config{
		PublicURL: "http://localhost/auth", Database: filepath.Join(dir, "s.db"), KeyFile: filepath.Join(dir, "s.key"),
		Mail: "dir:" + dir, Log: slog.New(slog.DiscardHandler), Accounts: users{"ann", "bob"}, Clock: w.now,
	}
	if change != nil {
		change(&cfg)
	}
	gate, err := sallyport.Open(t.Context(), cfg)
	must(t, err)
	t.Cleanup(func() { gate.Close() })
	w.gate, w.Engine = gate, gate.Engine()
	return w
}

// onBoth runs a test on each kind of database.
func onBoth(t *testing.T, change func(*sallyport.Config), test func(*testing.T, *world)) {
	t.Run("SQLite", func(t *testing.T) { test(t, open(t, change)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		test(t, open(t, func(c *sallyport.Config) {
			c.Database = storetest.Postgres(t)
			if change != nil {
				change(c)
			}
		}))
	})
}

func required(c *sallyport.Config) { c.SecondFactor = "required" }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants fails unless err is a refusal with that code.
func wants(t *testing.T, err error, code engine.Code) *engine.Error {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	return e
}

var here = netip.MustParseAddr("192.0.2.7")

func app() engine.Client { return engine.Client{Address: here, UserAgent: "app/1.0"} }

func browser() engine.Client {
	return engine.Client{Address: here, UserAgent: "Firefox", Carrier: engine.Cookie}
}

// more is the sign-in in progress that an error carries.
func more(t *testing.T, err error) *engine.MoreNeeded {
	t.Helper()
	m, ok := errors.AsType[*engine.MoreNeeded](err)
	if !ok {
		t.Fatalf("got %v, want MoreNeeded", err)
	}
	return m
}

func mustBind(t *testing.T, err error) *engine.BindNeeded {
	t.Helper()
	b, ok := errors.AsType[*engine.BindNeeded](err)
	if !ok {
		t.Fatalf("got %v, want BindNeeded", err)
	}
	return b
}

// codeApp is what somebody scanned.
type codeApp struct {
	w   *world
	key otp.Key
}

func (w *world) scan(uri string) *codeApp {
	w.t.Helper()
	said, err := otpauth.Parse(uri)
	must(w.t, err)
	key, err := said.OTP()
	must(w.t, err)
	return &codeApp{w, key}
}

// shows is what the app shows now.
func (a *codeApp) shows() string {
	code, err := a.key.TOTP(a.w.now())
	must(a.w.t, err)
	return code.String()
}

// next waits for a code that was not shown yet.
func (a *codeApp) next() engine.Response {
	a.w.advance(30 * time.Second)
	return engine.Response{Kind: engine.KindTOTP, Value: a.shows()}
}

// wrong is a code that the app shows neither now nor soon.
func (a *codeApp) wrong() engine.Response {
	shown := map[string]bool{}
	for i := -3; i <= 3; i++ {
		code, err := a.key.TOTP(a.w.now().Add(time.Duration(i) * 30 * time.Second))
		must(a.w.t, err)
		shown[code.String()] = true
	}
	for _, c := range []string{"000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777"} {
		if !shown[c] {
			return engine.Response{Kind: engine.KindTOTP, Value: c}
		}
	}
	panic("unreachable")
}

// owner signs somebody in, where a second factor is required, and has them set up a code app.
func (w *world) owner(id string) (engine.Session, *codeApp, engine.Bound) {
	w.t.Helper()
	_, err := w.PasswordProved(w.t.Context(), app(), id)
	b := mustBind(w.t, err)
	drafted, err := b.MustBind.Bind(w.t.Context(), engine.NewAuthenticator{Kind: engine.KindTOTP, Label: "phone"})
	must(w.t, err)
	a := w.scan(drafted.URI)
	s, bound, err := b.MustBind.Confirm(w.t.Context(), drafted.ID, a.shows())
	must(w.t, err)
	return s, a, bound
}

// begin proves the password, and no more.
func (w *world) begin(c engine.Client, id string) engine.Login {
	w.t.Helper()
	_, err := w.PasswordProved(w.t.Context(), c, id)
	return more(w.t, err).Login
}
