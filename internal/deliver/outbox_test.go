package deliver_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

// outbox keeps what [deliver.Outbox] promises, in memory.
type outbox struct {
	mu     sync.Mutex
	rows   map[string]*row
	serial int
	down   bool // nothing answers

	finishFails int // so many calls of FinishMessage fail
	asked       int // calls of ClaimMessages
}

type row struct {
	deliver.Item
	due    time.Time // or the end of the claim
	unsure int
}

var errDown = errors.New("outbox down")

func newOutbox(n int, life time.Duration) *outbox {
	o := &outbox{rows: map[string]*row{}}
	for i := range n {
		o.put(fmt.Sprintf("m%03d", i), life)
	}
	return o
}

func (o *outbox) put(id string, life time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.rows[id] = &row{Item: deliver.Item{ID: id, Payload: []byte("payload of " + id), ExpiresAt: now.Add(life)}, due: now}
}

func (o *outbox) set(change func(*outbox)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change(o)
}

func (o *outbox) questions() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asked
}

func (o *outbox) left() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var ids []string
	for id := range o.rows {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (o *outbox) ClaimMessages(ctx context.Context, n int, lease time.Duration, now time.Time) ([]deliver.Item, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	if o.down || ctx.Err() != nil {
		return nil, errDown
	}
	var due []*row
	for _, r := range o.rows {
		if r.due.After(now) {
			continue
		}
		if r.Claim != "" {
			r.unsure++
			r.Claim = ""
		}
		if r.unsure >= 2 || !now.Before(r.ExpiresAt) {
			delete(o.rows, r.ID)
			continue
		}
		due = append(due, r)
	}
	slices.SortFunc(due, func(a, b *row) int { return cmp.Or(a.due.Compare(b.due), strings.Compare(a.ID, b.ID)) })
	var items []deliver.Item
	for _, r := range due[:min(n, len(due))] {
		o.serial++
		r.Attempts++
		r.Claim, r.due = fmt.Sprint("claim ", o.serial), now.Add(lease)
		items = append(items, r.Item)
	}
	return items, nil
}

func (o *outbox) FinishMessage(ctx context.Context, id, claim string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.finishFails > 0 {
		o.finishFails--
		return false, errDown
	}
	if o.down || ctx.Err() != nil {
		return false, errDown
	}
	r := o.rows[id]
	if r == nil || r.Claim != claim {
		return false, nil
	}
	delete(o.rows, id)
	return true, nil
}

func (o *outbox) PostponeMessage(ctx context.Context, id, claim string, at time.Time, unsure bool) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down || ctx.Err() != nil {
		return false, errDown
	}
	r := o.rows[id]
	if r == nil || r.Claim != claim {
		return false, nil
	}
	r.Claim, r.due = "", at
	if unsure {
		if r.unsure++; r.unsure >= 2 {
			delete(o.rows, id)
		}
	}
	return true, nil
}

// ledger is the far end: which message arrived when, and what it answers.
type ledger struct {
	mu     sync.Mutex
	calls  map[string][]time.Time
	answer func(ctx context.Context, it deliver.Item) error
}

func newLedger(answer func(ctx context.Context, it deliver.Item) error) *ledger {
	return &ledger{calls: map[string][]time.Time{}, answer: answer}
}

// always answers with the same.
func always(err error) func(context.Context, deliver.Item) error {
	return func(context.Context, deliver.Item) error { return err }
}

// handle asks the server, as it were, about everything but requests.
func (l *ledger) handle(ctx context.Context, it deliver.Item) (bool, error) {
	l.mu.Lock()
	l.calls[it.ID] = append(l.calls[it.ID], time.Now())
	answer := l.answer
	l.mu.Unlock()
	return !strings.HasPrefix(it.ID, "request"), answer(ctx, it)
}

func (l *ledger) set(answer func(context.Context, deliver.Item) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answer = answer
}

func (l *ledger) of(id string) []time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.calls[id])
}

func (l *ledger) total() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, c := range l.calls {
		n += len(c)
	}
	return n
}

// onlyOnce fails unless each of n messages was handled once.
func (l *ledger) onlyOnce(t *testing.T, n int) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) != n {
		t.Errorf("%d messages were handled, want %d", len(l.calls), n)
	}
	for id, calls := range l.calls {
		if len(calls) != 1 {
			t.Errorf("%s was handled %d times", id, len(calls))
		}
	}
}
