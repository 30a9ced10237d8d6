package sallyporttest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

func TestMailbox(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	const to = "ana@example.com"
	ana := &sallyporttest.Person{Username: "ana", Email: to, Unconfirmed: true}
	s.Mail.None(t, to, "")
	s.Register(t, ana)
	m := s.Mail.Next(t, to, "Confirm")
	if m.To != to || len(sallyporttest.Code(t, m)) != 19 || !strings.HasPrefix(sallyporttest.Link(t, m), s.URL+"/auth/verify-email?token=") {
		t.Errorf("%+v", m)
	}
	s.Mail.None(t, to, "") // it was taken out
	for what, f := range map[string]func(t testing.TB){
		"no mail to ana@example.com": func(t testing.TB) { s.Mail.Next(t, to, "") },
		"no mail to bob":             func(t testing.TB) { s.Mail.Next(t, "bob@example.com", "Confirm") },
		"no link":                    func(t testing.TB) { sallyporttest.Link(t, sallyport.Mail{Text: "none"}) },
		"no code":                    func(t testing.TB) { sallyporttest.Code(t, sallyport.Mail{Text: "none 123456"}) },
	} {
		if said := fails(t, f); !strings.Contains(said, what) {
			t.Errorf("%s: %s", what, said)
		}
	}
	if all := s.Mail.All(t); len(all) != 1 || all[0].ID != m.ID {
		t.Errorf("%v", all)
	}

	// The application's own mail is there as well.
	if err := s.Mail.SendMail(context.Background(), sallyport.Mail{To: to, Subject: "Your order"}); err != nil {
		t.Fatal(err)
	}
	if said := fails(t, func(t testing.TB) { s.Mail.None(t, to, "order") }); !strings.Contains(said, "Your order") {
		t.Error(said)
	}
	s.Mail.Next(t, to, "order")
	if all := s.Mail.All(t); len(all) != 2 {
		t.Errorf("%v", all)
	}
}

// What is due after days is done, and nobody waits for it.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	const to = "ana@example.com"
	ana := s.NewPerson(t, to, &sallyporttest.CodeApp{})
	l := s.BeginSignIn(t, ana)
	res, err := l.Client.Post(s.URL+"/auth/api/v1/login/reset", "application/json", http.NoBody)
	if err != nil || res.StatusCode != http.StatusAccepted {
		t.Fatal(res, err)
	}
	res.Body.Close()
	s.Mail.Next(t, to, "reset")
	s.Clock.Advance(37 * time.Hour)
	s.CatchUp(t)
	s.Mail.Next(t, to, "soon be reset")
	s.Clock.Advance(34 * time.Hour)
	s.CatchUp(t)
	if l := s.BeginSignIn(t, ana); len(l.Offered()) == 0 {
		t.Error("the reset was carried out too early")
	}
	s.Clock.Advance(2 * time.Hour)
	s.CatchUp(t)
	if said := fails(t, func(t testing.TB) { s.SignIn(t, ana) }); !strings.Contains(said, "wrong_state") {
		t.Error(said) // a link was mailed to bind anew with
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	before := s.Clock.Now()
	s.Clock.Advance(time.Hour)
	if s.Clock.Now().Sub(before) != time.Hour {
		t.Error(s.Clock.Now())
	}
	defer func() {
		if recover() == nil {
			t.Error("the clock went back")
		}
	}()
	s.Clock.Advance(-1)
}
