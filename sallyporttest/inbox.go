package sallyporttest

import (
	"slices"
	"sync"
	"testing"
)

// box is what was sent, in its order.
type box[M any] struct {
	service *Service // nil when nothing is delivered for it

	mu   sync.Mutex
	ids  map[string]bool
	sent []M
	read []bool // which of them were taken out
}

// take keeps a message; one that is sent again is the same.
func (b *box[M]) take(id string, m M) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ids == nil {
		b.ids = map[string]bool{}
	}
	if id == "" || !b.ids[id] {
		b.ids[id] = true
		b.sent, b.read = append(b.sent, m), append(b.read, false)
	}
}

// size is how many there are by now.
func (b *box[M]) size() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.sent)
}

// next takes out the first that is wanted of those that came after the first n.
func (b *box[M]) next(n int, wanted func(M) bool) (m M, found bool) { return b.find(n, true, wanted) }

// peek is next, and leaves it there.
func (b *box[M]) peek(wanted func(M) bool) (m M, found bool) { return b.find(0, false, wanted) }

func (b *box[M]) find(n int, takeOut bool, wanted func(M) bool) (m M, found bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := n; i < len(b.sent); i++ {
		if !b.read[i] && wanted(b.sent[i]) {
			b.read[i] = takeOut
			return b.sent[i], true
		}
	}
	return m, false
}

// catchUp sees to it that nothing is under way.
func (b *box[M]) catchUp(t testing.TB) {
	t.Helper()
	if b.service != nil {
		b.service.CatchUp(t)
	}
}

func (b *box[M]) all(t testing.TB) []M {
	t.Helper()
	b.catchUp(t)
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.sent)
}
