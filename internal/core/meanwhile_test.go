package core_test

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// meanwhile is a store on which something happens right before the next transaction: what was read before it is old.
type meanwhile struct {
	core.Store
	happens func()
}

func (m *meanwhile) Settle(ctx context.Context, account string, now time.Time, fn func(core.Tx, core.State) error) error {
	if happens := m.happens; happens != nil {
		m.happens = nil
		happens()
	}
	return m.Store.Settle(ctx, account, now, fn)
}

// overtaken is a machine whose next transaction comes right after something else.
func (w *world) overtaken(happens func()) *core.Machine {
	w.t.Helper()
	cfg := w.cfg
	cfg.Store = &meanwhile{w.store, happens}
	m, err := core.New(cfg)
	w.check(err)
	return m
}
