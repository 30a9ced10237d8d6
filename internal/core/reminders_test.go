package core_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// soon is a rule that will ask everybody for a second factor, in so many days.
func (w *world) soon(days int) {
	w.withRule(core.Rule{Policy: core.PolicyRequired, From: w.clock.Now().Add(time.Duration(days) * 24 * time.Hour)})
}

// Somebody who gives a stranger's address again and again has no more reminders sent there than other notices.
func TestRemindersToOneMailboxHaveALimit(t *testing.T) {
	const given, most = 25, 10
	w := newWorld(t, core.PolicyOptional)
	w.soon(30)
	w.plain("ana") // who proved her mailbox is reminded whatever strangers do
	for i := range given {
		w.register(fmt.Sprintf("eve%d", i), fmt.Sprintf("victim+%d@example.org", i), squattersPassword)
		w.register(fmt.Sprintf("mallory%d", i), "victim@example.org", squattersPassword)
	}
	w.post()
	w.clock.Add(20 * 24 * time.Hour)
	w.check(w.Remind(w.ctx))
	reminded := map[string]int{}
	for _, m := range w.post() {
		if m.Kind != core.MailReminder {
			continue
		}
		if m.To != "ana@example.org" {
			m.To = "victim"
		}
		reminded[m.To]++
	}
	if reminded["victim"] != most || reminded["ana@example.org"] != 1 {
		t.Errorf("%v, want %d for the victim", reminded, most)
	}
}

// Reminders for everybody let pass what somebody sits and waits for.
func TestRemindersKeepNobodyWaiting(t *testing.T) {
	const all = 25 // more than twice what one worker takes at once
	w := newWorld(t, core.PolicyOptional)
	w.soon(14)
	for i := range all {
		w.register(fmt.Sprintf("ana%d", i), fmt.Sprintf("ana%d@example.org", i), ownersPassword)
	}
	w.post()
	w.check(w.Remind(w.ctx))
	w.clock.Add(time.Second)
	w.check(w.Forgot(w.ctx, caller, "ana4"))
	var kinds []core.MessageKind
	for _, m := range w.post() {
		kinds = append(kinds, m.Kind)
	}
	if at := slices.Index(kinds, core.MailResetPassword); len(kinds) != all+1 || at < 0 || at > all/2 {
		t.Errorf("the link is number %d: %q", at, kinds)
	}
}

// Nobody is reminded of an account that is gone.
func TestNoReminderOfADeletedAccount(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.soon(14)
	s := w.plain("ana")
	w.post()
	w.check(w.Remind(w.ctx))
	w.check(w.Delete(w.ctx, caller, s.AccountID()))
	for _, m := range w.post() {
		if m.Kind == core.MailReminder {
			t.Errorf("%+v", m)
		}
	}
}
