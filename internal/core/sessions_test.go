package core_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (w *world) alive(token string) (core.Session, bool) {
	w.t.Helper()
	s, err := w.SessionFrom(w.ctx, core.TransportBearer, token)
	if err != nil && !core.IsCode(err, core.CodeNotSignedIn) {
		w.t.Fatal(err)
	}
	return s, err == nil
}

func (p *person) signInWith(in core.Beginning) core.Session {
	p.w.t.Helper()
	p.w.clock.Add(time.Minute)
	in.Login = p.name
	s, err := p.w.SignIn(p.w.ctx, caller, in, ownersPassword, core.Response{Value: p.code()})
	p.w.check(err)
	return s
}

func TestAAL2SessionEnds(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	idle := token(t, p.signInWith(core.Beginning{}))
	w.clock.Add(59 * time.Minute)
	if s, ok := w.alive(idle); !ok || s.Level() != core.AAL2 {
		t.Fatal("ended before its idle limit")
	}
	w.clock.Add(61 * time.Minute)
	if _, ok := w.alive(idle); ok {
		t.Error("lives past its idle limit")
	}
	long := token(t, p.signInWith(core.Beginning{}))
	for range 48 {
		w.clock.Add(29 * time.Minute)
		if _, ok := w.alive(long); !ok {
			t.Fatal("ended although it was used")
		}
	}
	w.clock.Add(50 * time.Minute)
	if _, ok := w.alive(long); ok {
		t.Error("lives past 24 hours")
	}
}

// A session that was left alone for too long is one of before, also where it was elevated for longer than that.
func TestIdleSessionIsElevatedNoMore(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.SessionIdle = 5 * time.Minute
	w.Machine = w.restart()
	p := w.enrol("owner")
	p.session = p.signInWith(core.Beginning{Remember: true})
	p.elevated()
	for range 2 {
		w.clock.Add(4 * time.Minute)
		if _, err := w.ElevatedFrom(p.again()); err != nil {
			t.Fatalf("while it is used: %v", err)
		}
	}
	p.elevated()
	w.clock.Add(5 * time.Minute)
	for range 2 {
		_, err := w.ElevatedFrom(p.again())
		codeOf(t, err, core.CodeElevationNeeded)
	}
}

func TestRememberedSessionDecays(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	tok := token(t, p.signInWith(core.Beginning{Remember: true}))
	w.clock.Add(2 * time.Hour)
	for range 3 { // once decayed, use does not bring AAL2 back
		s, ok := w.alive(tok)
		if !ok || s.Level() != core.AAL1 {
			t.Fatalf("alive %v, want AAL1", ok)
		}
		w.clock.Add(time.Minute)
	}
	s, _ := w.alive(tok)
	s, err := w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindTOTP, Value: p.code()})
	w.check(err)
	if s.Level() != core.AAL2 {
		t.Error("a second factor does not lift it")
	}
	if _, ok := w.alive(tok); ok {
		t.Error("the token of the lower level still works")
	}
	w.clock.Add(31 * 24 * time.Hour)
	if _, ok := w.alive(token(t, s)); ok {
		t.Error("lives past 30 days")
	}
}

func TestPolicyAAL2NeedsAAL2Now(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	tok := token(t, p.signInWith(core.Beginning{Remember: true}))
	w.clock.Add(2 * time.Hour)
	w.check(w.SetPolicy(w.ctx, caller, p.session.AccountID(), core.PolicyAAL2))
	if _, ok := w.alive(tok); ok {
		t.Error("a decayed session is let in under aal2")
	}
}

func TestElevation(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	s := p.signIn()
	if _, err := w.ElevatedFrom(s); !core.IsCode(err, core.CodeElevationNeeded) {
		t.Errorf("signing in elevates: %v", err)
	}
	_, err := w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	codeOf(t, err, core.CodeWrongState) // something is bound: the password is not enough
	_, err = w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindPassword, Value: "not the password"})
	codeOf(t, err, core.CodeWrongState) // and a thief of the session does not learn whether it was right
	_, err = w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindTOTP, Value: p.code()})
	codeOf(t, err, core.CodeAlreadyUsed) // the code of the sign-in
	w.clock.Add(30 * time.Second)
	up, err := w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindTOTP, Value: p.code()})
	w.check(err)
	if _, ok := w.alive(token(t, s)); ok {
		t.Error("the token from before the elevation still works")
	}
	w.clock.Add(9 * time.Minute)
	up, _ = w.alive(token(t, up))
	if _, err := w.ElevatedFrom(up); err != nil {
		t.Errorf("after 9 minutes: %v", err)
	}
	w.clock.Add(2 * time.Minute)
	if _, err := w.ElevatedFrom(up); !core.IsCode(err, core.CodeElevationNeeded) {
		t.Errorf("after 11 minutes: %v", err)
	}
}

// TestWhatEndsWhat: each change of a credential ends every other session and login; the one that made it
// goes on, with its elevation.
func TestWhatEndsWhat(t *testing.T) {
	changes := map[string]func(w *world, p *person, e core.Elevated) error{
		"password": func(w *world, _ *person, e core.Elevated) error {
			_, err := w.ChangePassword(w.ctx, caller, e, ownersPassword, "another long password")
			return err
		},
		"bound": func(w *world, p *person, e core.Elevated) error {
			b, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP})
			w.check(err)
			q := &person{w: w}
			q.scan(b)
			_, err = w.Confirm(w.ctx, caller, e, b.ID, q.code())
			return err
		},
		"removed": func(w *world, p *person, e core.Elevated) error {
			list, err := w.Authenticators(w.ctx, e.Session())
			w.check(err)
			return w.Unbind(w.ctx, caller, e, list[0].ID)
		},
		"recovery codes": func(w *world, _ *person, e core.Elevated) error {
			_, err := w.NewRecoveryCodes(w.ctx, caller, e, "")
			return err
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, core.PolicyOptional)
			p := w.enrol("owner")
			other, login := p.signIn(), p.begin()
			w.clock.Add(30 * time.Second)
			s, err := w.Elevate(w.ctx, caller, p.signIn(), core.Response{Value: p.codeAt(30 * time.Second)})
			w.check(err)
			e, err := w.ElevatedFrom(s)
			w.check(err)
			pending, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP})
			w.check(err)
			w.check(change(w, p, e))

			if _, ok := w.alive(token(t, other)); ok {
				t.Error("another session goes on")
			}
			if _, err := w.LoginFrom(w.ctx, core.TransportBearer, token(t, login)); !core.IsCode(err, core.CodeLoginExpired) {
				t.Errorf("a login in progress goes on: %v", err)
			}
			mine, ok := w.alive(token(t, s))
			if !ok {
				t.Fatal("the session that made the change is gone")
			}
			up, err := w.ElevatedFrom(mine)
			w.check(err)
			if _, err := w.Pending(w.ctx, up, pending.ID); !core.IsCode(err, core.CodeNotFound) {
				t.Errorf("a pending binding goes on: %v", err)
			}
		})
	}
}

func TestRenamingEndsNothing(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	other, s := p.signIn(), p.signIn()
	list, err := w.Authenticators(w.ctx, s)
	w.check(err)
	w.check(w.Rename(w.ctx, caller, s, list[0].ID, "Ana's phone"))
	if _, ok := w.alive(token(t, other)); !ok {
		t.Error("a new name ended a session")
	}
}

func TestLastAuthenticator(t *testing.T) {
	elevated := func(w *world, p *person) core.Elevated {
		s, err := w.Elevate(w.ctx, caller, p.signIn(), core.Response{Value: p.codeAt(30 * time.Second)})
		w.check(err)
		e, err := w.ElevatedFrom(s)
		w.check(err)
		return e
	}
	unbind := func(w *world, e core.Elevated) error {
		list, err := w.Authenticators(w.ctx, e.Session())
		w.check(err)
		return w.Unbind(w.ctx, caller, e, list[0].ID)
	}
	t.Run("required keeps it", func(t *testing.T) {
		w := newWorld(t, core.PolicyRequired)
		codeOf(t, unbind(w, elevated(w, w.enrol("owner"))), core.CodeWrongState)
	})
	t.Run("a short password keeps it", func(t *testing.T) {
		w := newWorld(t, core.PolicyRequired)
		p := w.enrol("owner")
		e := elevated(w, p)
		_, err := w.ChangePassword(w.ctx, caller, e, ownersPassword, "8 chars!")
		w.check(err)
		w.check(w.SetPolicy(w.ctx, caller, p.session.AccountID(), core.PolicyOptional))
		s, _ := w.alive(token(t, e.Session()))
		if e, err = w.ElevatedFrom(s); err != nil {
			t.Fatal(err)
		}
		if got := codeOf(t, unbind(w, e), core.CodeWrongState); got.Text != "authenticator.password_too_short" {
			t.Errorf("says %q", got.Text)
		}
	})
	t.Run("optional lets it go, and its recovery codes with it", func(t *testing.T) {
		w := newWorld(t, core.PolicyOptional)
		p := w.enrol("owner")
		e := elevated(w, p)
		w.check(unbind(w, e))
		s, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "owner"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
		w.check(err)
		set, err := w.RecoveryCodes(w.ctx, s)
		w.check(err)
		if set.Remaining != 0 || s.Level() != core.AAL1 {
			t.Errorf("%d recovery codes outlive the authenticator; level %d", set.Remaining, s.Level())
		}
		w.check(w.SetPolicy(w.ctx, caller, s.AccountID(), core.PolicyRequired))
		_, err = w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "owner"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
		codeOf(t, err, core.CodeWrongState) // never a first binding again
	})
}

func TestPasswordLanes(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "owner", Password: ownersPassword})
	w.check(err)
	browser := core.Caller{Transport: core.TransportCookie, Address: "192.0.2.1"}
	try := func(c core.Caller, name, password string) error {
		_, err := w.Answer(w.ctx, c, w.Begin(c, core.Beginning{Login: name}), core.Response{Kind: core.KindPassword, Value: password})
		return err
	}
	s, err := w.Answer(w.ctx, browser, w.Begin(browser, core.Beginning{Login: "owner"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	w.check(err)
	known := browser
	known.Known = w.KnownCookie(browser, s)
	for _, name := range []string{"owner", "nobody"} { // a known and an unknown name answer alike
		for i := range 6 {
			want := core.CodeWrong
			if i >= 3 {
				want = core.CodeThrottled
			}
			codeOf(t, try(browser, name, "a wrong password"), want)
		}
	}
	codeOf(t, try(browser, " OWNER", ownersPassword), core.CodeThrottled) // one counter, however it is spelled
	w.check(try(known, "owner", ownersPassword))
	forged := known
	forged.Known = known.Known[:len(known.Known)-1] + "x"
	codeOf(t, try(forged, "owner", ownersPassword), core.CodeThrottled)
	codeOf(t, try(known, "nobody", ownersPassword), core.CodeThrottled)
}

func TestClientAddressLimit(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	c := core.Caller{Transport: core.TransportCookie, Address: "192.0.2.7"}
	s, err := w.SignIn(w.ctx, c, core.Beginning{Login: "owner"}, ownersPassword, core.Response{Value: p.codeAt(30 * time.Second)})
	w.check(err)
	failures := 0
	for i := range 1000 {
		name := "nobody" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
		_, err := w.Answer(w.ctx, c, w.Begin(c, core.Beginning{Login: name}), core.Response{Kind: core.KindPassword, Value: "wrong"})
		if core.IsCode(err, core.CodeThrottled) {
			break
		}
		failures++
	}
	if failures < 100 || failures > 400 {
		t.Errorf("the limit bites after %d failures", failures)
	}
	owner := c
	owner.Known = w.KnownCookie(c, s)
	_, err = w.Answer(w.ctx, owner, w.Begin(owner, core.Beginning{Login: "owner"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		t.Errorf("the owner, from the attacker's address: %v", err)
	}
}

// TestCombinedFormIsNoOracle: with a wrong code, a right and a wrong password answer alike, delays included.
func TestCombinedFormIsNoOracle(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.enrol("right")
	w.enrol("wrong")
	w.clock.Add(time.Hour)
	for i := range 40 {
		_, a := w.SignIn(w.ctx, caller, core.Beginning{Login: "right"}, ownersPassword, core.Response{Value: "not a code"})
		_, b := w.SignIn(w.ctx, caller, core.Beginning{Login: "wrong"}, "not the password", core.Response{Value: "not a code"})
		var ea, eb *core.Error
		if !errors.As(a, &ea) || !errors.As(b, &eb) || ea.Code != eb.Code || ea.Text != eb.Text || ea.Field != eb.Field || ea.RetryAfter != eb.RetryAfter {
			t.Fatalf("attempt %d: %+v and %+v", i, ea, eb)
		}
		if i%3 == 2 {
			w.clock.Add(time.Minute)
		}
	}
}

// asksStore notes what a machine reads and counts.
type asksStore struct {
	core.Store
	asked []string
}

func (s *asksStore) Reserve(ctx context.Context, cs []core.Counter, now time.Time) ([]core.Reservation, error) {
	s.asked = append(s.asked, "reserve")
	return s.Store.Reserve(ctx, cs, now)
}

func (s *asksStore) CountLimited(ctx context.Context, key string, l core.Limit, now time.Time) error {
	s.asked = append(s.asked, "count")
	return s.Store.CountLimited(ctx, key, l, now)
}

func (s *asksStore) State(ctx context.Context, account string) (*core.State, error) {
	s.asked = append(s.asked, "state")
	return s.Store.State(ctx, account)
}

func (s *asksStore) Authenticators(ctx context.Context, account string) ([]core.Authenticator, error) {
	s.asked = append(s.asked, "authenticators")
	return s.Store.Authenticators(ctx, account)
}

func (s *asksStore) RecoverySet(ctx context.Context, account string) (*core.RecoverySet, error) {
	s.asked = append(s.asked, "recovery set")
	return s.Store.RecoverySet(ctx, account)
}

func (s *asksStore) LookupKeys(ctx context.Context, account string) ([]string, error) {
	s.asked = append(s.asked, "lookup keys")
	return s.Store.LookupKeys(ctx, account)
}

func (s *asksStore) LookupSecret(ctx context.Context, account string, hash []byte) (*core.LookupRow, error) {
	s.asked = append(s.asked, "lookup secret")
	return s.Store.LookupSecret(ctx, account, hash)
}

// TestCombinedFormWorksAlike: nor does its time tell a right password from a wrong one, or from nobody's: the same is read and counted.
func TestCombinedFormWorksAlike(t *testing.T) {
	for _, code := range []string{"000000", "AAAA-AAAA-AAAA-AAAA", "", "not a code"} {
		w := newWorld(t, core.PolicyOptional)
		w.enrol("ana")
		w.clock.Add(time.Hour)
		counted := &asksStore{Store: w.store}
		w.cfg.Store = counted
		m := w.restart()
		ask := func(name, password string) []string {
			counted.asked = nil
			c := core.Caller{Transport: core.TransportCookie, Address: "192.0.2.1"}
			_, err := m.SignIn(w.ctx, c, core.Beginning{Login: name}, password, core.Response{Value: code})
			codeOf(t, err, core.CodeWrong)
			return slices.Sorted(slices.Values(counted.asked))
		}
		right, wrong, nobodys := ask("ana", ownersPassword), ask("ana", "wrong"), ask("nobody", "wrong")
		if !slices.Equal(right, wrong) || !slices.Equal(right, nobodys) {
			t.Errorf("%q: right %q, wrong %q, nobody's %q", code, right, wrong, nobodys)
		}
	}
}

func TestClockThatWentBack(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	s := p.signIn()
	used := p.used[len(p.used)-1]
	w.clock.Add(55 * time.Minute)
	if _, ok := w.alive(token(t, s)); !ok {
		t.Fatal("ended early")
	}
	w.clock.Add(-50 * time.Minute)
	codeOf(t, p.answer(p.begin(), core.KindTOTP, used), core.CodeWrong)
	w.clock.Add(50*time.Minute + 61*time.Minute)
	if _, ok := w.alive(token(t, s)); ok {
		t.Error("a clock that went back made a session live longer")
	}
}

func TestGroupsInSession(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.check(w.SetGroups(w.ctx, caller, p.session.AccountID(), []string{"staff", "admins"}))
	if got := p.signIn().Groups(); len(got) != 2 || got[0] != "staff" {
		t.Errorf("groups %v", got)
	}
	codeOf(t, w.SetGroups(w.ctx, caller, "nobody", nil), core.CodeNotFound)
	codeOf(t, w.SetPolicy(w.ctx, caller, "nobody", core.PolicyAAL2), core.CodeNotFound)
	codeOf(t, w.SetPolicy(w.ctx, caller, p.session.AccountID(), "strict"), core.CodeInvalid)
}

// TestTokensAreForOneThing: a token works for the purpose and the transport that it was made for.
func TestTokensAreForOneThing(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	session, login := token(t, p.signIn()), token(t, p.begin())
	opens := func(transport core.Transport, tok string) (asSession, asLogin bool) {
		_, err := w.SessionFrom(w.ctx, transport, tok)
		_, err2 := w.LoginFrom(w.ctx, transport, tok)
		return err == nil, err2 == nil
	}
	tests := []struct {
		name               string
		transport          core.Transport
		token              string
		asSession, asLogin bool
	}{
		{"session", core.TransportBearer, session, true, false},
		{"login", core.TransportBearer, login, false, true},
		{"session as a cookie", core.TransportCookie, session, false, false},
		{"login as a cookie", core.TransportCookie, login, false, false},
		{"cut", core.TransportBearer, session[:len(session)-1], false, false},
		{"longer", core.TransportBearer, session + "A", false, false},
		{"empty", core.TransportBearer, "", false, false},
	}
	for _, tt := range tests {
		if s, l := opens(tt.transport, tt.token); s != tt.asSession || l != tt.asLogin {
			t.Errorf("%s opens a session: %v, a login: %v", tt.name, s, l)
		}
	}
}

// TestCombinedFormCountsAlike: what a client address is charged does not tell whether the password was right.
func TestCombinedFormCountsAlike(t *testing.T) {
	charged := func(password string) (failures int) {
		w := newWorld(t, core.PolicyOptional)
		w.enrol("owner")
		c := core.Caller{Transport: core.TransportBearer, Address: "192.0.2.8"}
		_, err := w.SignIn(w.ctx, c, core.Beginning{Login: "owner"}, password, core.Response{})
		codeOf(t, err, core.CodeWrong)
		for i := range 1000 {
			l := w.Begin(c, core.Beginning{Login: "nobody" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))})
			if _, err := w.Answer(w.ctx, c, l, core.Response{Kind: core.KindPassword, Value: "wrong"}); core.IsCode(err, core.CodeThrottled) {
				return i
			}
		}
		return -1
	}
	if right, wrong := charged(ownersPassword), charged("not the password"); right != wrong || right < 0 {
		t.Errorf("after a right password the address has %d failures left, after a wrong one %d", right, wrong)
	}
}

// TestStepUpIsNotUndone: a change that read the session before it was elevated does not bring its old token back.
func TestStepUpIsNotUndone(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	s, err := w.Elevate(w.ctx, caller, p.signIn(), core.Response{Value: p.codeAt(30 * time.Second)})
	w.check(err)
	e, err := w.ElevatedFrom(s)
	w.check(err)
	w.clock.Add(time.Minute)
	up, err := w.Elevate(w.ctx, caller, s, core.Response{Value: p.code()})
	w.check(err)
	_, err = w.ChangePassword(w.ctx, caller, e, ownersPassword, "another long password")
	codeOf(t, err, core.CodeNotSignedIn)
	if _, ok := w.alive(token(t, s)); ok {
		t.Error("the old token is alive again")
	}
	if _, ok := w.alive(token(t, up)); !ok {
		t.Error("the new token is dead")
	}
}

// TestSessionOfAClockThatRanAhead: how long it would live can't be told, so it does not.
func TestSessionOfAClockThatRanAhead(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.clock.Add(24 * 365 * time.Hour)
	p := w.enrol("owner")
	tok := token(t, p.signIn())
	w.clock.Add(-24 * 365 * time.Hour)
	again := w.restart() // the clock in memory would stand still
	if _, err := again.SessionFrom(w.ctx, core.TransportBearer, tok); !core.IsCode(err, core.CodeNotSignedIn) {
		t.Errorf("a session from next year: %v", err)
	}
}
