package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// newWorldThatReminds is an application's, two days before a second factor is required.
func newWorldThatReminds(t *testing.T) *world {
	t.Helper()
	w := newWorldElsewhere(t, core.PolicyOptional)
	w.cfg.Rule = core.Rule{Policy: core.PolicyRequired, From: w.clock.Now().Add(48 * time.Hour)}
	w.Machine = w.restart()
	return w
}

// TestElsewhereReminders: they go to who has an address, and each once.
func TestElsewhereReminders(t *testing.T) {
	w := newWorldThatReminds(t)
	for i := range 3 {
		name := fmt.Sprint("person", i)
		_, err := w.joins(core.Registration{Username: name, Email: map[bool]string{true: name + "@example.org"}[i > 0], Password: ownersPassword})
		w.check(err)
	}
	w.table.remove("3")
	_, err := w.joins(core.Registration{Username: "aaa", Email: "aaa@example.org", Password: ownersPassword})
	w.check(err)
	w.post()
	w.table.broken = []string{"3"} // the last one's
	for range 2 {
		if err := w.Remind(w.ctx); err == nil || !strings.Contains(err.Error(), "this row") {
			t.Errorf("an account that can't be read is not told: %v", err)
		}
	}
	w.table.broken = nil
	if m := w.mail(core.MailReminder); m.To != "person1@example.org" {
		t.Errorf("%+v", m)
	}
}

// TestElsewhereRemindersInAnOutage: who was found before the directory fell silent is reminded all the same.
func TestElsewhereRemindersInAnOutage(t *testing.T) {
	w := newWorldThatReminds(t)
	for i := range 6 {
		name := fmt.Sprint("person", i)
		_, err := w.joins(core.Registration{Username: name, Email: name + "@example.org", Password: ownersPassword})
		w.check(err)
	}
	w.post()
	w.table.broken = []string{"2", "3", "4", "5", "6"}
	if err := w.Remind(w.ctx); err == nil || !strings.Contains(err.Error(), "this row") {
		t.Errorf("the outage is not told: %v", err)
	}
	if m := w.mail(core.MailReminder); m.To != "person0@example.org" {
		t.Errorf("%+v", m)
	}
}
