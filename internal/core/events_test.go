package core_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (w *world) events(s core.Session) []core.Event {
	w.t.Helper()
	events, _, err := w.Events(w.ctx, s, 0)
	w.check(err)
	return events
}

// kinds are those of an account's events, the oldest first.
func kinds(events []core.Event) []string {
	var out []string
	for _, e := range slices.Backward(events) {
		out = append(out, e.Kind+" "+e.Outcome)
	}
	return out
}

// Refusals are written beside the requests, after what came later: the list is in the order of time all the same.
func TestEventsAreInTheOrderOfTime(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	s := p.again()
	w.events(s) // nothing waits to be written
	w.clock.Add(time.Minute)
	codeOf(t, p.password(squattersPassword), core.CodeWrong)
	w.clock.Add(time.Minute)
	w.check(p.answer(p.begin(), core.KindTOTP, p.code()))
	w.clock.Add(time.Minute)
	codeOf(t, p.password(squattersPassword), core.CodeWrong)
	got := kinds(w.events(s)[:4])
	if want := []string{"login.password wrong", "login.password ok", "signed_in ok", "login.password wrong"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEventsTellWhatHappened(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	c := core.Caller{Transport: core.TransportBearer, Address: "192.0.2.7", UserAgent: "a browser"}
	p := w.confirmed("ana")
	before := len(w.events(p.again()))
	w.clock.Add(30 * time.Second)
	login := p.begin()
	code := p.code()
	_, err := w.Answer(w.ctx, c, login, core.Response{Kind: core.KindTOTP, Value: p.wrongCode()})
	codeOf(t, err, core.CodeWrong)
	_, err = w.Answer(w.ctx, c, login, core.Response{Kind: core.KindTOTP, Value: code})
	w.check(err)
	codeOf(t, p.answer(p.begin(), core.KindTOTP, code), core.CodeAlreadyUsed)
	codeOf(t, p.password(squattersPassword), core.CodeWrong)

	events := w.events(p.again())
	got := kinds(events[:len(events)-before])
	want := []string{
		"login.password ok", "signed_in ok", "login.password ok",
		"login.second_factor wrong", "login.second_factor already_used", "login.password wrong",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, e := range events {
		if e.Kind == "signed_in" && e.Address == c.Address && (e.Authenticator == "" || e.Session == "" || e.UserAgent != c.UserAgent) {
			t.Errorf("%+v", e)
		}
		if e.Outcome == "wrong" && e.Kind == "login.second_factor" && (e.Address != c.Address || e.Authenticator == "") {
			t.Errorf("%+v", e)
		}
	}
}

// Nobody reads another account's events, and unknown names have none.
func TestEventsAreTheOwners(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, other := w.confirmed("ana"), w.confirmed("eve")
	codeOf(t, w.byAddress("nobody", ownersPassword), core.CodeWrong)
	for _, e := range w.events(other.again()) {
		if e.Account != other.session.AccountID() {
			t.Errorf("%+v", e)
		}
	}
	all := 0
	w.check(w.ExportEvents(w.ctx, func(e core.Event) error { all++; return nil }))
	if all != len(w.events(p.again()))+len(w.events(other.again())) {
		t.Errorf("%d events in all", all)
	}
}

func (w *world) flaws() []core.Flaw {
	w.t.Helper()
	var found []core.Flaw
	_, err := w.VerifyEvents(w.ctx, func(f core.Flaw) { found = append(found, f) })
	w.check(err)
	return found
}

func TestEventsVerify(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.check(w.Checkpoint(w.ctx))
	for range 3 {
		p.signIn()
		w.check(w.Checkpoint(w.ctx))
		w.check(w.restart().Checkpoint(w.ctx)) // another process
	}
	w.check(w.DeleteAccount(w.ctx, p.holding(), p.elevated()))
	w.check(w.Checkpoint(w.ctx))
	if found := w.flaws(); len(found) != 0 {
		t.Errorf("%v", found)
	}
}

func TestEventsWithoutCheckpoints(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.confirmed("ana")
	if found := w.flaws(); len(found) != 0 {
		t.Errorf("before the first was due: %v", found)
	}
	w.clock.Add(2 * time.Hour)
	if found := w.flaws(); len(found) != 1 {
		t.Errorf("%v", found)
	}
}

// What is dropped in time is no flaw; what is dropped too early is.
func TestEventsAreKeptAsLongAsTheyAre(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.EventsKept = 10 * 24 * time.Hour
	w.Machine = w.restart()
	p := w.confirmed("ana")
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(6 * 24 * time.Hour)
	p.signIn()
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(5 * 24 * time.Hour)
	before := len(w.events(p.signIn()))
	w.check(w.Sweep(w.ctx))
	after := len(w.events(p.again()))
	if after >= before || after < 3 {
		t.Errorf("%d of %d events left", after, before)
	}
	if found := w.flaws(); len(found) != 0 {
		t.Errorf("%v", found)
	}
	w.check(w.store.DropEvents(w.ctx, w.clock.Now())) // somebody hides what happened
	if found := w.flaws(); len(found) == 0 {
		t.Error("events were dropped before their time, and nobody noticed")
	}
}

func TestAChangedEventIsNotIntact(t *testing.T) {
	e := core.ChainEvent(core.Event{ID: "1", Account: "a", Kind: "signed_in", Outcome: "ok", At: time.UnixMilli(1)}, 0, nil)
	next := core.ChainEvent(core.Event{ID: "2", Account: "a", Kind: "signed_in", At: time.UnixMilli(2)}, e.Seq, e.Hash)
	if !e.Intact() || !next.Intact() || !next.Follows(e) {
		t.Fatal("a chain that is not one")
	}
	changes := map[string]func(*core.Event){
		"id": func(e *core.Event) { e.ID = "x" }, "account": func(e *core.Event) { e.Account = "x" },
		"kind": func(e *core.Event) { e.Kind = "x" }, "outcome": func(e *core.Event) { e.Outcome = "x" },
		"authenticator": func(e *core.Event) { e.Authenticator = "x" }, "session": func(e *core.Event) { e.Session = "x" },
		"address": func(e *core.Event) { e.Address = "x" }, "user agent": func(e *core.Event) { e.UserAgent = "x" },
		"detail": func(e *core.Event) { e.Detail = "x" }, "time": func(e *core.Event) { e.At = time.UnixMilli(9) },
		"sequence": func(e *core.Event) { e.Seq++ }, "previous": func(e *core.Event) { e.Previous = []byte{1} },
		"parts moved": func(e *core.Event) { e.Kind, e.Outcome = e.Kind+e.Outcome, "" },
	}
	for name, change := range changes {
		changed := e
		change(&changed)
		if changed.Intact() {
			t.Errorf("%s: nobody notices", name)
		}
	}
	forged := next
	forged.Previous = bytes.Repeat([]byte{1}, 32)
	if forged.Follows(e) {
		t.Error("follows what it does not")
	}
}

// What people type and what is mailed is in no log line and no event.
func TestNoSecretIsLogged(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	var log bytes.Buffer
	w.cfg.Log = slog.New(slog.NewJSONHandler(&log, nil))
	w.Machine = w.restart()
	p := w.enrol("ana")
	confirm := w.mail(core.MailConfirmAddress)
	_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, confirm)})
	w.check(err)
	cookie := p.trust()
	w.check(w.Forgot(w.ctx, caller, "ana"))
	reset := w.mail(core.MailResetPassword)
	w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, reset)}, newPassword))
	events, err := json.Marshal(mustEvents(w))
	w.check(err)
	for what, secret := range map[string]string{
		"password": ownersPassword, "new password": newPassword, "confirm link": linkToken(w, confirm), "confirm code": confirm.Code,
		"reset link": linkToken(w, reset), "reset code": reset.Code, "browser": cookie, "recovery code": p.recovery[0],
	} {
		if bytes.Contains(log.Bytes(), []byte(secret)) || bytes.Contains(events, []byte(secret)) {
			t.Errorf("the %s stands in the log or in an event", what)
		}
	}
	if log.Len() < 500 {
		t.Error("there was no log to look into")
	}
}

func mustEvents(w *world) (all []core.Event) {
	w.check(w.Flush(w.ctx))
	w.check(w.ExportEvents(w.ctx, func(e core.Event) error { all = append(all, e); return nil }))
	return all
}

// The owner hears of what may not be theirs.
func TestNotices(t *testing.T) {
	tests := map[core.MessageKind]func(w *world, p *person){
		core.MailNewBrowser: func(w *world, p *person) {
			w.clock.Add(30 * time.Second)
			_, err := w.Answer(w.ctx, browser(""), p.beginIn(browser("")), core.Response{Kind: core.KindTOTP, Value: p.code()})
			w.check(err)
		},
		core.MailFailing: func(_ *world, p *person) {
			l := p.begin()
			for range 3 {
				_ = p.answer(l, core.KindTOTP, p.wrongCode())
			}
		},
		core.MailRecoveryCodeUsed: func(w *world, p *person) {
			w.check(p.answer(p.begin(), core.KindRecoveryCode, p.recovery[0]))
		},
		core.MailRecoveryCodesMade: func(w *world, p *person) {
			_, err := w.NewRecoveryCodes(w.ctx, p.holding(), p.elevated(), "")
			w.check(err)
		},
		core.MailPasswordChanged: func(w *world, p *person) {
			_, err := w.ChangePassword(w.ctx, p.holding(), p.elevated(), ownersPassword, newPassword)
			w.check(err)
		},
		core.MailUnbound: func(w *world, p *person) {
			e := p.elevated()
			w.check(w.Unbind(w.ctx, p.holding(), e, w.authenticators(p)[0].ID))
		},
		core.MailBound: func(_ *world, p *person) { p.addKey() },
		core.MailSessionsEnded: func(w *world, p *person) {
			p.signIn()
			p.signIn()
			w.post()
			w.check(w.EndOtherSessions(w.ctx, p.holding(), p.again()))
		},
	}
	for kind, do := range tests {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			do(w, p)
			if msg := w.mail(kind); msg.To != "ana@example.org" || msg.Name != "ana" || !msg.At.Equal(w.clock.Now()) {
				t.Errorf("%+v", msg)
			}
		})
	}
}

// Ending what isn't there is no event, and tells nobody.
func TestNothingEnded(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	before := len(w.events(p.again()))
	for range 5 {
		w.check(w.EndOtherSessions(w.ctx, p.holding(), p.again()))
	}
	if sent := w.post(); len(sent) != 0 || len(w.events(p.again())) != before {
		t.Errorf("%+v", sent)
	}
}

// Notices that somebody causes over and over fill no mailbox, nor do subaddresses of one.
func TestNoticesAreFew(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	sent := 0
	for range 40 {
		w.register("", "boss+"+strconv.Itoa(sent)+"@example.org", ownersPassword)
		w.clock.Add(30 * time.Second)
		_, err := w.Answer(w.ctx, browser(""), p.beginIn(browser("")), core.Response{Kind: core.KindTOTP, Value: p.code()})
		w.check(err)
		for _, m := range w.post() {
			if m.Kind == core.MailNewBrowser {
				sent++
			}
		}
	}
	if sent < 10 || sent > 14 { // ten, and those that the twenty minutes gave back
		t.Errorf("%d notices", sent)
	}
}

// A right password after many wrong ones may be a guess.
func TestSuccessAfterManyFailuresIsTold(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.register("ana", "ana@example.org", ownersPassword)
	for range 10 {
		codeOf(t, w.byAddress("ana", squattersPassword), core.CodeWrong)
		w.clock.Add(time.Hour)
	}
	w.post()
	w.check(w.byAddress("ana", ownersPassword))
	w.mail(core.MailAfterFailures)
}

// So may one whose second step was right at once: the attempts at the password are not forgotten on the way.
func TestGuessedPasswordBeforeASecondStepIsTold(t *testing.T) {
	for _, combined := range []bool{false, true} {
		w := newWorld(t, core.PolicyOptional)
		p := w.confirmed("ana")
		for range 10 {
			codeOf(t, p.password(squattersPassword), core.CodeWrong)
			w.clock.Add(time.Hour)
		}
		w.post()
		if combined {
			_, err := w.SignIn(w.ctx, caller, core.Beginning{Login: "ana"}, ownersPassword, core.Response{Kind: core.KindTOTP, Value: p.code()})
			w.check(err)
		} else {
			w.check(p.answer(p.begin(), core.KindTOTP, p.code()))
		}
		w.mail(core.MailAfterFailures)
	}
}

// Registering and binding are no news to who does it.
func TestFirstSignInIsNoNews(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	w.enrol("ana")
	for _, m := range w.post() {
		if m.Kind == core.MailNewBrowser {
			t.Errorf("%+v", m)
		}
	}
}
