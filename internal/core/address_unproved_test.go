package core_test

import (
	"fmt"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// moves changes the address of somebody who is signed in, and returns what the others are told of that.
func (p *person) moves(to string) (told []core.Message) {
	p.w.t.Helper()
	p.w.check(p.w.ChangeAddress(p.w.ctx, p.holding(), p.elevated(), to))
	_, _, err := p.w.ConfirmAddress(p.w.ctx, p.holding(), core.Mailed{Token: linkToken(p.w, p.w.mail(core.MailChangeAddress))})
	p.w.check(err)
	for _, m := range p.w.post() {
		if m.To != to {
			told = append(told, m)
		}
	}
	return told
}

// Where addresses need not be confirmed most are not, and their owners read them all the same: a thief does not change one
// without a word. It gets nothing that opens anything, and is not told where the account went.
func TestUnconfirmedAddressIsToldOfItsChange(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	w.post()
	told := p.moves("thief@example.net")
	if len(told) != 1 || told[0].Kind != core.MailAddressChanged || told[0].To != "ana@example.org" || told[0].Name != "ana" {
		t.Fatalf("%+v", told)
	}
	if m := told[0]; m.Link != "" || m.Code != "" || len(m.Args) > 0 {
		t.Errorf("it opens or tells too much: %+v", m)
	}
	if told := p.moves("thief.too@example.net"); len(told) != 1 || told[0].To != "thief@example.net" || told[0].Link == "" {
		t.Errorf("a confirmed one: %+v", told)
	}
}

// Confirming the first address is no change of it.
func TestFirstAddressIsNoChange(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	s := w.register("ana", "ana@example.org", ownersPassword)
	_, _, err := w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))})
	w.check(err)
	bob := w.enrolWithout("bob")
	w.post()
	if told := bob.moves("bob@example.org"); len(told) != 0 || len(w.post()) != 0 {
		t.Errorf("%+v", told)
	}
	if a := w.address(s); a.Email != "ana@example.org" {
		t.Errorf("%+v", a)
	}
}

// Accounts that leave an address which was never theirs fill that mailbox no further than others do.
func TestLeavingAnAddressHasALimit(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	told := 0
	for i := range 14 {
		name := fmt.Sprintf("eve%d", i)
		p := w.enrolAs(core.Registration{Username: name, Email: "victim@example.org", Password: ownersPassword})
		w.post()
		told += len(p.moves(name + "@example.net"))
	}
	if told == 0 || told > 10 {
		t.Errorf("%d messages", told)
	}
}
