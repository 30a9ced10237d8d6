package core_test

import (
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// TestAPasskeyConfirmsWhatItWasAskedFor: what it answers for one action confirms no other and elevates nobody, and the other
// way round.
func TestAPasskeyConfirmsWhatItWasAskedFor(t *testing.T) {
	const action, another = "Send 5 € to Bo", "Send 500 € to Mallory"
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	p, key := w.enrol("ann"), newPhone()
	p.addPasskey(key)
	answer := func(action string) core.Response {
		t.Helper()
		asked, err := w.ChallengeSession(w.ctx, p.holding(), p.again(), "webauthn", action)
		w.check(err)
		return w.answered(key, asked.Options)
	}
	for name, err := range map[string]error{
		"another action":            second(w.ConfirmAction(w.ctx, p.holding(), p.again(), another, answer(action))),
		"an action by an elevation": second(w.ConfirmAction(w.ctx, p.holding(), p.again(), action, answer(""))),
		"an elevation by an action": second(w.Elevate(w.ctx, p.holding(), p.again(), answer(action))),
	} {
		if !core.IsCode(err, core.CodeWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l := p.begin()
	if _, err := w.Answer(w.ctx, caller, l, answer("")); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("a sign-in by an elevation: %v", err)
	}
	w.check(second(w.ConfirmAction(w.ctx, p.holding(), p.again(), action, answer(action))))
	w.check(second(w.Elevate(w.ctx, p.holding(), p.again(), answer(""))))
}

func second[T any](_ T, err error) error { return err }
