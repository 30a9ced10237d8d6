package core_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// eventLines is a log that keeps the lines of events.
type eventLines struct {
	mu   sync.Mutex
	kept []map[string]string
}

func (*eventLines) Enabled(context.Context, slog.Level) bool { return true }

func (l *eventLines) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "event" {
		return nil
	}
	line := map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		line[a.Key] = a.Value.String()
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, line)
	return nil
}

func (l *eventLines) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *eventLines) WithGroup(string) slog.Handler      { return l }

func (l *eventLines) byID() map[string][]map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string][]map[string]string{}
	for _, line := range l.kept {
		out[line["id"]] = append(out[line["id"]], line)
	}
	return out
}

// eachEventIsALine holds what docs/events.md says of the log, at the end of every test with a world: each event that there is
// was logged once, under its own name, with all that the log may have of it and nothing more.
func (w *world) eachEventIsALine() {
	if w.t.Failed() || w.cfg.Log.Handler() != slog.Handler(w.lines) {
		return // the test looks into a log of its own
	}
	ctx := context.WithoutCancel(w.ctx)
	lines := w.lines.byID()
	err := w.ExportEvents(ctx, func(e core.Event) error {
		if e.Kind == "x" {
			return nil // a test wrote it into the database itself
		}
		want := map[string]string{
			"event": e.Kind, "outcome": e.Outcome, "account": e.Account, "address": e.Address, "id": e.ID,
			"authenticator": e.Authenticator, "session": e.Session,
		}
		got := lines[e.ID]
		if len(got) != 1 {
			w.t.Errorf("%s %s: %d lines of the log", e.Kind, e.Outcome, len(got))
			return nil
		}
		for key, text := range want {
			if got[0][key] != text {
				w.t.Errorf("%s: %s is %q in the log, want %q", e.Kind, key, got[0][key], text)
			}
		}
		if _, there := got[0]["request"]; !there || len(got[0]) != len(want)+1 {
			w.t.Errorf("%s: the line is %q", e.Kind, got[0])
		}
		return nil
	})
	if err != nil {
		w.t.Log("events that can't be read were not held against the log:", err)
	}
}

// What was said of a transaction that came to nothing is no event, and no line.
func TestTheLogHasEventsUnderTheirNames(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.clock.Add(time.Minute)
	c := core.Caller{Transport: core.TransportBearer, RequestID: "R1"}
	code := p.code()
	_, err := w.Answer(w.ctx, c, p.begin(), core.Response{Kind: core.KindTOTP, Value: code})
	w.check(err)
	_, err = w.Answer(w.ctx, c, p.begin(), core.Response{Kind: core.KindTOTP, Value: code})
	codeOf(t, err, core.CodeAlreadyUsed)
	w.check(w.SetDisabled(w.ctx, c, p.session.AccountID(), core.Disabling{Disabled: true}))
	w.check(w.Flush(w.ctx))
	var said []string
	for _, line := range w.lines.kept {
		if line["request"] == "R1" {
			said = append(said, line["event"]+" "+line["outcome"])
		}
	}
	if want := []string{"signed_in ok", "account.disabled ok", "login.second_factor already_used"}; !slices.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
}
