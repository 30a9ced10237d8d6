package core_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// table is an application's own accounts. Its ids are numbers, as those of many tables are.
type table struct {
	mu       sync.Mutex
	entries  map[string]*core.Entry
	password map[string]string
	fails    error
	checks   []string // the ids that passwords were checked of
	hook     func()   // called once, before a password is compared
	lie      string   // ByID answers with this id
	broken   []string // ByID fails for these ids
}

// outOfReach is an error of a table whose database is down.
type outOfReach struct{}

func (outOfReach) Error() string             { return "no route to host" }
func (outOfReach) RetryAfter() time.Duration { return time.Second }
func newTable() *table {
	return &table{entries: map[string]*core.Entry{}, password: map[string]string{}}
}
func (d *table) locked() (unlock func())               { d.mu.Lock(); return d.mu.Unlock }
func (d *table) remove(id string)                      { defer d.locked()(); delete(d.entries, id) }
func (d *table) change(id string, f func(*core.Entry)) { defer d.locked()(); f(d.entries[id]) }

func (d *table) add(username, email, password string) (id string) {
	defer d.locked()()
	id = strconv.Itoa(len(d.entries) + 1)
	d.entries[id] = &core.Entry{Account: core.Account{ID: id, Username: username, Email: email, EmailConfirmed: email != ""}}
	d.password[id] = password
	return id
}

func (d *table) ByLogin(_ context.Context, typed string) (*core.Entry, error) {
	defer d.locked()()
	for _, e := range d.entries {
		if strings.EqualFold(typed, e.Username) || e.Email != "" && strings.EqualFold(typed, e.Email) {
			found := *e
			return &found, d.fails
		}
	}
	return nil, d.fails
}

func (d *table) ByID(_ context.Context, id string) (*core.Entry, error) {
	defer d.locked()()
	e := d.entries[id]
	if e == nil || d.fails != nil {
		return nil, d.fails
	}
	if slices.Contains(d.broken, id) {
		return nil, errors.New("this row can't be read")
	}
	found := *e
	if d.lie != "" {
		found.ID = d.lie
	}
	return &found, nil
}

func (d *table) CheckPassword(_ context.Context, id, password string) (bool, error) {
	unlock := d.locked()
	d.checks = append(d.checks, id)
	hook := d.hook
	d.hook = nil
	unlock()
	if hook != nil {
		hook()
	}
	defer d.locked()()
	if d.fails != nil {
		return false, d.fails
	}
	return d.password[id] == password, nil // for the id "", "" is the password: who trusts that is open
}

// newWorldElsewhere is newWorld where an application keeps the accounts.
func newWorldElsewhere(t testing.TB, policy core.Policy) *world {
	t.Helper()
	w := newWorld(t, policy)
	w.table = newTable()
	w.cfg.Directory = w.table
	w.Machine = w.restart()
	return w
}

// proved signs in with a password that the application found right.
func (w *world) proved(id string) (core.Session, error) {
	return w.PasswordProved(w.ctx, caller, id, core.Beginning{})
}

func TestElsewhere(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	if id := p.session.AccountID(); id != "1" {
		t.Errorf("the account is %q", id)
	}
	p.signIn()
	if a, err := w.Account(w.ctx, p.session); err != nil || a.Username != "owner" || a.Email != "owner@example.org" {
		t.Errorf("%+v %v", a, err)
	}
	w.clock.Add(30 * time.Second)
	_, err := w.SignIn(w.ctx, caller, core.Beginning{Login: "OWNER@example.org"}, ownersPassword, core.Response{Value: p.code()})
	w.check(err)
	var more *core.MoreNeeded
	if _, err := w.proved("1"); !errors.As(err, &more) {
		t.Fatalf("a password proved by the application, with a second factor bound: %v", err)
	}
	w.clock.Add(30 * time.Second)
	s, err := w.Answer(w.ctx, caller, more.Login, core.Response{Kind: core.KindTOTP, Value: p.code()})
	w.check(err)
	if s.AccountID() != "1" || s.Level() != core.AAL2 {
		t.Errorf("%s, AAL%d", s.AccountID(), s.Level())
	}
	for _, m := range w.post() { // messages go to the application's address
		if m.Account == "1" && m.To != "owner@example.org" {
			t.Errorf("%s went to %q", m.Kind, m.To)
		}
	}
}

// TestElsewhereNobodyIsAnybody: for an unknown name the directory is asked with no id, and whatever it says opens nothing.
func TestElsewhereNobodyIsAnybody(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	w.table.add("owner", "", ownersPassword)
	w.table.password[""] = "the password of nobody"
	for _, name := range []string{"nobody", "nobody@example.org", "\x00", strings.Repeat("x", 4000)} {
		w.table.checks = nil
		_, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: name}),
			core.Response{Kind: core.KindPassword, Value: "the password of nobody"})
		codeOf(t, err, core.CodeWrong)
		if len(w.table.checks) != 1 || w.table.checks[0] != "" {
			t.Errorf("%.20q: compared for %q", name, w.table.checks)
		}
	}
	w.table.checks = nil
	_, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "owner"}), core.Response{Kind: core.KindPassword, Value: "wrong"})
	codeOf(t, err, core.CodeWrong)
	if fmt.Sprint(w.table.checks) != "[1]" {
		t.Errorf("for somebody: compared for %q", w.table.checks)
	}
}

// TestElsewhereFailuresAreCounted: by account, whichever of its names is typed, and for names that nobody has alike.
func TestElsewhereFailuresAreCounted(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	w.table.add("owner", "owner@example.org", ownersPassword)
	attempt := func(name, password string) error {
		_, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: name}), core.Response{Kind: core.KindPassword, Value: password})
		return err
	}
	for i, names := range [][]string{{"owner", "owner@example.org", "OWNER"}, {"nobody", "nobody", "nobody"}} {
		for _, name := range names {
			codeOf(t, attempt(name, "wrong"), core.CodeWrong)
		}
		w.table.checks = nil
		codeOf(t, attempt(names[0], ownersPassword), core.CodeThrottled)
		if len(w.table.checks) > 0 {
			t.Errorf("%d: compared although it was delayed", i)
		}
	}
	w.clock.Add(2 * time.Second)
	w.check(attempt("owner", ownersPassword))
}

// TestElsewhereOutage: what can't be asked lets nobody in, and signs nobody out.
func TestElsewhereOutage(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	login, held := p.begin(), p.holding().Replaces
	w.table.fails = outOfReach{}
	for what, err := range map[string]error{
		"the password": p.password(ownersPassword),
		"a code":       p.answer(login, core.KindTOTP, p.code()),
		"a session":    func() error { _, err := w.SessionFrom(w.ctx, core.TransportBearer, held); return err }(),
		"proved":       func() error { _, err := w.proved("1"); return err }(),
	} {
		var outage interface{ RetryAfter() time.Duration }
		if !errors.As(err, &outage) && !core.IsCode(err, core.CodeUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.table.fails = nil
	if _, alive := w.alive(held); !alive {
		t.Error("the session is over")
	}
	p.begin() // nobody was delayed: it was not known whose the attempts were
}

// TestElsewhereErrorsAreCounted: many a comparison answers a wrong password with an error, as bcrypt's does. Who passes that on
// answers "unavailable" to every guess, and guessing is not free for that. Where nothing was compared, nobody is delayed.
func TestElsewhereErrorsAreCounted(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	failing := func(fails error) {
		w.table.hook = func() { w.table.fails = fails } // between the look-up and the comparison
	}
	for range 5 {
		failing(&core.Error{Code: core.CodeUnavailable})
		codeOf(t, p.password(ownersPassword), core.CodeUnavailable)
		w.table.fails = nil
	}
	for range 3 {
		failing(outOfReach{})
		if err := p.password("wrong"); !errors.As(err, new(outOfReach)) {
			t.Fatal(err)
		}
		w.table.fails = nil
	}
	w.table.checks = nil
	codeOf(t, p.password(ownersPassword), core.CodeThrottled)
	if len(w.table.checks) > 0 {
		t.Error("compared although it was delayed")
	}
	w.clock.Add(2 * time.Second)
	p.begin()

	held, err := w.proved(w.table.add("plain", "", ownersPassword))
	w.check(err)
	for range 3 {
		failing(outOfReach{})
		_, err := w.Elevate(w.ctx, caller, held, core.Response{Kind: core.KindPassword, Value: "wrong"})
		if !errors.As(err, new(outOfReach)) {
			t.Fatal(err)
		}
		w.table.fails = nil
	}
	_, err = w.Elevate(w.ctx, caller, held, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	codeOf(t, err, core.CodeThrottled)
}

// TestElsewhereDeleted: who is not in the application's table is nobody from the next request on.
func TestElsewhereDeleted(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	login, held := p.begin(), p.holding().Replaces
	entry := *w.table.entries["1"]
	w.table.remove("1")
	if _, alive := w.alive(held); alive {
		t.Error("the session goes on")
	}
	if _, err := w.LoginFrom(w.ctx, core.TransportBearer, token(t, login)); !core.IsCode(err, core.CodeLoginExpired) {
		t.Errorf("the login goes on: %v", err)
	}
	w.clock.Add(30 * time.Second)
	codeOf(t, p.answer(login, core.KindTOTP, p.code()), core.CodeLoginExpired)
	codeOf(t, p.password(ownersPassword), core.CodeWrong)
	_, err := w.proved("1")
	codeOf(t, err, core.CodeWrong)

	w.table.entries["1"] = &entry // not forgotten: what was bound is bound
	p.begin()
	w.table.remove("1")
	w.check(w.Forget(w.ctx, caller, "1"))
	w.check(w.Forget(w.ctx, caller, "1"))
	w.check(w.Forget(w.ctx, caller, "never seen"))
	if st, err := w.store.State(w.ctx, "1"); st != nil || err != nil {
		t.Errorf("left behind: %+v %v", st, err)
	}
	w.table.entries["1"] = &entry
	w.check(p.password(ownersPassword)) // it begins anew
}

// TestElsewhereDisabled: the application's word holds at once, and for what is in progress.
func TestElsewhereDisabled(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	login, held := p.begin(), p.holding().Replaces
	w.table.change("1", func(e *core.Entry) { e.Disabled = true })
	if _, alive := w.alive(held); alive {
		t.Error("the session goes on")
	}
	w.clock.Add(30 * time.Second)
	codeOf(t, p.answer(login, core.KindTOTP, p.code()), core.CodeLoginExpired)
	codeOf(t, p.password(ownersPassword), core.CodeWrong)
	_, err := w.proved("1")
	codeOf(t, err, core.CodeWrong)
	w.check(w.EndAll(w.ctx, caller, "1"))
	w.table.change("1", func(e *core.Entry) { e.Disabled = false })
	if _, alive := w.alive(held); alive {
		t.Error("the session came alive again after its end")
	}
	p.begin()
}

// TestElsewhereIDs: what the directory says of an id hangs on that id alone.
func TestElsewhereIDs(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p, _ := w.enrol("owner"), w.enrol("mallory")
	w.table.lie = "2"
	for what, err := range map[string]error{
		"the password": p.password(ownersPassword),
		"proved":       func() error { _, err := w.proved("1"); return err }(),
		"a session":    func() error { _, err := w.SessionFrom(w.ctx, core.TransportBearer, p.holding().Replaces); return err }(),
	} {
		if err == nil || !strings.Contains(err.Error(), `"1"`) || !strings.Contains(err.Error(), `"2"`) {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.table.lie = ""
	for _, id := range []string{"", "3", "1 ", "01"} { // of nobody
		if _, err := w.proved(id); !core.IsCode(err, core.CodeWrong) {
			t.Errorf("the id %q: %v", id, err)
		}
	}
}

// TestElsewhereRenamed: a name that changed hands between look-up and comparison, or in a login, changes nobody.
func TestElsewhereRenamed(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	other := w.table.add("mallory", "", "a password of mallory's")
	swap := func() {
		w.table.change("1", func(e *core.Entry) { e.Username, e.Email = "former", "" })
		w.table.change(other, func(e *core.Entry) { e.Username = "owner" })
	}
	w.table.hook = swap
	var more *core.MoreNeeded
	if err := p.password(ownersPassword); !errors.As(err, &more) || more.Offer[0].Kind != core.KindTOTP {
		t.Fatalf("the owner's password, while the name went to somebody who has no second factor: %v", err)
	}
	_, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "former"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	if !errors.As(err, &more) {
		t.Fatal(err)
	}
	w.table.change("1", func(e *core.Entry) { e.Username = "again another" })
	w.table.change(other, func(e *core.Entry) { e.Username = "former" })
	w.clock.Add(30 * time.Second)
	s, err := w.Answer(w.ctx, caller, more.Login, core.Response{Kind: core.KindTOTP, Value: p.code()})
	w.check(err)
	if s.AccountID() != "1" {
		t.Errorf("the login of account 1 became a session of %s", s.AccountID())
	}
}

// TestElsewhereMailboxChanged: what was mailed to an address that the account has no more signs nobody in.
func TestElsewhereMailboxChanged(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	w.cfg.Passwordless = true
	w.Machine = w.restart()
	w.table.add("owner", "owner@example.org", ownersPassword)
	binder, msg := w.askMailed("owner")
	if msg.To != "owner@example.org" {
		t.Errorf("mailed to %q", msg.To)
	}
	w.table.change("1", func(e *core.Entry) { e.Email = "new@example.org" })
	_, err := w.AnswerMailed(w.ctx, caller, binder, msg.Code)
	codeOf(t, err, core.CodeWrong)
	w.table.change("1", func(e *core.Entry) { e.Email = "owner@example.org" })
	s, err := w.AnswerMailed(w.ctx, caller, binder, msg.Code)
	w.check(err)
	if s.AccountID() != "1" || s.Level() != core.AAL1 {
		t.Errorf("%s AAL%d", s.AccountID(), s.Level())
	}
	_, err = w.AskMailed(w.ctx, caller, core.Beginning{Login: "nobody@example.org"}, "")
	w.check(err)
	if m := w.mail(core.MailNoAccount); m.To != "nobody@example.org" {
		t.Errorf("%+v", m)
	}
}

// TestCredentialChanged: the session that changed it goes on, and nothing else; after a reset, nothing at all.
func TestCredentialChanged(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.clock.Add(30 * time.Second)
	own := p.elevated().Session()
	held := p.holding()
	other := token(t, p.signIn())
	login := p.begin()
	s, goesOn, err := w.CredentialChanged(w.ctx, held, "1")
	w.check(err)
	if !goesOn || s.ID() != own.ID() {
		t.Fatalf("the session that changed it: %v", goesOn)
	}
	again, alive := w.alive(held.Replaces)
	if !alive {
		t.Fatal("it ended")
	}
	if _, err := w.ElevatedFrom(again); err != nil {
		t.Errorf("it is elevated no more: %v", err)
	}
	if _, alive := w.alive(other); alive {
		t.Error("another session goes on")
	}
	if _, err := w.LoginFrom(w.ctx, core.TransportBearer, token(t, login)); err == nil {
		t.Error("a login in progress goes on")
	}
	_, goesOn, err = w.CredentialChanged(w.ctx, caller, "1")
	w.check(err)
	if _, alive := w.alive(held.Replaces); alive || goesOn {
		t.Error("a session goes on after a reset")
	}
	_, _, err = w.CredentialChanged(w.ctx, caller, "7")
	codeOf(t, err, core.CodeNotFound)
}

// TestCredentialChangedInAnothersBrowser: the session of somebody else is not taken along into the account.
func TestCredentialChangedInAnothersBrowser(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p, mallory := w.enrol("owner"), w.enrol("mallory")
	owners, hers := p.holding().Replaces, mallory.holding()
	_, goesOn, err := w.CredentialChanged(w.ctx, hers, "1")
	w.check(err)
	if goesOn {
		t.Error("another account's session goes on in this one")
	}
	if _, alive := w.alive(owners); alive {
		t.Error("the owner's session goes on")
	}
	if _, alive := w.alive(hers.Replaces); !alive {
		t.Error("the other account's session ended")
	}
}

// TestElsewhereWritesNoNames: what the application does itself is refused by the machine, too.
func TestElsewhereWritesNoNames(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p := w.enrol("owner")
	e := p.elevated()
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "new", Password: newPassword})
	codeOf(t, err, core.CodeNotFound)
	_, err = w.ChangePassword(w.ctx, p.holding(), e, ownersPassword, newPassword)
	codeOf(t, err, core.CodeNotFound)
	codeOf(t, w.Forgot(w.ctx, caller, "owner"), core.CodeNotFound)
	codeOf(t, w.ChangeAddress(w.ctx, p.holding(), e, "new@example.org"), core.CodeNotFound)
	codeOf(t, w.DeleteAccount(w.ctx, p.holding(), e), core.CodeNotFound)
	_, err = w.ExposePassword(w.ctx, caller, "1", core.Order{Reason: "found in a dump"})
	codeOf(t, err, core.CodeNotFound)
	_, err = w.OfferFirstPassword(w.ctx, caller, "1", core.Order{})
	codeOf(t, err, core.CodeNotFound)
	_, err = w.Invite(w.ctx, caller, "new@example.org", nil)
	codeOf(t, err, core.CodeNotFound)
	if link, err := w.Bootstrap(w.ctx); link != "" || err != nil {
		t.Errorf("a link for a first account: %q %v", link, err)
	}
	for _, m := range w.post() {
		if m.Kind != core.MailNewClient && m.Kind != core.MailBound {
			t.Errorf("sent: %+v", m)
		}
	}
	w.check(func() error { _, err := w.SessionFrom(w.ctx, core.TransportBearer, p.holding().Replaces); return err }())
}

// TestHereNobodyElseProvesPasswords: where the accounts are kept here, no application's word counts.
func TestHereNobodyElseProvesPasswords(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	id, held := p.session.AccountID(), p.holding()
	var more *core.MoreNeeded
	if _, err := w.proved(id); err == nil || errors.As(err, &more) {
		t.Errorf("believed: %v", err)
	}
	bob := w.register("bob", "", ownersPassword)
	if _, err := w.proved(bob.AccountID()); err == nil {
		t.Error("signed in")
	}
	_, _, err := w.CredentialChanged(w.ctx, held, id)
	for _, err := range []error{err, w.EndAll(w.ctx, caller, id), w.Forget(w.ctx, caller, id)} {
		if err == nil {
			t.Error("done")
		}
	}
	if _, alive := w.alive(held.Replaces); !alive {
		t.Error("the session ended")
	}
}

// TestElsewhereStates: an account is kept here from the first proof on, and not because somebody guessed at it.
func TestElsewhereStates(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	w.table.add("owner", "", ownersPassword)
	p := &person{w: w, name: "owner"}
	codeOf(t, p.password("wrong"), core.CodeWrong)
	w.check(w.Flush(w.ctx))
	if st, err := w.store.State(w.ctx, "1"); st != nil || err != nil {
		t.Errorf("after a guess: %+v %v", st, err)
	}
	w.check(p.password(ownersPassword))
	if st, err := w.store.State(w.ctx, "1"); err != nil || st == nil || !st.FirstOpen || st.Epoch != 1 {
		t.Errorf("after a proof: %+v %v", st, err)
	}
}

// TestElsewhereGroups: what the application says of groups decides, from the next request on.
func TestElsewhereGroups(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	w.cfg.Rule = core.Rule{Policy: core.PolicyRequired, Groups: []string{"staff"}}
	w.Machine = w.restart()
	w.table.add("owner", "", ownersPassword)
	s, err := w.proved("1")
	w.check(err)
	held := token(t, s)
	w.table.change("1", func(e *core.Entry) { e.Groups = []string{"staff"} })
	var bind *core.BindNeeded
	if _, err := w.proved("1"); !errors.As(err, &bind) {
		t.Errorf("in the group: %v", err)
	}
	if got, err := w.SessionFrom(w.ctx, core.TransportBearer, held); err == nil && fmt.Sprint(got.Groups()) != "[staff]" {
		t.Errorf("the session's groups are %q", got.Groups())
	}
}

// TestElsewhereResets: a reset waits and is carried out with the application's address, and one of an account that is gone is in
// nobody's way.
func TestElsewhereResets(t *testing.T) {
	w := newWorldElsewhere(t, core.PolicyOptional)
	p, gone := w.enrol("owner"), w.enrol("gone")
	_, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	_, err = w.AskReset(w.ctx, caller, gone.begin())
	w.check(err)
	w.table.remove(gone.session.AccountID())
	w.post()
	w.pass(73 * time.Hour)
	if due, err := w.store.DueResets(w.ctx, w.clock.Now(), 10); err != nil || len(due) > 0 {
		t.Errorf("still due: %+v %v", due, err)
	}
	done := w.mail(core.MailResetDone)
	if done.To != "owner@example.org" {
		t.Errorf("%+v", done)
	}
	p.bindAnew(linkToken(w, done))
}

// TestElsewhereResetsWhileShut: a reset whose links nobody could follow is not carried out when the account is opened again.
func TestElsewhereResetsWhileShut(t *testing.T) {
	for what, shut := range map[string]func(*world){
		"until it is due": func(w *world) { w.pass(73 * time.Hour) },
		"and ended":       func(w *world) { w.check(w.EndAll(w.ctx, caller, "1")) },
	} {
		w := newWorldElsewhere(t, core.PolicyOptional)
		p := w.enrol("owner")
		_, err := w.AskReset(w.ctx, caller, p.begin())
		w.check(err)
		w.post()
		w.table.change("1", func(e *core.Entry) { e.Disabled = true })
		shut(w)
		w.table.change("1", func(e *core.Entry) { e.Disabled = false })
		if m := w.mail(core.MailResetCancelled); m.To != "owner@example.org" {
			t.Errorf("%s: %+v", what, m)
		}
		w.pass(100 * time.Hour)
		p.begin() // the code is asked for as before
	}
}
