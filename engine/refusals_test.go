package engine_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/engine"
	"github.com/sallyport/sallyport/otp"
)

var errTable = errors.New("the table is away")

// broken are accounts that can't be asked.
type broken struct{ users }

func (broken) AccountByID(context.Context, string) (sallyport.Account, error) {
	return sallyport.Account{}, errTable
}

// An outage lets nobody in, is no refusal, and says when to come again.
func TestOutage(t *testing.T) {
	w := open(t, func(c *sallyport.Config) { c.Accounts = broken{users{"ann"}} })
	_, err := w.PasswordProved(t.Context(), app(), "ann")
	e := wants(t, err, engine.CodeUnavailable)
	if e.RetryAfter <= 0 || !errors.Is(err, errTable) || e.Text == "" || strings.Contains(e.Text, "table") {
		t.Errorf("%+v", e)
	}
	w = open(t, required)
	s, _, _ := w.owner("ann")
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.Account(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("after the client went away: %v", err)
	}
}

// An app that shows six digits whatever it is told gets a key that suits it.
func TestBindAgain(t *testing.T) {
	w := open(t, func(c *sallyport.Config) { required(c); c.TOTPDigits = 8 })
	ctx := t.Context()
	b := mustBind(t, errOf(w.PasswordProved(ctx, app(), "ann")))
	drafted, err := b.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
	must(t, err)
	stubborn := w.scan(drafted.URI)
	stubborn.key, err = otp.NewKey(stubborn.key.Secret(), otp.Options{Digits: 6})
	must(t, err)
	_, _, err = b.MustBind.Confirm(ctx, drafted.ID, stubborn.shows())
	again, ok := errors.AsType[*engine.BindAgain](err)
	if !ok {
		t.Fatalf("got %v, want BindAgain", err)
	}
	if e := wants(t, err, engine.CodeWrongState); e.Text == "" || again.Binding.Secret == drafted.Secret || again.Binding.URI == "" {
		t.Errorf("%+v, %+v", e, again.Binding)
	}
	_, err = b.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP, Label: strings.Repeat("a", 1<<20)})
	if e := wants(t, err, engine.CodeTooLarge); e.Field != "label" {
		t.Errorf("%+v", e)
	}
	_, _, err = b.MustBind.Confirm(ctx, again.Binding.ID, w.scan(again.Binding.URI).shows())
	must(t, err)
}

// A clock that is off is told, and the code that told it is dead.
func TestDrift(t *testing.T) {
	w := open(t, required)
	_, a, _ := w.owner("ann")
	w.advance(time.Hour)
	code, err := a.key.TOTP(w.now().Add(-3 * time.Minute))
	must(t, err)
	_, err = w.begin(app(), "ann").Answer(t.Context(), engine.Response{Kind: engine.KindTOTP, Value: code.String()})
	if e := wants(t, err, engine.CodeClockDrift); e.Drift > -150*time.Second || e.Drift < -4*time.Minute {
		t.Errorf("%v", e.Drift)
	}
}

// Accounts that the Gate keeps: their passwords are nobody's word, and an address may have to be confirmed first.
func TestAccountsOfTheGate(t *testing.T) {
	w := open(t, func(c *sallyport.Config) { c.Accounts, c.EmailVerification = nil, "required" })
	_, err := w.PasswordProved(t.Context(), app(), "ann")
	wants(t, err, engine.CodeInternal)
	body := fmt.Sprintf(`{"username":"ann","email":"ann@example.org","password":%q}`, password)
	r := httptest.NewRequest("POST", "http://localhost/auth/api/v1/accounts", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	w.gate.ServeHTTP(answer, r)
	if answer.Code >= 300 {
		t.Fatal(answer.Code, answer.Body)
	}
	_, err = w.SignIn(t.Context(), app(), "ann", password)
	wants(t, err, engine.CodeConfirmAddress)
	_, err = w.SignIn(t.Context(), app(), "ann", "a guess")
	wants(t, err, engine.CodeWrong)
	_, err = w.SignIn(t.Context(), app(), strings.Repeat("a", 1<<20), password)
	wants(t, err, engine.CodeTooLarge)
}

// mailbox takes everybody's mail.
type mailbox chan sallyport.Mail

func (b mailbox) SendMail(_ context.Context, m sallyport.Mail) error { b <- m; return nil }

// Errors are in the client's language, and messages in that of the account's first sign-in.
func TestLanguage(t *testing.T) {
	mails := make(mailbox, 8)
	w := open(t, func(c *sallyport.Config) { c.Language, c.Mail, c.Mailer = "fr", "", mails })
	ctx := t.Context()
	for asked, want := range map[string]string{"de-AT, en;q=0.5": "Passwort", "da": "mot de passe", "": "mot de passe", "en": "password", "\xff;q=x": "mot de passe"} {
		c := app()
		c.Language = asked
		_, err := w.SignIn(ctx, c, "nobody "+asked, "a guess")
		var e *engine.Error
		if !errors.As(err, &e) || !strings.Contains(e.Text, want) {
			t.Errorf("%q is told %v, want one about %s", asked, e, want)
		}
	}
	_, err := w.SignIn(ctx, app(), "somebody", "a guess")
	if text := wants(t, err, engine.CodeWrong).Text; strings.Contains(text, "code") {
		t.Errorf("a password alone was asked for, and what is told is %q", text)
	}
	c := app()
	c.Language = "es"
	s, err := w.SignIn(ctx, c, "ann", password)
	must(t, err)
	e, err := s.Elevate(ctx, engine.Response{Kind: engine.KindPassword, Value: password})
	must(t, err)
	drafted, err := e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
	must(t, err)
	_, err = e.Confirm(ctx, drafted.ID, "000000")
	if text := wants(t, err, engine.CodeWrong).Text; !strings.Contains(text, "código") {
		t.Errorf("a handle made in Spanish says %q", text)
	}
	must(t, onlyErr(e.Confirm(ctx, drafted.ID, w.scan(drafted.URI).shows())))
	if m := <-mails; !strings.Contains(m.HTML, `lang="es"`) {
		t.Errorf("the message is not in Spanish:\n%s", m.HTML)
	}
}

// Who is remembered stays signed in, at AAL1 once AAL2 is over.
func TestRemember(t *testing.T) {
	w := open(t, func(c *sallyport.Config) { c.SecondFactor = "optional" })
	ctx := t.Context()
	s, err := w.SignIn(ctx, app(), "ann", password)
	must(t, err)
	e, err := s.Elevate(ctx, engine.Response{Kind: engine.KindPassword, Value: password})
	must(t, err)
	drafted, err := e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
	must(t, err)
	a := w.scan(drafted.URI)
	must(t, onlyErr(e.Confirm(ctx, drafted.ID, a.shows())))
	for _, remember := range []bool{false, true} {
		c := app()
		c.Remember = remember
		s, err := w.begin(c, "ann").Answer(ctx, a.next())
		must(t, err)
		w.advance(2 * time.Hour)
		found, err := w.Session(ctx, app(), s.Token())
		if !remember {
			wants(t, err, engine.CodeNotSignedIn)
			continue
		}
		must(t, err)
		if found.AAL() != 1 || s.AAL() != 2 {
			t.Errorf("AAL%d, and AAL%d before", found.AAL(), s.AAL())
		}
	}
}
