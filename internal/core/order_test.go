package core_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// several is somebody with a code app, two passkeys and a mailbox, each used a minute after the one before, and their ids.
func (w *world) several() (p *person, app, phone, key, mailbox string) {
	w.t.Helper()
	p = w.confirmed("ann")
	first, second := newPhone(), newPhone()
	phone, key = p.addPasskey(first).ID, p.addPasskey(second).ID
	e := p.elevated()
	b, err := w.Bind(w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindEmail})
	w.check(err)
	bound, err := w.Confirm(w.ctx, p.holding(), e, b.ID, w.sentCode())
	w.check(err)
	mailbox = bound.Authenticator.ID
	for _, used := range []func(){func() { p.signIn() }, func() { w.uses(p.beside(w.Machine, first)) }, func() { w.uses(p.beside(w.Machine, second)) }} {
		w.clock.Add(time.Minute)
		used()
	}
	all, err := w.Authenticators(w.ctx, p.again())
	w.check(err)
	return p, all[0].ID, phone, key, mailbox
}

func (w *world) uses(s core.Session, err error) { w.t.Helper(); w.check(err) }

// offered are the ids of what a login in a browser with these last is offered.
func (p *person) offered(last ...string) (ids []string) {
	p.w.t.Helper()
	c := caller
	c.Last = last
	_, err := p.w.Answer(p.w.ctx, c, p.w.Begin(c, core.Beginning{Login: p.name}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		p.w.t.Fatal(err)
	}
	ids = idsOf(more.Offer)
	if err := p.w.Next(p.w.ctx, c, more.Login); !errors.As(err, &more) || !slices.Equal(idsOf(more.Offer), ids) {
		p.w.t.Errorf("asked anew: %v, want %q", err, ids)
	}
	again, err := p.w.ElevationOffer(p.w.ctx, c, p.again())
	p.w.check(err)
	if !slices.Equal(idsOf(again), ids) {
		p.w.t.Errorf("to elevate: %q, to sign in: %q", idsOf(again), ids)
	}
	return ids
}

func idsOf(offer []core.Offer) (ids []string) {
	for _, o := range offer {
		ids = append(ids, o.ID)
	}
	return ids
}

// What was used last in this browser comes first, then the favourite, then what the account used last; recovery codes come
// last. A browser says nothing but an order, whatever it brings.
func TestOfferIsInOrder(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes().withPasskeys()
	p, app, phone, key, mailbox := w.several()
	const codes = "recovery_code"
	set := func(id string, favourite bool) { w.check(w.SetFavourite(w.ctx, p.holding(), p.again(), id, favourite)) }
	for _, c := range []struct {
		favourite string
		last      []string
		want      []string
	}{
		{"", nil, []string{key, phone, app, mailbox, codes}},
		{"", []string{app}, []string{app, key, phone, mailbox, codes}},
		{"", []string{mailbox, app}, []string{mailbox, key, phone, app, codes}},
		{mailbox, nil, []string{mailbox, key, phone, app, codes}},
		{mailbox, []string{app}, []string{app, mailbox, key, phone, codes}},
		{mailbox, []string{mailbox}, []string{mailbox, key, phone, app, codes}},
		{app, []string{"somebody else's", codes, "", "x'--", phone}, []string{phone, app, key, mailbox, codes}},
		{app, []string{"somebody else's"}, []string{app, key, phone, mailbox, codes}},
	} {
		if c.favourite != "" {
			set(c.favourite, true)
		}
		if got := p.offered(c.last...); !slices.Equal(got, c.want) {
			t.Errorf("favourite %q, last %q:\n%q, want\n%q", c.favourite, c.last, got, c.want)
		}
	}
	set(key, false) // it is none
	if got := p.offered(); got[0] != app {
		t.Error("taking the mark from another one took it away")
	}
	set(app, false)
	if got := p.offered(); got[0] != key {
		t.Errorf("without a favourite: %q", got)
	}
}

// What is off, or not enough, is not offered, however often it was the last; the next that was used here comes first.
func TestOfferOfWhatCounts(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes().withPasskeys()
	p, app, phone, key, mailbox := w.several()
	w.check(w.SetFavourite(w.ctx, p.holding(), p.again(), mailbox, true))
	w.cfg.Rule.Policy = core.PolicyAAL2
	w.Machine = w.restart()
	if got := p.offered(mailbox, app, phone); !slices.Equal(got, []string{app, key, phone, "recovery_code"}) {
		t.Errorf("under aal2: %q", got)
	}
	w.cfg.Rule.Policy = core.PolicyPasskey
	w.Machine = w.restart()
	if got := p.offered(mailbox, app, phone); !slices.Equal(got, []string{phone, key}) {
		t.Errorf("passkeys alone: %q", got)
	}
}

// A favourite is the owner's: nobody marks another's, it is one, and it goes with what it marks.
func TestFavourite(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes().withPasskeys()
	p, app, phone, key, _ := w.several()
	q := w.enrol("bob")
	if err := w.SetFavourite(w.ctx, q.holding(), q.again(), phone, true); !core.IsCode(err, core.CodeNotFound) {
		t.Errorf("another's: %v", err)
	}
	marked := func() (ids []string) {
		all, err := w.Authenticators(w.ctx, p.again())
		w.check(err)
		for _, a := range all {
			if a.Favourite {
				ids = append(ids, a.ID)
			}
		}
		return ids
	}
	if got := marked(); got != nil {
		t.Errorf("marked: %q", got)
	}
	for _, id := range []string{app, phone, key} {
		w.check(w.SetFavourite(w.ctx, p.holding(), p.again(), id, true))
		if got := marked(); !slices.Equal(got, []string{id}) {
			t.Errorf("marked: %q, want %q", got, id)
		}
	}
	w.check(w.Unbind(w.ctx, p.holding(), p.elevated(), key))
	if got := marked(); got != nil || p.offered(key)[0] == key {
		t.Errorf("after it was removed: %q", got)
	}
}

// A session says which authenticator this call proved it with, and no later one does.
func TestSessionSaysWhatProvedIt(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	if got := p.session.Used(); got != "" {
		t.Errorf("after the password: %q", got)
	}
	id := p.addPasskey(phone).ID
	alone, err := w.alone(w.Machine, phone)
	w.check(err)
	e := w.elevatedWith(p, phone)
	recovered, err := w.Answer(w.ctx, caller, p.begin(), core.Response{Kind: core.KindRecoveryCode, Value: p.recovery[0]})
	w.check(err)
	for what, c := range map[string]struct {
		s    core.Session
		want string
	}{
		"alone": {alone, id}, "elevated": {e.Session(), id}, "a recovery code": {recovered, ""}, "an app": {p.signIn(), w.first(p)}, "read again": {p.again(), ""},
	} {
		if got := c.s.Used(); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

// first is the id of what the person bound first.
func (w *world) first(p *person) string {
	w.t.Helper()
	all, err := w.Authenticators(w.ctx, p.again())
	w.check(err)
	return all[0].ID
}

// The order is made of what is read anyway: a browser that brings more ids asks no more of the database.
func TestOrderAsksTheDatabaseNoMore(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes().withPasskeys()
	p, app, phone, _, _ := w.several()
	w.check(w.SetFavourite(w.ctx, p.holding(), p.again(), app, true))
	s := p.again()
	counted := &countingStore{Store: w.cfg.Store}
	w.cfg.Store = counted
	m := w.restart()
	ask := func(last ...string) int {
		counted.reads = 0
		_, err := m.ElevationOffer(w.ctx, core.Caller{Last: last}, s)
		w.check(err)
		return counted.reads
	}
	if none, many := ask(), ask(strings.Split("a b c d e f "+phone+" "+app, " ")...); none != many || none > 2 {
		t.Errorf("%d lists of authenticators without, %d with eight ids", none, many)
	}
}

type countingStore struct {
	core.Store
	reads int
}

func (c *countingStore) Authenticators(ctx context.Context, account string) ([]core.Authenticator, error) {
	c.reads++
	return c.Store.Authenticators(ctx, account)
}
