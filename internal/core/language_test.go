package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// speaking is a world in which accounts may have a language.
func speaking(t *testing.T) *world {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.Languages = []string{"de", "en", "fr"}
	w.Machine = w.restart()
	return w
}

// from is a caller whose client asks for a language.
func from(language string) core.Caller {
	c := caller
	c.Language = language
	return c
}

func (w *world) languageOf(account string) string {
	w.t.Helper()
	st, err := w.store.State(w.ctx, account)
	w.check(err)
	return st.Language
}

func TestRegistrationTakesTheLanguageOfThePage(t *testing.T) {
	w := speaking(t)
	for asked, want := range map[string]string{"": "", "de": "de", "en": "en", "xx": ""} {
		s, err := w.Register(w.ctx, from(asked), core.Registration{Username: "user" + asked, Password: ownersPassword})
		w.check(err)
		if s.Language() != want || w.languageOf(s.AccountID()) != want {
			t.Errorf("%q: session %q, account %q, want %q", asked, s.Language(), w.languageOf(s.AccountID()), want)
		}
	}
}

// An account without a language gets that of its first sign-in with one; after that, no browser decides.
func TestFirstSignInTakesTheLanguageOfThePage(t *testing.T) {
	w := speaking(t)
	first, err := w.Register(w.ctx, caller, core.Registration{Username: "ana", Password: ownersPassword})
	w.check(err)
	for _, step := range []struct{ asks, want string }{{"", ""}, {"xx", ""}, {"fr", "fr"}, {"de", "fr"}, {"", "fr"}} {
		s := w.signIn(from(step.asks), "ana")
		if s.Language() != step.want || w.languageOf(first.AccountID()) != step.want {
			t.Errorf("asked for %q: session %q, account %q, want %q", step.asks, s.Language(), w.languageOf(first.AccountID()), step.want)
		}
	}
}

// signIn signs in with the password alone.
func (w *world) signIn(c core.Caller, name string) core.Session {
	w.t.Helper()
	s, err := w.Answer(w.ctx, c, w.Begin(c, core.Beginning{Login: name}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	w.check(err)
	return s
}

func TestSetLanguage(t *testing.T) {
	w := speaking(t)
	p := w.confirmed("ana")
	before := len(w.post())
	e := mustError(t, w.SetLanguage(w.ctx, caller, p.session, "xx"), core.CodeInvalid)
	if e.Field != "language" || e.Text != "language.unknown" || len(e.Args) != 1 || e.Args[0] != "de, en, fr" {
		t.Errorf("%+v", e)
	}
	w.check(w.SetLanguage(w.ctx, caller, p.session, "de"))
	w.check(w.SetLanguage(w.ctx, caller, p.session, "de"))
	events, _, err := w.Events(w.ctx, p.session, 0)
	w.check(err)
	var set []string
	for _, e := range events {
		if e.Kind == "account.language_set" {
			set = append(set, e.Detail+" "+e.Session)
		}
	}
	if len(set) != 1 || set[0] != "de "+p.session.ID() || w.languageOf(p.session.AccountID()) != "de" {
		t.Errorf("%q; %d messages before", set, before)
	}
	nobody := core.Caller{Transport: caller.Transport, Replaces: "not a token"}
	w.check(w.ChooseLanguage(w.ctx, nobody, "fr"))
	mustError(t, w.ChooseLanguage(w.ctx, nobody, "xx"), core.CodeInvalid)
	if w.languageOf(p.session.AccountID()) != "de" {
		t.Error("somebody without a session changed it")
	}
}

func mustError(t *testing.T, err error, code core.Code) *core.Error {
	t.Helper()
	if !core.IsCode(err, code) {
		t.Fatalf("%v, want %s", err, code)
	}
	return err.(*core.Error)
}

// A notice is in the language of the account, not in that of the browser that made it happen: its owner has to be able to read
// it. The last one, too, when the account is gone.
func TestNoticesAreInTheLanguageOfTheAccount(t *testing.T) {
	w := speaking(t)
	p := w.confirmed("ana")
	w.post()
	w.check(w.Forgot(w.ctx, from("fr"), "ana"))
	if m := w.mail(core.MailResetPassword); m.Language != "" {
		t.Errorf("an account without a language: %q", m.Language)
	}
	w.check(w.SetLanguage(w.ctx, caller, p.session, "de"))
	w.check(w.Forgot(w.ctx, from("fr"), "ana"))
	if m := w.mail(core.MailResetPassword); m.Language != "de" {
		t.Errorf("%q", m.Language)
	}
	w.check(w.Forgot(w.ctx, from("fr"), "nobody@example.net"))
	if m := w.mail(core.MailNoAccount); m.Language != "fr" {
		t.Errorf("to nobody: %q", m.Language)
	}
	w.clock.Add(time.Minute)
	w.check(w.Delete(w.ctx, from("fr"), p.session.AccountID()))
	if m := w.mail(core.MailDeleted); m.Language != "de" {
		t.Errorf("the last one: %q", m.Language)
	}
}
