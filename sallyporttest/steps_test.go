package sallyporttest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

func wantRefused(t testing.TB, err error, code sallyport.Code) {
	t.Helper()
	var refused *sallyport.Error
	if !errors.As(err, &refused) || refused.Code != code {
		t.Errorf("got %v, want %s", err, code)
	} else if refused.Text == "" || refused.Status < 400 {
		t.Errorf("%s says %q, with status %d", code, refused.Text, refused.Status)
	}
}

// What is not the second factor opens nothing.
func TestSteps(t *testing.T) {
	t.Parallel()
	s := open(t, every(sallyport.Config{}))
	app := &sallyporttest.CodeApp{}
	ana := s.NewPerson(t, "ana", app)
	l := s.BeginSignIn(t, ana)
	if l.SignedIn() || !slices.Equal(l.Offered(), []string{"totp", "recovery_code"}) {
		t.Errorf("%v, %v", l.SignedIn(), l.Offered())
	}
	want(t, see(t, l.Client, s.URL+"/in"), "303 /auth/login")
	code := app.Code(t)
	wrong := string('0'+(code[0]-'0'+1)%10) + code[1:]
	wantRefused(t, l.Try(t, "totp", wrong), "wrong")
	want(t, see(t, l.Client, s.URL+"/in"), "303 /auth/login")
	if err := l.Try(t, "totp", code); err != nil || !l.SignedIn() || l.Offered() != nil {
		t.Errorf("%v, %v, %v", err, l.SignedIn(), l.Offered())
	}
	want(t, see(t, l.Client, s.URL+"/in"), "ana aal2 pwd,otp,mfa")

	again := s.BeginSignIn(t, ana)
	wantRefused(t, again.Try(t, "totp", code), "already_used")
	wantRefused(t, again.Try(t, "recovery_code", "0000-0000-0000-0000"), "wrong")
	again.Answer(t, ana.RecoveryCode(t))
	want(t, see(t, again.Client, s.URL+"/in"), "ana aal2 pwd,otp,mfa")
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	ana := s.NewPerson(t, "ana", &sallyporttest.CodeApp{})
	ana.Password = "another horse battery staple"
	if said := fails(t, func(t testing.TB) { s.SignIn(t, ana) }); !strings.Contains(said, `"wrong"`) {
		t.Error(said)
	}
	bob := &sallyporttest.Person{Username: "ana", Password: "correct horse battery staple"}
	if said := fails(t, func(t testing.TB) { s.SignIn(t, bob) }); !strings.Contains(said, "Bind") {
		t.Error(said)
	}
	// Somebody whom the application made has what it says.
	bob.Authenticators = ana.Authenticators
	s.SignIn(t, bob)
}

func TestApprover(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	other := &sallyporttest.Approver{}
	ana := s.NewPerson(t, "ana", other)
	c := s.SignIn(t, ana)

	l := s.BeginSignIn(t, ana)
	number := l.Ask(t, other)
	wantRefused(t, l.Try(t, "push", ""), "wrong_state") // nobody has answered
	other.Approve(t, number)
	if err := l.Try(t, "push", ""); err != nil {
		t.Error(err)
	}
	want(t, see(t, l.Client, s.URL+"/in"), "ana aal2 pwd,swk,mfa")

	s.Clock.Advance(30 * time.Minute)                        // so that it may be asked again
	one, two := s.BeginSignIn(t, ana), s.BeginSignIn(t, ana) // at the same moment
	one.Ask(t, other)
	other.Approve(t, two.Ask(t, other))
	wantRefused(t, one.Try(t, "push", ""), "wrong_state")
	if err := two.Try(t, "push", ""); err != nil {
		t.Error(err)
	}

	l = s.BeginSignIn(t, ana)
	l.Ask(t, other)
	other.Decline(t)
	wantRefused(t, l.Try(t, "push", ""), "wrong")

	l = s.BeginSignIn(t, ana)
	l.Ask(t, other)
	want(t, see(t, c, s.URL+"/in"), "ana aal2 pwd,swk,mfa")
	other.NotMe(t)
	want(t, see(t, c, s.URL+"/in"), "303 /auth/login")
}

func TestSentCodes(t *testing.T) {
	t.Parallel()
	s := open(t, every(sallyport.Config{}))
	phone := &sallyporttest.Phone{Number: "+12025550123"}
	ana := s.NewPerson(t, "ana@example.com", phone, &sallyporttest.CodeApp{})
	l := s.BeginSignIn(t, ana)
	s.Texts.None(t, phone.Number) // something else could answer
	l.Ask(t, phone)
	code := s.Texts.Code(t, phone.Number)
	s.Texts.None(t, phone.Number)
	if err := l.Try(t, "sms", code); err != nil {
		t.Error(err)
	}
	if all := s.Texts.All(t); len(all) != 2 || all[1].To != phone.Number { // one was for the set-up
		t.Errorf("%v", all)
	}
	s.SignIn(t, ana, sallyporttest.With(&sallyporttest.Phone{Number: phone.Number})) // as if the application had bound it
}

func TestToken(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	token := &sallyporttest.HardwareToken{}
	ana := s.NewPerson(t, "ana", token)
	for range 9 {
		token.Press(t)
	}
	s.SignIn(t, ana)
}

// A code is never given twice, and the clock is moved for the next.
func TestCodeApp(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{TOTPDigits: 8})
	app := s.NewCodeApp(t, "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8")
	began := s.Clock.Now()
	if first, next := app.Code(t), app.Code(t); first == next || len(first) != 8 {
		t.Error(first, next)
	}
	if moved := s.Clock.Now().Sub(began); moved != 30*time.Second {
		t.Error(moved)
	}
	s.Clock.Advance(time.Minute)
	before := s.Clock.Now()
	app.Code(t)
	if s.Clock.Now() != before {
		t.Error("the clock was moved for a code that was not given")
	}
	for what, f := range map[string]func(t testing.TB){
		"without a key":  func(t testing.TB) { (&sallyporttest.CodeApp{}).Code(t) },
		"nobody owns":    func(t testing.TB) { (&sallyporttest.HardwareToken{}).Press(t) },
		"nobody bound":   func(t testing.TB) { (&sallyporttest.Approver{}).Approve(t, "123456") },
		"without a Numb": func(t testing.TB) { s.NewPerson(t, "x", &sallyporttest.Phone{}) },
	} {
		if said := fails(t, f); !strings.Contains(said, what) {
			t.Errorf("%s: %s", what, said)
		}
	}
}
