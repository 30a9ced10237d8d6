package core_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const payment = "Send 100.00 EUR to Bob, DE02 1203 0000 0000 2020 51"

func (p *person) confirmAction(action string) string {
	p.w.t.Helper()
	p.w.clock.Add(30 * time.Second)
	done, err := p.w.ConfirmAction(p.w.ctx, caller, p.again(), action, core.Response{Kind: core.KindTOTP, Value: p.code()})
	p.w.check(err)
	return done.Token
}

func TestActionIsBoundToItsWords(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	tok := p.confirmAction(payment)
	redeem := func(s core.Session, action string) error { return w.RedeemAction(w.ctx, caller, s, action, tok) }
	codeOf(t, redeem(p.again(), strings.Replace(payment, "100.00", "900.00", 1)), core.CodeNotFound)
	codeOf(t, redeem(p.again(), payment+" "), core.CodeNotFound)
	other := w.enrol("eve")
	codeOf(t, redeem(other.again(), payment), core.CodeNotFound)
	mine := p.session
	codeOf(t, redeem(p.signIn(), payment), core.CodeNotFound) // another session of the same account
	w.check(redeem(mine, payment))
	codeOf(t, redeem(mine, payment), core.CodeNotFound)
}

func TestActionTakesAFreshCode(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	p.signIn()
	used := p.used[len(p.used)-1]
	_, err := w.ConfirmAction(w.ctx, caller, p.session, payment, core.Response{Kind: core.KindTOTP, Value: used})
	codeOf(t, err, core.CodeAlreadyUsed)
	_, err = w.ConfirmAction(w.ctx, caller, p.session, payment, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	codeOf(t, err, core.CodeWrongState)
	p.elevated() // a reauthentication confirms no action
	codeOf(t, w.RedeemAction(w.ctx, caller, p.session, payment, p.holding().Replaces), core.CodeNotFound)
	tok := p.confirmAction(payment)
	w.clock.Add(5 * time.Minute)
	codeOf(t, w.RedeemAction(w.ctx, caller, p.again(), payment, tok), core.CodeNotFound)
}

func TestActionDiesWithTheEpoch(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	tok := p.confirmAction(payment)
	_, err := w.NewRecoveryCodes(w.ctx, p.holding(), p.elevated(), "")
	w.check(err)
	codeOf(t, w.RedeemAction(w.ctx, caller, p.again(), payment, tok), core.CodeNotFound)
}

// A recovery code confirms an action, too; the session that used it goes on.
func TestActionByRecoveryCode(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	done, err := w.ConfirmAction(w.ctx, caller, p.again(), payment, core.Response{Kind: core.KindRecoveryCode, Value: p.recovery[0]})
	w.check(err)
	w.check(w.RedeemAction(w.ctx, caller, p.again(), payment, done.Token))
}

func TestActionIsReadable(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	for _, action := range []string{"", "a\nb", "pay\u202eeve", "\xff", strings.Repeat("a", 1025)} {
		_, err := w.ConfirmAction(w.ctx, caller, p.again(), action, core.Response{Kind: core.KindTOTP, Value: p.code()})
		codeOf(t, err, core.CodeInvalid)
	}
}

func TestProvedWithin(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	if w.ProvedWithin(p.signIn(), time.Hour) {
		t.Error("signing in is no reauthentication")
	}
	p.elevated()
	w.clock.Add(4 * time.Minute)
	s := p.again()
	if !w.ProvedWithin(s, 5*time.Minute) || w.ProvedWithin(s, 4*time.Minute) {
		t.Errorf("proved at %v, now %v", s.ProvedAt(), w.clock.Now())
	}
}
