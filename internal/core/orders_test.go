package core_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// A thief who changed the address has support reset the account: no link goes there unless support says so, and nothing else
// happens either. Once the owner took the address back, or could not any more, the order is like every other.
func TestOrdersSendNoLinkToANewAddress(t *testing.T) {
	for name, order := range map[string]func(w *world, id string, o core.Order) error{
		"password": func(w *world, id string, o core.Order) error {
			_, err := w.ExposePassword(w.ctx, caller, id, o)
			return err
		},
		"authenticators": func(w *world, id string, o core.Order) error {
			_, err := w.ResetAuthenticators(w.ctx, caller, id, o)
			return err
		},
		"authenticators later": func(w *world, id string, o core.Order) error {
			o.Wait = 24 * time.Hour
			_, err := w.ResetAuthenticators(w.ctx, caller, id, o)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, then := range []string{"sure", "undone", "over"} {
				w := newWorld(t, core.PolicyOptional)
				p, undo := w.hijacked()
				id := p.session.AccountID()
				before := w.events(p.session)
				err := order(w, id, core.Order{Reason: "says so"})
				var changed *core.AddressChangedError
				codeOf(t, err, core.CodeWrongState)
				if !errors.As(err, &changed) || changed.Former[0].Email != "ana@example.org" {
					t.Fatal(err)
				}
				if sent, now := w.post(), w.events(p.session); len(sent) != 0 || len(now) != len(before) {
					t.Fatalf("something was done: %+v %+v", sent, now)
				}
				p.again() // it has not ended
				o, to := core.Order{Reason: "says so"}, "thief@example.net"
				switch then {
				case "sure":
					o.ToNewAddress = true
				case "undone":
					w.check(w.UndoAddress(w.ctx, caller, undo))
					w.post()
					to = "ana@example.org"
				case "over":
					w.clock.Add(72 * time.Hour)
				}
				w.check(order(w, id, o))
				if !slices.ContainsFunc(w.post(), func(m core.Message) bool { return m.To == to && m.Link != "" }) {
					t.Errorf("%s: no link went to %s", then, to)
				}
			}
		})
	}
}
