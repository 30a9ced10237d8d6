package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// hijacked is an account whose address a thief changed in an elevated session, and what takes that back: the owner has it.
func (w *world) hijacked() (p *person, undo core.Mailed) {
	w.t.Helper()
	p = w.confirmed("ana")
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "thief@example.net"))
	_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
	w.check(err)
	p.again()
	undo = core.Mailed{Token: linkToken(w, w.mail(core.MailAddressChanged))}
	w.post()
	return p, undo
}

// Support shuts the account of somebody who says that it was taken over. Their link, whose time runs on, works all the
// same, and opens nothing. No other link does.
func TestUndoWhileTheAccountIsShut(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, undo := w.hijacked()
	id := p.session.AccountID()
	w.check(w.Forgot(w.ctx, caller, "ana"))
	reset := core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}
	_, err := w.ResetAuthenticators(w.ctx, caller, id, core.Order{Reason: "said so", Wait: 24 * time.Hour, ToNewAddress: true})
	w.check(err)
	told := w.post() // at both addresses
	cancel := core.Mailed{Token: linkToken(w, told[0])}
	if len(told) != 2 || told[0].Kind != core.MailResetOrdered {
		t.Fatalf("%+v", told)
	}
	w.check(w.SetDisabled(w.ctx, caller, id, core.Disabling{Disabled: true, Untold: true}))
	codeOf(t, w.ResetPassword(w.ctx, caller, reset, squattersPassword), core.CodeWrong)
	codeOf(t, w.CancelReset(w.ctx, caller, cancel), core.CodeWrong)
	w.clock.Add(48 * time.Hour)
	w.check(w.UndoAddress(w.ctx, caller, undo))
	codeOf(t, p.password(ownersPassword), core.CodeWrong)
	codeOf(t, w.UndoAddress(w.ctx, caller, undo), core.CodeWrong)
	w.clock.Add(48 * time.Hour)
	w.check(w.SetDisabled(w.ctx, caller, id, core.Disabling{}))
	a, err := w.Lookup(w.ctx, "ana")
	w.check(err)
	if a.Email != "ana@example.org" || !a.EmailConfirmed {
		t.Errorf("%+v", a)
	}
}

// A thief who took the address asks for a reset of the second step: the owner is told where the mail went before, and
// stops it from there, as long as the address can be taken back.
func TestResetTellsTheOldAddress(t *testing.T) {
	for _, half := range []bool{false, true} {
		w := newWorld(t, core.PolicyOptional)
		p, _ := w.hijacked()
		w.clock.Add(time.Hour)
		_, err := w.AskReset(w.ctx, caller, p.begin())
		w.check(err)
		kind := core.MailResetAsked
		if half {
			w.post()
			w.clock.Add(36 * time.Hour)
			w.check(w.RunResets(w.ctx))
			kind = core.MailResetHalfway
		}
		links := map[string]string{}
		for _, m := range w.post() {
			if m.Kind == kind {
				links[m.To] = linkToken(w, m)
			}
		}
		if len(links) != 2 || links["ana@example.org"] == "" {
			t.Fatalf("%s went to %v", kind, links)
		}
		w.check(w.CancelReset(w.ctx, caller, core.Mailed{Token: links["ana@example.org"]}))
		if due, err := w.PendingReset(w.ctx, p.session); err != nil || !due.IsZero() {
			t.Errorf("%v %v", due, err)
		}
		w.post()
		_, err = w.AskReset(w.ctx, caller, p.begin())
		w.check(err)
		w.clock.Add(36 * time.Hour) // over
		w.post()
		w.check(w.RunResets(w.ctx))
		for _, m := range w.post() {
			if m.To == "ana@example.org" && half {
				t.Errorf("the address is nobody's any more: %+v", m)
			}
		}
	}
}

// Who reads a former address hears of the account under that address, and of none that it had later.
func TestOldAddressHearsOfNoOther(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := &person{w: w, name: "a@example.org"}
	p.session = w.register("", "a@example.org", ownersPassword)
	_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))})
	w.check(err)
	for _, next := range []string{"b@example.org", "c@example.org"} {
		s, err := w.Elevate(w.ctx, p.holding(), p.again(), core.Response{Kind: core.KindPassword, Value: ownersPassword})
		w.check(err)
		p.session = s
		e, err := w.ElevatedFrom(s)
		w.check(err)
		w.check(w.ChangeAddress(w.ctx, p.holding(), e, next))
		_, _, err = w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
		w.check(err)
		w.post()
	}
	w.check(w.Delete(w.ctx, caller, p.session.AccountID()))
	names := map[string]string{}
	for _, m := range w.post() {
		names[m.To] = m.Name
	}
	for _, address := range []string{"a@example.org", "b@example.org", "c@example.org"} {
		if names[address] != address {
			t.Errorf("%s hears of %q", address, names[address])
		}
	}
}

// A thief who deletes the account that he took makes the owner's link worthless: the owner is told of that, too.
func TestDeletedAccountTellsTheOldAddress(t *testing.T) {
	for _, over := range []bool{false, true} {
		w := newWorld(t, core.PolicyOptional)
		p, _ := w.hijacked()
		if over {
			w.clock.Add(72 * time.Hour)
		}
		w.check(w.Delete(w.ctx, caller, p.session.AccountID())) // as by the account's own holder
		told := map[string]core.MessageKind{}
		for _, m := range w.post() {
			told[m.To] = m.Kind
			if m.Name != "ana" {
				t.Errorf("of whom? %+v", m)
			}
		}
		if told["thief@example.net"] != core.MailDeleted || (told["ana@example.org"] == core.MailDeleted) == over {
			t.Errorf("the link was over: %v; told: %v", over, told)
		}
	}
}

// Who reads a mailbox that its owner left may take the account back to it: the address that the account is taken from is told,
// with nothing that opens anything, nor what a thief who is left could use.
func TestAddressThatIsLeftIsTold(t *testing.T) {
	for name, takeBack := range map[string]func(*world, *person, core.Mailed){
		"undone": func(w *world, _ *person, undo core.Mailed) {
			w.check(w.UndoAddress(w.ctx, core.Caller{Address: "192.0.2.77"}, undo))
		},
		"changed back": func(w *world, p *person, _ core.Mailed) {
			w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "ana@example.org"))
			_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
			w.check(err)
		},
	} {
		w := newWorld(t, core.PolicyOptional)
		p, undo := w.hijacked()
		takeBack(w, p, undo)
		var told []core.Message
		for _, m := range w.post() {
			if m.To == "thief@example.net" {
				told = append(told, m)
			}
		}
		if len(told) != 1 || told[0].Kind != core.MailAddressChanged || told[0].Name != "ana" {
			t.Fatalf("%s: %+v", name, told)
		}
		if m := told[0]; m.Link+m.Code+m.Address+m.UserAgent != "" || len(m.Args) > 0 {
			t.Errorf("%s: it opens or tells too much: %+v", name, m)
		}
	}
}

// A thief who had the address was mailed links that cancel a reset. They stop none that the owner waits for once the change was
// taken back, nor goes a reset on that the thief asked for.
func TestUndoEndsWhatResetsMailedToTheThief(t *testing.T) {
	for _, bySupport := range []bool{false, true} {
		w := newWorld(t, core.PolicyOptional)
		p, undo := w.hijacked()
		id := p.session.AccountID()
		if bySupport {
			_, err := w.ResetAuthenticators(w.ctx, caller, id, core.Order{Reason: "said so", Wait: 72 * time.Hour, ToNewAddress: true})
			w.check(err)
		} else {
			w.clock.Add(time.Hour)
			_, err := w.AskReset(w.ctx, caller, p.begin())
			w.check(err)
		}
		thiefs := ""
		for _, m := range w.post() {
			if m.To == "thief@example.net" && m.Link != "" {
				thiefs = linkToken(w, m)
			}
		}
		w.clock.Add(time.Hour)
		w.check(w.UndoAddress(w.ctx, caller, undo))
		due, err := w.PendingReset(w.ctx, p.session)
		w.check(err)
		if due.IsZero() == bySupport {
			t.Errorf("by support: %v; it is due %v", bySupport, due)
		}
		kind := core.MailResetOrdered // once more, with a link of its own
		if !bySupport {
			kind = core.MailResetAsked
			w.post()
			_, err = w.AskReset(w.ctx, caller, p.begin())
			w.check(err)
		}
		owners := w.mail(kind)
		if owners.To != "ana@example.org" {
			t.Errorf("%+v", owners)
		}
		codeOf(t, w.CancelReset(w.ctx, caller, core.Mailed{Token: thiefs}), core.CodeWrong)
		w.check(w.CancelReset(w.ctx, caller, core.Mailed{Token: linkToken(w, owners)}))
	}
}
