package core_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
)

// witness keeps what it is told, in order.
type witness struct {
	mu   sync.Mutex
	all  []core.Event
	ctxs []context.Context
	then func(core.Event) // called outside the lock
}

func (o *witness) observe(ctx context.Context, e core.Event) {
	o.mu.Lock()
	o.all, o.ctxs = append(o.all, e), append(o.ctxs, ctx)
	o.mu.Unlock()
	if o.then != nil {
		o.then(e)
	}
}

func (o *witness) seen() []core.Event {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.all)
}

// observed is a world whose events somebody observes.
func observed(t *testing.T) (*world, *witness) {
	t.Helper()
	w, o := newWorld(t, core.PolicyOptional), &witness{}
	w.cfg.Observe = o.observe
	w.Machine = w.restart()
	return w, o
}

// last is the newest of what was told, which may grow meanwhile.
func (o *witness) last() core.Event {
	all := o.seen()
	return all[len(all)-1]
}

// written is the chain of an account as it can be read again, without what a transaction does not know of.
func (w *world) written(account string) []core.Event {
	w.t.Helper()
	all, err := w.store.Events(w.ctx, account, 0, 1000)
	w.check(err)
	slices.Reverse(all)
	for i := range all {
		all[i].Seq, all[i].Previous, all[i].Hash = 0, nil, nil
	}
	return all
}

func (w *world) told(o *witness, account string) {
	w.t.Helper()
	got := slices.DeleteFunc(o.seen(), func(e core.Event) bool { return e.Account != account })
	want := w.written(account)
	if len(want) == 0 || !slices.EqualFunc(got, want, func(a, b core.Event) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
		w.t.Errorf("told\n%v\nwritten\n%v", got, want)
	}
}

// TestObserved: what is told is what is written, and in its order: of people, of administrators, of what goes on beside
// requests.
func TestObserved(t *testing.T) {
	w, o := observed(t)
	p := w.confirmed("owner")
	w.check(w.SetGroups(w.ctx, core.Caller{Address: "administrator (sallyport account)"}, p.session.AccountID(), []string{"staff"}))
	if err := p.password("not this one"); !core.IsCode(err, core.CodeWrong) {
		t.Fatal(err)
	}
	if n := len(o.seen()); n != len(w.written(p.session.AccountID())) {
		t.Errorf("%d events were told before the refusal was written", n)
	}
	ctx, stop := context.WithCancel(w.ctx)
	var running sync.WaitGroup
	running.Go(func() { w.Observing(ctx) })
	w.check(w.Flush(w.ctx))
	for end := time.Now().Add(5 * time.Second); o.last().Kind != "login.password"; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("the refusal was not told")
		}
	}
	stop()
	running.Wait()
	_, _, err := w.Create(w.ctx, core.Caller{}, core.NewPerson{Username: "made", Password: ownersPassword})
	w.check(err)
	w.told(o, p.session.AccountID())
	last := o.last()
	if last.Kind != "account.created" {
		t.Errorf("the last is %+v", last)
	}
}

// TestObservedIsWritten: nothing is told of what was rolled back, nor twice of what was tried twice.
func TestObservedIsWritten(t *testing.T) {
	w, o := observed(t)
	p := w.enrol("owner")
	account := p.session.AccountID()
	before := len(o.seen())
	fault := &faulty{Store: w.store, fail: errors.New("no commit")}
	w.cfg.Store = fault
	w.Machine = w.restart()
	if err := w.SetGroups(w.ctx, core.Caller{}, account, []string{"staff"}); !errors.Is(err, fault.fail) {
		t.Fatal(err)
	}
	if all := o.seen(); len(all) != before {
		t.Errorf("told of what was rolled back: %v", kinds(all[before:]))
	}
	fault.fail, fault.retries = nil, 3
	w.check(w.SetGroups(w.ctx, core.Caller{}, account, []string{"staff"}))
	_, _, err := w.Create(w.ctx, core.Caller{}, core.NewPerson{Username: "made", Password: ownersPassword})
	w.check(err)
	if got := kinds(o.seen()[before:]); !slices.Equal(got, []string{"account.created ok", "account.groups_set ok"}) {
		t.Errorf("after retries: %v", got)
	}
	w.told(o, account)
	fault.panics = true
	func() {
		defer func() { recover() }() //nolint:errcheck // it is ours
		_ = w.SetGroups(w.ctx, core.Caller{}, account, []string{"others"})
		t.Error("no panic")
	}()
	fault.panics = false
	w.check(w.SetGroups(w.ctx, core.Caller{}, account, nil))
	w.told(o, account)
}

// faulty is a store whose transactions are rolled back when they are done: once and for all, to be tried again, or by a panic.
type faulty struct {
	*store.Store
	fail    error
	retries int
	panics  bool
}

var errAgain = errors.New("again")

func (f *faulty) again(run func(func(core.Tx, core.State) error) error, fn func(core.Tx, core.State) error) error {
	for n := 0; ; n++ {
		err := run(func(tx core.Tx, st core.State) error {
			if err := fn(tx, st); err != nil {
				return err
			}
			if f.panics {
				panic("before the commit")
			}
			if n < f.retries {
				return errAgain
			}
			return f.fail
		})
		if !errors.Is(err, errAgain) {
			return err
		}
	}
}

func (f *faulty) Settle(ctx context.Context, account string, now time.Time, fn func(core.Tx, core.State) error) error {
	return f.again(func(fn func(core.Tx, core.State) error) error { return f.Store.Settle(ctx, account, now, fn) }, fn)
}

func (f *faulty) Register(ctx context.Context, a core.NewAccount, now time.Time, fn func(core.Tx, core.State) error) error {
	return f.again(func(fn func(core.Tx, core.State) error) error { return f.Store.Register(ctx, a, now, fn) }, fn)
}

// TestObservedInOrder: however many change one account at once, and however long the observer takes, it is told in the
// order of the chain, and of one thing at a time.
func TestObservedInOrder(t *testing.T) {
	w, o := observed(t)
	p := w.enrol("owner")
	account := p.session.AccountID()
	var at sync.Mutex
	o.then = func(core.Event) {
		if !at.TryLock() {
			t.Error("told of two things at once")
			return
		}
		defer at.Unlock()
		for range 100 {
			runtime.Gosched()
		}
	}
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			if err := w.SetGroups(w.ctx, core.Caller{}, account, []string{fmt.Sprint("g", i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.told(o, account)
	if n := len(w.written(account)); n < 24 {
		t.Errorf("%d events", n)
	}
}

// TestObserversCallBack: an observer may change the account that it was told of, and is told of that afterwards.
func TestObserversCallBack(t *testing.T) {
	w, o := observed(t)
	p := w.enrol("owner")
	account, within := p.session.AccountID(), 0
	o.then = func(e core.Event) {
		within++
		defer func() { within-- }()
		if within > 1 {
			t.Error("told within what it is told")
		}
		if e.Kind == "account.groups_set" && e.Detail == "staff" {
			w.check(w.SetGroups(w.ctx, core.Caller{}, account, []string{"suspects"}))
		}
	}
	w.check(w.SetGroups(w.ctx, core.Caller{}, account, []string{"staff"}))
	w.told(o, account)
	if last := o.last(); last.Detail != "suspects" {
		t.Errorf("the last is %+v", last)
	}
}

// TestObserversPanic: it changes no answer, hides nothing that comes after, and puts nothing that the panic says into the log.
func TestObserversPanic(t *testing.T) {
	w, o := observed(t)
	log := &strings.Builder{}
	w.cfg.Log = slog.New(slog.NewTextHandler(log, nil))
	w.Machine = w.restart()
	o.then = func(core.Event) { panic("a secret of the application's") }
	p := w.enrol("owner")
	if session := p.signIn(); session.Level() != core.AAL2 {
		t.Errorf("signed in at %v", session.Level())
	}
	w.told(o, p.session.AccountID())
	if !strings.Contains(log.String(), "the observer of events panicked") || !strings.Contains(log.String(), "event=signed_in") || strings.Contains(log.String(), "a secret") {
		t.Errorf("the log says\n%s", log)
	}
}

// TestObserversHaveTheRequest: what it is told with has the values of the request, and outlives it; what was refused has
// nobody's.
func TestObserversHaveTheRequest(t *testing.T) {
	w, o := observed(t)
	p := w.enrol("owner")
	ctx, stop := context.WithCancel(context.WithValue(w.ctx, mark{}, "of the request"))
	o.then = func(core.Event) { stop() }
	w.check(w.SetGroups(ctx, core.Caller{}, p.session.AccountID(), []string{"staff"}))
	last := o.ctxs[len(o.ctxs)-1]
	if last.Value(mark{}) != "of the request" || ctx.Err() == nil || last.Err() != nil {
		t.Errorf("it has %v, %v", last.Value(mark{}), last.Err())
	}
	_ = p.password("not this one")
	w.check(w.LastWords(context.WithValue(w.ctx, mark{}, "somebody else's")))
	if all := o.seen(); all[len(all)-1].Outcome != string(core.CodeWrong) || o.ctxs[len(all)-1].Value(mark{}) != nil {
		t.Errorf("%+v with %v", all[len(all)-1], o.ctxs[len(all)-1].Value(mark{}))
	}
}

type mark struct{}

// TestSlowObserversHoldNoAnswer: an observer that hangs on somebody's refusal keeps no refusal from being written, nor
// anybody else's sign-in, and what it can't keep up with is bounded.
func TestSlowObserversHoldNoAnswer(t *testing.T) {
	w, o := observed(t)
	slow, other := w.enrol("slow"), w.enrol("other")
	hang, hanging := make(chan struct{}), make(chan struct{})
	o.then = func(e core.Event) {
		if e.Account == slow.session.AccountID() {
			close(hanging)
			<-hang
		}
	}
	ctx, stop := context.WithCancel(w.ctx)
	var running sync.WaitGroup
	running.Go(func() { w.Observing(ctx) })
	_ = slow.password("not this one")
	w.check(w.Flush(w.ctx))
	<-hanging
	w.clock.Add(time.Minute)
	_ = slow.password("nor this one")
	w.check(w.Flush(w.ctx))
	other.signIn()
	if got := w.written(slow.session.AccountID()); got[len(got)-2].Outcome == "ok" || got[len(got)-1].Outcome == "ok" {
		t.Errorf("written: %v", kinds(got))
	}
	w.told(o, other.session.AccountID())
	o.then = nil
	close(hang)
	stop()
	running.Wait()
	w.check(w.LastWords(w.ctx))
	w.told(o, slow.session.AccountID())
}
