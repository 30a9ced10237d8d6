package web_test

import (
	"net/url"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// deliver empties the outbox: requests are handled, and w.sent grows by what would be sent.
func (w *world) deliver() {
	w.t.Helper()
	ctx := w.t.Context()
	for {
		due, err := w.store.ClaimMessages(ctx, 100, time.Minute, w.clock.Now())
		must(w.t, err)
		if len(due) == 0 {
			return
		}
		for _, item := range due {
			msg, err := w.machine.Deliver(ctx, item.ID, item.Payload, false)
			must(w.t, err)
			if msg != nil {
				w.sent = append(w.sent, *msg)
			}
			_, err = w.store.FinishMessage(ctx, item.ID, item.Claim)
			must(w.t, err)
		}
	}
}

// mail is the latest message of a kind to an address.
func (w *world) mail(kind core.MessageKind, to string) core.Message {
	w.t.Helper()
	if all := w.mails(kind, to); len(all) > 0 {
		return all[len(all)-1]
	}
	w.t.Fatalf("no %s to %s; sent: %v", kind, to, w.sentKinds())
	return core.Message{}
}

// mails are the messages of a kind to an address, in the order they were sent.
func (w *world) mails(kind core.MessageKind, to string) []core.Message {
	w.t.Helper()
	w.deliver()
	var out []core.Message
	for _, m := range w.sent {
		if m.Kind == kind && m.To == to {
			out = append(out, m)
		}
	}
	return out
}

func (w *world) sentKinds() []string {
	var out []string
	for _, m := range w.sent {
		out = append(out, string(m.Kind)+" to "+m.To)
	}
	return out
}

// tokenOf is what a message's link carries.
func (w *world) tokenOf(m core.Message) string {
	w.t.Helper()
	u, err := url.Parse(m.Link)
	must(w.t, err)
	token := u.Query().Get("token")
	if token == "" || !strings.HasPrefix(m.Link, "/") {
		w.t.Fatalf("%s has the link %q", m.Kind, m.Link)
	}
	return token
}
