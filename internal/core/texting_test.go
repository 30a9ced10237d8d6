package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// textsOf are the numbers that texts of a kind went to.
func (w *world) textsOf(kind core.MessageKind) (to []string) {
	w.t.Helper()
	for _, m := range w.post() {
		if !m.Text {
			continue
		}
		if m.Kind != kind || m.Link != "" || m.Code != "" {
			w.t.Errorf("a text says %+v", m)
		}
		to = append(to, m.To)
	}
	return to
}

// elevatedStill is the elevation of a session that went on after a change.
func (p *person) elevatedStill() core.Elevated {
	p.w.t.Helper()
	e, err := p.w.ElevatedFrom(p.again())
	p.w.check(err)
	return e
}

// TestRemovedTelephonesAreTold, once, and no other of the account is (security requirement D07).
func TestRemovedTelephonesAreTold(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes()
	p := w.confirmed("ana")
	p.elevated()
	bind := func(number string) string {
		e := p.elevatedStill()
		b, err := w.Bind(w.ctx, caller, e, ofPhone(number))
		w.check(err)
		bound, err := w.Confirm(w.ctx, caller, e, b.ID, w.sentCode())
		w.check(err)
		return bound.Authenticator.ID
	}
	first, other := bind("+4930123456"), bind("+4930999999")
	w.post()
	w.check(w.Unbind(w.ctx, caller, p.elevatedStill(), first))
	if to := w.textsOf(core.MailUnbound); len(to) != 1 || to[0] != "+4930123456" {
		t.Errorf("told: %q", to)
	}
	w.check(w.Rename(w.ctx, caller, p.again(), other, "new"))
	if to := w.textsOf(core.MailUnbound); len(to) != 0 {
		t.Errorf("a new name told %q", to)
	}
}

// TestTelephonesThatStayCostNothing: a removal that is refused sends no text, and uses up none.
func TestTelephonesThatStayCostNothing(t *testing.T) {
	w := newWorld(t, core.PolicyRequired).withCodes()
	w.cfg.TextLimits = core.TextLimits{PerHour: 8, PerMonth: 1000}
	w.Machine = w.restart()
	p, bound := w.onlySent("ana", ofPhone("+4930123456"))
	w.clock.Add(time.Minute)
	_, err := w.ChallengeSession(w.ctx, caller, p.session, bound.Authenticator.ID, "")
	w.check(err)
	p.session, err = w.Elevate(w.ctx, caller, p.session, core.Response{Kind: core.KindSMS, Value: w.sentCode()})
	w.check(err)
	e, err := w.ElevatedFrom(p.session)
	w.check(err)
	w.post()
	for range 12 {
		if err := w.Unbind(w.ctx, caller, e, bound.Authenticator.ID); err == nil {
			t.Fatal("the last one went")
		}
	}
	if to := w.textsOf(core.MailUnbound); len(to) != 0 {
		t.Errorf("told: %q", to)
	}
	b, err := w.Bind(w.ctx, caller, e, ofPhone("+4930999999"))
	w.check(err)
	_, err = w.Confirm(w.ctx, caller, e, b.ID, w.sentCode())
	w.check(err)
	w.check(w.Unbind(w.ctx, caller, p.elevatedStill(), bound.Authenticator.ID))
	if to := w.textsOf(core.MailUnbound); len(to) != 1 {
		t.Errorf("afterwards: %q", to)
	}
}

// TestTextsAreSpentTelephonesStillGo: where no text may be sent any more, the telephone is removed without.
func TestTextsAreSpentTelephonesStillGo(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes()
	w.cfg.TextLimits = core.TextLimits{PerHour: 1, PerMonth: 1000}
	w.Machine = w.restart()
	p := w.confirmed("ana")
	e := p.elevated()
	b, err := w.Bind(w.ctx, caller, e, ofPhone("+4930123456"))
	w.check(err)
	bound, err := w.Confirm(w.ctx, caller, e, b.ID, w.sentCode())
	w.check(err)
	w.post()
	w.check(w.Unbind(w.ctx, caller, p.elevatedStill(), bound.Authenticator.ID))
	if to := w.textsOf(core.MailUnbound); len(to) != 0 {
		t.Errorf("told beyond the limit: %q", to)
	}
}
