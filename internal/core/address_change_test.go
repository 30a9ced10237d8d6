package core_test

import (
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// waiting is the change of address that p is shown.
func (p *person) waiting() core.WaitingAddress {
	p.w.t.Helper()
	got, err := p.w.WaitingAddress(p.w.ctx, p.session)
	p.w.check(err)
	return got
}

// What is shown of a change that waits is the same whether somebody else has the address, before and after the outbox
// looked; and so is what becomes of the change asked for before.
func TestWaitingAddressTellsNothing(t *testing.T) {
	for _, to := range []string{"free@example.org", "victim@example.org"} {
		t.Run(to, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			w.confirmed("victim")
			p := w.confirmed("ana")
			if got := p.waiting(); got != (core.WaitingAddress{}) {
				t.Errorf("before: %+v", got)
			}
			w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "first@example.org"))
			first := w.mail(core.MailChangeAddress)
			w.clock.Add(time.Minute)
			w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), to))
			want := core.WaitingAddress{Email: to, AskedAt: w.clock.Now(), ExpiresAt: w.clock.Now().Add(24 * time.Hour)}
			if got := p.waiting(); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, first)})
			codeOf(t, err, core.CodeWrong)
			w.post()
			if got := p.waiting(); got != want {
				t.Errorf("after the outbox: %+v, want %+v", got, want)
			}
			w.clock.Add(24 * time.Hour)
			if got := p.waiting(); got.Email != "" {
				t.Errorf("after it was over: %+v", got)
			}
		})
	}
}

// A change that was cancelled is confirmed neither with what was mailed before, nor is anything mailed after.
func TestCancelledAddressIsNotConfirmed(t *testing.T) {
	for _, by := range []string{"link", "code"} {
		w := newWorld(t, core.PolicyOptional)
		p := w.confirmed("ana")
		w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
		msg := w.mail(core.MailChangeAddress)
		in := core.Mailed{Token: linkToken(w, msg)}
		if by == "code" {
			in = core.Mailed{Token: msg.Code, Login: "ana"}
		}
		w.check(w.CancelAddress(w.ctx, p.holding(), p.session))
		w.check(w.CancelAddress(w.ctx, p.holding(), p.session)) // nothing waits any more
		_, _, err := w.ConfirmAddress(w.ctx, p.holding(), in)
		codeOf(t, err, core.CodeWrong)
		if a := w.address(p.session); a.Email != "ana@example.org" || p.waiting().Email != "" {
			t.Errorf("%s: %+v, %+v", by, a, p.waiting())
		}
		w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
		w.check(w.CancelAddress(w.ctx, p.holding(), p.session)) // before the message is made
		for _, m := range w.post() {
			if m.Kind == core.MailChangeAddress {
				t.Errorf("mailed after it was cancelled: %+v", m)
			}
		}
	}
}

// A change that was confirmed waits no more.
func TestConfirmedAddressWaitsNoMore(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
	s, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
	w.check(err)
	p.session = s
	if got := p.waiting(); got.Email != "" || w.address(s).Email != "new@example.org" {
		t.Errorf("%+v", got)
	}
}

// Whoever asks and asks is told when to ask again, and the last message stays good.
func TestAskingForAnAddressHasALimit(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	var last core.Message
	for range 5 {
		w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
		last = w.mail(core.MailChangeAddress)
	}
	err := w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org")
	codeOf(t, err, core.CodeThrottled)
	if wait := err.(*core.Error).RetryAfter; wait < time.Minute || wait > 12*time.Minute {
		t.Errorf("ask again in %v", wait)
	}
	_, _, err = w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, last)})
	w.check(err)
}

// What is cancelled, and what the record says of it, is what waits in that moment.
func TestCancelledAddressIsTheOneThatWaits(t *testing.T) {
	tests := map[string]struct {
		first string
		want  []string
	}{
		"another was asked for":        {"first@example.org", []string{"second@example.org"}},
		"the first comes right before": {"", []string{"second@example.org"}},
	}
	for name, tt := range tests {
		w := newWorld(t, core.PolicyOptional)
		p := w.confirmed("ana")
		if tt.first != "" {
			w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), tt.first))
		}
		e := p.elevated()
		m := w.overtaken(func() { w.check(w.ChangeAddress(w.ctx, p.holding(), e, "second@example.org")) })
		w.check(m.CancelAddress(w.ctx, p.holding(), p.session))
		if left := p.waiting(); left.Email != "" {
			t.Errorf("%s: %+v still waits", name, left)
		}
		var told []string
		for _, e := range w.events(p.again()) {
			if e.Kind == "address.change_cancelled" {
				told = append(told, e.Detail)
			}
		}
		if !slices.Equal(told, tt.want) {
			t.Errorf("%s: the record says %q", name, told)
		}
	}
}

// A change that a stranger's session asked for ends with it, where another session ends that: else it would be confirmed
// when nobody looks for it any more. One's own goes on.
func TestChangeEndsWithTheSessionThatAsked(t *testing.T) {
	for how, tt := range map[string]struct {
		end  func(w *world, asker, other core.Session) error
		ends bool
	}{
		"all others": {func(w *world, _, other core.Session) error { return w.EndOtherSessions(w.ctx, caller, other) }, true},
		"that one":   {func(w *world, asker, other core.Session) error { return w.EndSession(w.ctx, caller, other, asker.ID()) }, true},
		"another":    {func(w *world, asker, other core.Session) error { return w.EndSession(w.ctx, caller, asker, other.ID()) }, false},
		"all but it": {func(w *world, asker, _ core.Session) error { return w.EndOtherSessions(w.ctx, caller, asker) }, false},
		"sign-out":   {func(w *world, asker, _ core.Session) error { return w.SignOut(w.ctx, caller, asker) }, false},
		"itself":     {func(w *world, asker, _ core.Session) error { return w.EndSession(w.ctx, caller, asker, asker.ID()) }, false},
	} {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.net"))
			link := core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))}
			asker := p.again()
			w.check(tt.end(w, asker, p.signIn()))
			_, _, err := w.ConfirmAddress(w.ctx, caller, link)
			if !tt.ends {
				w.check(err)
				return
			}
			codeOf(t, err, core.CodeWrong)
			if a, err := w.Lookup(w.ctx, "ana"); err != nil || a.Email != "ana@example.org" {
				t.Errorf("%+v %v", a.Account, err)
			}
		})
	}
}
