package core

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
)

// Whoever observes events is told of each that was written, once its transaction has committed: in the order of its
// account's chain, as far as this process wrote it. Nobody waits for another: who comes while somebody tells of the same
// account leaves theirs to them, so that an observer which calls back never waits for itself.

// maxUntold bounds the refused attempts that wait to be told: somebody who tries passwords makes them faster than a slow
// observer hears of them.
const maxUntold = maxUnwritten

// observers know what is still to be told. It is safe for concurrent use.
type observers struct {
	observe func(context.Context, Event)
	log     *slog.Logger
	aside   chan struct{} // has something while reports wait that no request tells

	mu     sync.Mutex
	lines  map[string]*line // by account, while something stands in it
	untold int              // events of ready reports aside
	lost   int              // that there was no room for, and nobody was told of yet
}

// line is what there is to tell of one account, in the order of its chain.
type line struct {
	reports []*report
	telling bool
}

// report is what one transaction wrote. Its methods may be called on nil, where nobody observes.
type report struct {
	of      *observers
	ctx     context.Context
	account string
	aside   bool // no request waits: refused attempts, that are written beside them
	events  []Event
	stands  bool // in its line
	ready   bool
}

// newObservers is nil where nobody observes.
func newObservers(cfg Config) *observers {
	if cfg.Observe == nil {
		return nil
	}
	return &observers{observe: cfg.Observe, log: cfg.Log, aside: make(chan struct{}, 1), lines: map[string]*line{}}
}

// begin is before a transaction. What is told has the values of ctx, and no end: it has happened, whoever went away.
func (o *observers) begin(ctx context.Context, account string) *report {
	if o == nil {
		return nil
	}
	return &report{of: o, ctx: context.WithoutCancel(ctx), account: account}
}

// beginAside is before one that no request waits for. Whoever tells of it, it was somebody else's request.
func (o *observers) beginAside(account string) *report {
	r := o.begin(context.Background(), account)
	if r != nil {
		r.aside = true
	}
	return r
}

// again is when the transaction begins, also when it does once more: what it wrote before was never written.
func (r *report) again() {
	if r != nil {
		r.events = nil
	}
}

// add notes an event inside the transaction, while it holds the account's state locked: that makes the order of reports the
// order of the chain. One whose transaction began again goes to the end.
func (r *report) add(e Event) {
	if r == nil {
		return
	}
	if len(r.events) == 0 {
		r.of.append(r)
	}
	r.events = append(r.events, e)
}

// end is after the transaction.
func (r *report) end(committed bool) {
	if r == nil || !r.stands {
		return
	}
	r.of.settled(r, committed)
	if !r.aside {
		r.of.tell(r.account)
		return
	}
	select {
	case r.of.aside <- struct{}{}:
	default:
	}
}

func (o *observers) append(r *report) {
	o.mu.Lock()
	defer o.mu.Unlock()
	l := o.lines[r.account]
	if l == nil {
		l = &line{}
		o.lines[r.account] = l
	}
	l.drop(r)
	l.reports, r.stands = append(l.reports, r), true
}

func (l *line) drop(r *report) {
	l.reports = slices.DeleteFunc(l.reports, func(other *report) bool { return other == r })
}

// settled makes a report ready, or takes it away.
func (o *observers) settled(r *report, committed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if committed && r.aside {
		if o.untold+len(r.events) > maxUntold {
			o.lost += len(r.events)
			committed = false
		} else {
			o.untold += len(r.events)
		}
	}
	if r.ready = committed; !committed {
		o.lines[r.account].drop(r)
		o.tidy(r.account)
	}
}

func (o *observers) tidy(account string) {
	if l := o.lines[account]; l != nil && len(l.reports) == 0 && !l.telling {
		delete(o.lines, account)
	}
}

// tell tells what is ready at the head of a line.
func (o *observers) tell(account string) {
	for r := o.next(account); r != nil; r = o.next(account) {
		o.report(r)
	}
}

// next takes the report that is to be told now; nil when there is none, or somebody else is telling.
func (o *observers) next(account string) *report {
	o.mu.Lock()
	defer o.mu.Unlock()
	l := o.lines[account]
	if l == nil || l.telling || len(l.reports) == 0 || !l.reports[0].ready {
		return nil
	}
	r := l.reports[0]
	l.reports, l.telling = l.reports[1:], true
	if r.aside {
		o.untold -= len(r.events)
	}
	return r
}

func (o *observers) report(r *report) {
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.lines[r.account].telling = false
		o.tidy(r.account)
	}()
	for _, e := range r.events {
		o.one(r.ctx, e)
	}
}

// one survives a panic: what was observed has happened, and goes on. The text of a panic may hold anything, so that only the
// runtime's own is logged.
func (o *observers) one(ctx context.Context, e Event) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("%T", p)
		if own, ok := p.(runtime.Error); ok {
			what = own.Error()
		}
		o.log.ErrorContext(ctx, "the observer of events panicked", "event", e.Kind, "id", e.ID, "panic", what, "stack", string(debug.Stack()))
	}()
	o.observe(ctx, e)
}

// left lists the accounts of which something is ready that no request tells.
func (o *observers) left() (accounts []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for account, l := range o.lines {
		if len(l.reports) > 0 && l.reports[0].ready && !l.telling {
			accounts = append(accounts, account)
		}
	}
	return accounts
}

// sayLost says in the log how many events the observer was not told of.
func (o *observers) sayLost(ctx context.Context) {
	if o == nil {
		return
	}
	o.mu.Lock()
	lost := o.lost
	o.lost = 0
	o.mu.Unlock()
	if lost > 0 {
		o.log.ErrorContext(ctx, "the observer was not told of refused attempts, since it could not keep up; they are written", "events", lost)
	}
}

// tellLeft tells what is left, until ctx ends.
func (o *observers) tellLeft(ctx context.Context) {
	for _, account := range o.left() {
		if ctx.Err() != nil {
			return
		}
		o.tell(account)
	}
}

// Observing tells the observer of refused attempts as they are written, until ctx ends: no answer waits for that, nor
// does the writing.
func (m *Machine) Observing(ctx context.Context) {
	for m.observers != nil {
		select {
		case <-ctx.Done():
			return
		case <-m.observers.aside:
			m.observers.tellLeft(ctx)
		}
	}
}

// LastWords writes the events of refused attempts that have gathered, as [Machine.Flush], and tells them. It is for when
// nothing else is under way any more.
func (m *Machine) LastWords(ctx context.Context) error {
	err := m.Flush(ctx)
	if m.observers != nil {
		m.observers.tellLeft(ctx)
	}
	return err
}
