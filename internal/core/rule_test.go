package core_test

import (
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (w *world) withRule(r core.Rule) {
	w.t.Helper()
	w.cfg.Rule = r
	w.Machine = w.restart()
}

func TestRuleForGroups(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.withRule(core.Rule{Policy: core.PolicyRequired, Groups: []string{"staff"}})
	s := w.register("ana", "", ownersPassword)
	w.check(w.byAddress("ana", ownersPassword))
	tok := token(t, s)
	w.check(w.SetGroups(w.ctx, caller, s.AccountID(), []string{"staff"}))
	if _, alive := w.alive(tok); alive {
		t.Error("a session without the second factor that is needed now")
	}
	var bind *core.BindNeeded
	if err := w.byAddress("ana", ownersPassword); !errors.As(err, &bind) {
		t.Errorf("%v", err)
	}
	w.check(w.SetGroups(w.ctx, caller, s.AccountID(), nil))
	w.check(w.byAddress("ana", ownersPassword))
	codeOf(t, w.SetGroups(w.ctx, caller, s.AccountID(), []string{"a b"}), core.CodeInvalid)
}

func TestRuleFromADate(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	from := w.clock.Now().Add(20 * 24 * time.Hour)
	w.withRule(core.Rule{Policy: core.PolicyRequired, From: from})
	if w.MinPassword() != 15 {
		t.Error("a short password would stand alone until then")
	}
	s := w.register("ana", "ana@example.org", ownersPassword)
	if !s.SecondFactorDue().Equal(from) {
		t.Errorf("due %v", s.SecondFactorDue())
	}
	w.post()
	p := w.confirmed("bob")
	if !p.signIn().SecondFactorDue().IsZero() {
		t.Error("due for who has one")
	}
	w.post()
	reminded := 0
	for day := 20; day >= 0; day-- {
		w.check(w.Remind(w.ctx))
		w.check(w.restart().Remind(w.ctx)) // another process
		for _, m := range w.post() {
			if m.Kind != core.MailReminder || m.To != "ana@example.org" {
				t.Errorf("%+v", m)
			}
			reminded++
		}
		w.clock.Add(24 * time.Hour)
	}
	if reminded != 4 {
		t.Errorf("%d reminders, want 4", reminded)
	}
	var bind *core.BindNeeded
	if err := w.byAddress("ana", ownersPassword); !errors.As(err, &bind) {
		t.Errorf("after the date: %v", err)
	}
	// No reset makes the date a later one.
	_, err := w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "lost phone"})
	w.check(err)
	codeOf(t, p.withLink(""), core.CodeWrongState)
}

func TestShorterPasswordWhereASecondFactorIsEnforced(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.withRule(core.Rule{Policy: core.PolicyRequired, Groups: []string{"staff"}})
	link, err := w.Invite(w.ctx, caller, "", []string{"staff"})
	w.check(err)
	invitation := linkToken(w, core.Message{Link: link})
	_, err = w.Register(w.ctx, caller, core.Registration{Username: "ana", Password: "seven77"})
	codeOf(t, err, core.CodeWeakPassword)
	in := core.Registration{Username: "ana", Password: "eight888", Invitation: invitation}
	var bind *core.BindNeeded
	if _, err = w.Register(w.ctx, caller, in); !errors.As(err, &bind) {
		t.Fatalf("%v", err)
	}
	// Out of the group, the password is too short to stand alone: the second factor stays.
	found, err := w.Lookup(w.ctx, "ana")
	w.check(err)
	w.check(w.SetGroups(w.ctx, caller, found.Account.ID, nil))
	_, err = w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "ana"}), core.Response{Kind: core.KindPassword, Value: "eight888"})
	if !errors.As(err, &bind) {
		t.Errorf("%v", err)
	}
}

// What an administrator sets to what it is leaves no event: a script that runs each night fills nobody's activity.
func TestNothingChangedIsNoEvent(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	s := w.plain("ana")
	for range 3 {
		w.check(w.SetPolicy(w.ctx, caller, s.AccountID(), core.PolicyRequired))
		w.check(w.SetGroups(w.ctx, caller, s.AccountID(), []string{"staff", "night"}))
		w.check(w.SetGroups(w.ctx, caller, s.AccountID(), []string{"night", "staff"}))
		w.check(w.SetDisabled(w.ctx, caller, s.AccountID(), core.Disabling{}))
	}
	w.check(w.SetPolicy(w.ctx, caller, s.AccountID(), ""))
	kinds := map[string]int{}
	list, _, err := w.Events(w.ctx, s, 0)
	w.check(err)
	for _, e := range list {
		kinds[e.Kind]++
	}
	if kinds["account.policy_set"] != 2 || kinds["account.groups_set"] != 1 || kinds["account.enabled"] != 0 {
		t.Errorf("%v", kinds)
	}
}

// Of changes at once none is lost.
func TestGroupsChangedAtOnce(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	s := w.register("ana", "", ownersPassword)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			_, err := w.ChangeGroups(w.ctx, caller, s.AccountID(), func(have []string) []string {
				return append(have, "group-"+strconv.Itoa(i))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	found, err := w.Lookup(w.ctx, "ana")
	w.check(err)
	if len(found.Groups) != 8 {
		t.Errorf("%q", found.Groups)
	}
}

// A group that nobody is in is found whatever its capitals, and not asked about where there is no account, or where an
// application keeps them.
func TestEmptyGroups(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	w.cfg.Rule.Groups = []string{"STAFF", "stafff", "ops"}
	w.Machine = w.restart()
	empty := func(want ...string) {
		t.Helper()
		got, err := w.EmptyGroups(w.ctx)
		w.check(err)
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	empty()
	_, _, err := w.Create(w.ctx, caller, core.NewPerson{Username: "ana", Groups: []string{"Staff", "web"}})
	w.check(err)
	empty("stafff", "ops")
	w.cfg.Rule.Groups = nil
	w.Machine = w.restart()
	empty()
}
