package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/engine"
)

// elevated is somebody who has just confirmed that it is them.
func elevated(t *testing.T, s engine.Session, a *codeApp) engine.Elevated {
	t.Helper()
	e, err := s.Elevate(t.Context(), a.next())
	must(t, err)
	return e
}

func TestElevation(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		s, a, _ := w.owner("ann")
		ctx := t.Context()
		_, err := s.Elevated(ctx)
		wants(t, err, engine.CodeElevationNeeded) // signing in is not that
		if s.ProvedWithin(time.Hour) {
			t.Error("proved by signing in")
		}
		_, err = s.Elevate(ctx, engine.Response{Kind: engine.KindPassword, Value: password})
		wants(t, err, engine.CodeWrongState) // there is something better
		_, err = s.Elevate(ctx, a.wrong())
		wants(t, err, engine.CodeWrong)
		e := elevated(t, s, a)
		if e.Session().Token() == s.Token() || e.Session().ID() != s.ID() || !e.Session().ProvedWithin(time.Minute) {
			t.Error("the session did not change its token, or is another")
		}
		_, err = s.Account(ctx)
		wants(t, err, engine.CodeNotSignedIn) // the old token
		found, err := w.Session(ctx, app(), e.Session().Token())
		must(t, err)
		_, err = found.Elevated(ctx)
		must(t, err)
		w.advance(10 * time.Minute)
		// Kept for long, the proof is none any more.
		_, err = e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
		wants(t, err, engine.CodeElevationNeeded)
		_, err = e.NewRecoveryCodes(ctx)
		wants(t, err, engine.CodeElevationNeeded)
		wants(t, e.Remove(ctx, "x"), engine.CodeElevationNeeded)
	})
}

func TestSetUpMore(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		s, a, first := w.owner("ann")
		ctx := t.Context()
		_, b, _ := w.owner("bob")
		elsewhere, err := w.begin(app(), "ann").Answer(ctx, a.next())
		must(t, err)
		pending := w.begin(app(), "ann")
		e := elevated(t, s, a)

		drafted, err := e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP, Label: "tablet"})
		must(t, err)
		tablet := w.scan(drafted.URI)
		_, err = e.Confirm(ctx, drafted.ID, tablet.wrong().Value)
		wants(t, err, engine.CodeWrong)
		must(t, onlyErr(e.Confirm(ctx, drafted.ID, tablet.shows())))
		wants(t, onlyErr(e.Confirm(ctx, drafted.ID, tablet.next().Value)), engine.CodeNotFound)

		// Everything of before is dead but the session that did it, which goes on by itself.
		_, err = elsewhere.Authenticators(ctx)
		wants(t, err, engine.CodeNotSignedIn)
		_, err = pending.Answer(ctx, a.next())
		wants(t, err, engine.CodeLoginExpired)
		all, err := e.Session().Authenticators(ctx)
		must(t, err)
		if len(all) != 2 || all[0].ID != first.ID || all[1].Label != "tablet" || !all[1].Usable {
			t.Fatalf("%+v", all)
		}
		codes, err := e.NewRecoveryCodes(ctx)
		must(t, err)
		left, err := e.Session().RecoveryCodesLeft(ctx)
		must(t, err)
		if len(codes) != 10 || left != 10 || slices.Contains(codes, first.RecoveryCodes[0]) {
			t.Errorf("%d codes, %d left", len(codes), left)
		}
		_, err = w.begin(app(), "ann").Answer(ctx, engine.Response{Value: first.RecoveryCodes[0]})
		wants(t, err, engine.CodeWrong)

		// What is somebody else's isn't there.
		stranger, err := w.begin(app(), "bob").Answer(ctx, b.next())
		must(t, err)
		theirs := elevated(t, stranger, b)
		wants(t, theirs.Remove(ctx, first.ID), engine.CodeNotFound)
		wants(t, theirs.Session().Rename(ctx, first.ID, "mine"), engine.CodeNotFound)
		wants(t, theirs.Session().EndSession(ctx, s.ID()), engine.CodeNotFound)
		_, err = theirs.Session().Ask(ctx, first.ID, "")
		wants(t, err, engine.CodeNotFound)
		foreign, err := e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
		must(t, err)
		wants(t, onlyErr(theirs.Confirm(ctx, foreign.ID, w.scan(foreign.URI).shows())), engine.CodeNotFound)
		for _, id := range []string{"", "a\x00b", "\xff", string(make([]byte, 65))} {
			wants(t, e.Session().Rename(ctx, id, "x"), engine.CodeNotFound)
		}

		must(t, e.Session().Rename(ctx, all[1].ID, "old tablet"))
		must(t, e.Remove(ctx, all[1].ID))
		wants(t, e.Remove(ctx, all[1].ID), engine.CodeNotFound)
		wants(t, e.Remove(ctx, first.ID), engine.CodeWrongState) // one has to stay
	})
}

func onlyErr(_ engine.Bound, err error) error { return err }

// Where none is required, the password is what elevates who has nothing better.
func TestFirstByChoice(t *testing.T) {
	w := open(t, nil)
	ctx := t.Context()
	s, err := w.SignIn(ctx, app(), "ann", password)
	must(t, err)
	offer, err := s.Offer(ctx)
	must(t, err)
	if len(offer) != 1 || offer[0].Kind != engine.KindPassword {
		t.Errorf("%+v", offer)
	}
	e, err := s.Elevate(ctx, engine.Response{Kind: engine.KindPassword, Value: password})
	must(t, err)
	drafted, err := e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
	must(t, err)
	if drafted.Secret == "" || drafted.Options != nil {
		t.Errorf("%+v", drafted)
	}
	bound, err := e.Confirm(ctx, drafted.ID, w.scan(drafted.URI).shows())
	must(t, err)
	if len(bound.RecoveryCodes) != 10 {
		t.Errorf("%d codes", len(bound.RecoveryCodes))
	}
	w.begin(app(), "ann")
	_, err = e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindPush})
	if e := wants(t, err, engine.CodeInvalid); e.Field != "kind" || errors.Unwrap(e) == nil {
		t.Errorf("%+v", e)
	}
}

// While a first authenticator has to be set up, nobody is inside, and two can't both do it.
func TestMustBind(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := mustBind(t, errOf(w.PasswordProved(ctx, app(), "ann")))
		if slices.Contains(b.Kinds, engine.KindPush) || !slices.Contains(b.Kinds, engine.KindTOTP) {
			t.Errorf("%v", b.Kinds)
		}
		_, err := b.MustBind.Pending(ctx)
		wants(t, err, engine.CodeNotFound)
		_, err = b.MustBind.Login().Answer(ctx, engine.Response{Kind: engine.KindTOTP, Value: "123456"})
		if err == nil {
			t.Fatal("a code of nothing")
		}
		_, err = w.Session(ctx, app(), b.MustBind.Login().Token())
		wants(t, err, engine.CodeNotSignedIn)
		l, err := w.Login(ctx, app(), b.MustBind.Login().Token())
		must(t, err)
		again := mustBind(t, l.Next(ctx))
		drafted, err := again.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
		must(t, err)
		seen, err := again.MustBind.Pending(ctx)
		must(t, err)
		if seen.ID != drafted.ID || seen.Secret != drafted.Secret {
			t.Error("another set-up")
		}
		other := mustBind(t, errOf(w.PasswordProved(ctx, app(), "ann")))
		_, _, err = other.MustBind.Confirm(ctx, drafted.ID, w.scan(drafted.URI).shows())
		wants(t, err, engine.CodeNotFound) // it is another sign-in's
		_, _, err = again.MustBind.Confirm(ctx, drafted.ID, w.scan(drafted.URI).shows())
		must(t, err)
		_, err = other.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
		wants(t, err, engine.CodeLoginExpired) // somebody has one now
	})
}

func TestActions(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		s, a, _ := w.owner("ann")
		ctx := t.Context()
		const pay = "Send 250.00 EUR to Bob"
		_, err := s.ConfirmAction(ctx, "", a.next())
		wants(t, err, engine.CodeInvalid)
		code := a.next()
		token, err := s.ConfirmAction(ctx, pay, code)
		must(t, err)
		_, err = s.ConfirmAction(ctx, pay, code)
		wants(t, err, engine.CodeAlreadyUsed)
		_, err = s.Elevated(ctx)
		wants(t, err, engine.CodeElevationNeeded)
		wants(t, s.Redeem(ctx, "Send 999.00 EUR to Bob", token), engine.CodeNotFound)
		other, err := w.begin(app(), "ann").Answer(ctx, a.next())
		must(t, err)
		wants(t, other.Redeem(ctx, pay, token), engine.CodeNotFound)
		must(t, s.Redeem(ctx, pay, token))
		wants(t, s.Redeem(ctx, pay, token), engine.CodeNotFound)
		token, err = s.ConfirmAction(ctx, pay, a.next())
		must(t, err)
		w.advance(5 * time.Minute)
		wants(t, s.Redeem(ctx, pay, token), engine.CodeNotFound)
	})
}

func TestSessionsEnd(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		s, a, _ := w.owner("ann")
		ctx := t.Context()
		var others []engine.Session
		for range 3 {
			o, err := w.begin(app(), "ann").Answer(ctx, a.next())
			must(t, err)
			others = append(others, o)
		}
		all, err := s.Sessions(ctx)
		must(t, err)
		if len(all) != 4 || all[0].Address != "192.0.2.7" || all[0].UserAgent != "app/1.0" {
			t.Errorf("%+v", all)
		}
		must(t, s.EndSession(ctx, others[0].ID()))
		wants(t, s.EndSession(ctx, others[0].ID()), engine.CodeNotFound)
		must(t, others[1].SignOut(ctx))
		must(t, s.EndOtherSessions(ctx))
		for _, o := range others {
			// A handle that was kept opens nothing any more.
			wants(t, o.Rename(ctx, "x", "y"), engine.CodeNotSignedIn)
			_, err := o.Authenticators(ctx)
			wants(t, err, engine.CodeNotSignedIn)
			wants(t, o.SignOut(ctx), engine.CodeNotSignedIn)
		}
		c := app()
		c.Session = s.Token()
		kept, goesOn, err := w.CredentialChanged(ctx, c, "ann")
		must(t, err)
		if !goesOn || kept.ID() != s.ID() {
			t.Errorf("goes on: %v", goesOn)
		}
		_, err = kept.Account(ctx)
		must(t, err)
		if _, goesOn, err = w.CredentialChanged(ctx, app(), "ann"); goesOn || err != nil { // a reset
			t.Errorf("%v, %v", goesOn, err)
		}
		_, err = kept.Account(ctx)
		wants(t, err, engine.CodeNotSignedIn)
		_, _, err = w.CredentialChanged(ctx, app(), "nobody")
		wants(t, err, engine.CodeNotFound)
	})
}

// A cookie changes with what it is worth, and its session goes on.
func TestCredentialChangedInABrowser(t *testing.T) {
	w := open(t, required)
	_, a, _ := w.owner("ann")
	ctx := t.Context()
	s, err := w.begin(browser(), "ann").Answer(ctx, a.next())
	must(t, err)
	c := browser()
	c.Session = s.Token()
	next, goesOn, err := w.CredentialChanged(ctx, c, "ann")
	must(t, err)
	if !goesOn || next.Token() == s.Token() {
		t.Error("the same token")
	}
	_, err = w.Session(ctx, browser(), s.Token())
	wants(t, err, engine.CodeNotSignedIn)
	_, err = next.Account(ctx)
	must(t, err)
}
